"""Poetry's version constraints, as far as its files use them: ``^1.2``, ``~1.2``, ``1.*``, ``||``."""

import re
from collections.abc import Iterable

from bodega.formats.versions import allowed

_CLAUSE = re.compile(r"(\^|~=|~|===|==|!=|>=|<=|>|<|)\s*v?([0-9][^\s,|]*|\*)", re.ASCII)
_RELEASE = re.compile(r"[0-9]+(?:\.[0-9]+)*", re.ASCII)


def satisfies(version: str, constraint: str) -> bool:
    """Whether a version is within a constraint; what cannot be read as one holds for no version."""
    return any(_holds(version, part) for part in re.split(r"\|\|?", constraint))


def _holds(version: str, part: str) -> bool:
    text = part.strip()
    if text in ("", "*"):
        return True
    found = list(_CLAUSE.finditer(text))
    left = _CLAUSE.sub("", text).replace(",", "").strip()
    if left or not found:
        return False
    specifiers = [clause for one in found for clause in _specifiers(one[1], one[2])]
    return all(allowed(clause, [version])[0] for clause in specifiers)


def _specifiers(operator: str, version: str) -> Iterable[str]:
    if version == "*":
        return
    if operator in ("", "==") and version.endswith(".*"):
        yield f"=={version}"
    elif operator in ("^", "~"):
        yield f">={version}"
        yield f"<{_next(operator, version)}"
    else:
        yield f"{operator or '=='}{version}"


def _next(operator: str, version: str) -> str:
    """The first version that a caret or tilde excludes."""
    found = _RELEASE.match(version)
    numbers = [int(number) for number in (found[0] if found else "0").split(".")]
    if operator == "~":
        kept = numbers[: min(2, len(numbers))]
    else:
        first = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
        kept = numbers[: first + 1]
    kept[-1] += 1
    return ".".join(map(str, kept)) + ".dev0"
