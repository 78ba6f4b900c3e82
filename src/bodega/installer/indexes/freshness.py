"""How long a page may be used without asking again (RFC 9111, as far as an index needs it)."""

import re
from collections.abc import Mapping

#: Used where an index says nothing, as the public index's own clients do.
DEFAULT_SECONDS = 600.0
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*(\d{1,9})")
_AGE = re.compile(r"\d{1,9}")


def fresh_seconds(headers: Mapping[str, str]) -> float:
    """Seconds for which an answer with these headers is fresh."""
    control = headers.get("cache-control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0.0
    found = _MAX_AGE.search(control)
    if not found:
        return DEFAULT_SECONDS
    age = headers.get("age", "0").strip()
    return max(0.0, float(found[1]) - (float(age) if _AGE.fullmatch(age) else 0.0))
