"""direct_url.json: where a distribution came from, if not from an index (PEP 610)."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from bodega.formats.errors import BodegaError

_KINDS = ("vcs_info", "archive_info", "dir_info")


class InvalidDirectUrlError(BodegaError):
    """The document is not that of PEP 610."""

    code = "E-DIRECT-URL"

    def __init__(self, why: str) -> None:
        super().__init__("a direct_url.json document is not valid", why=why)


def direct_url_text(document: Mapping[str, object]) -> str:
    """The document as the text of direct_url.json, without credentials; raises InvalidDirectUrlError."""
    url = document.get("url")
    kinds = [kind for kind in _KINDS if kind in document]
    if not isinstance(url, str) or len(kinds) != 1:
        raise InvalidDirectUrlError(f"it has a url and exactly one of {', '.join(_KINDS)}")
    return json.dumps({**document, "url": without_credentials(url)}, sort_keys=True)


def parse_direct_url(text: str) -> Mapping[str, object] | None:
    """The document of an installed distribution; ``None`` when it cannot be read."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) and isinstance(document.get("url"), str) else None


def without_credentials(url: str) -> str:
    """The URL without user and password; ``${VARIABLES}`` and the user ``git`` may stay (PEP 610)."""
    if "@" not in url:
        return url
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at or user == "git" or all(_is_variable(part) for part in user.split(":")):
        return url
    return urlunsplit(parts._replace(netloc=host))


def _is_variable(text: str) -> bool:
    inner = text[2:-1]
    return (
        text[:2] == "${" and text[-1:] == "}" and inner.replace("_", "A").isalnum() and inner.upper() == inner
    )
