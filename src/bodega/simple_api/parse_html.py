"""HTML pages of the Simple API, and listings of plain web servers (PEP 503, 592, 658, 691, 714, 792).

A page becomes the document that its JSON form would be, so that both are judged by the same rules.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from bodega.simple_api.html_tags import HtmlFaultError, Tag, opening_tags
from bodega.simple_api.page_errors import UnreadablePageError

#: The types that only a Simple API gives, and the one that every web server gives for any page.
SIMPLE_HTML_TYPES = frozenset(
    {"application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.latest+html"}
)
HTML_TYPES = SIMPLE_HTML_TYPES | {"text/html", "application/xhtml+xml"}
#: Of a listing, what can be a file of a project; all else is there to find the way.
_ENDINGS = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar", ".egg", ".exe", ".msi")
#: How pages without a single file begin that are pages of links all the same.
_LISTING = re.compile(r"\s*(?:links for|index of|directory listing for|simple index)\b", re.IGNORECASE)
_TAGS = frozenset({"a", "base", "meta", "title", "input"})
_OLDEST_VERSION = "1.0"
_META_NAMES = {
    "pypi:repository-version": "api-version",
    "pypi:project-status": "project-status",
    "pypi:project-status-reason": "project-status-reason",
    "pypi:last-serial": "_last-serial",
}


def html_document(body: bytes, kind: str, url: str, *, most_files: int) -> dict[str, Any]:
    """The page as the document of its JSON form, without a name; raises UnreadablePageError."""
    reading = _Reading(url, most_files)
    try:
        for tag in opening_tags(body.decode("utf-8", "replace"), _TAGS):
            reading.take(tag)
    except HtmlFaultError as fault:
        raise UnreadablePageError(url, str(fault)) from None
    if not (reading.files or kind in SIMPLE_HTML_TYPES or reading.is_listing):
        raise UnreadablePageError(url, "it lists no files, and does not say that it is a page of an index")
    return {"meta": reading.meta, "files": reading.files}


class _Reading:
    """What was found on a page so far."""

    def __init__(self, url: str, most_files: int) -> None:
        self.meta: dict[str, Any] = {"api-version": _OLDEST_VERSION}
        self.files: list[dict[str, Any]] = []
        self.is_listing = False
        self._url = url
        self._base: str | None = None
        self._most = most_files

    def take(self, tag: Tag) -> None:
        match tag.name:
            case "a":
                self._link(tag.attributes)
            case "meta":
                self._said(tag.attributes.get("name", "").lower(), tag.attributes.get("content", ""))
            case "title":
                self.is_listing |= _LISTING.match(tag.text) is not None
            case "base" if self._base is None and "href" in tag.attributes:
                self._base = _joined(self._url, tag.attributes["href"])
            case "input" if tag.attributes.get("type", "").lower() == "password":
                raise HtmlFaultError("it asks for a password")

    def _said(self, name: str, content: str) -> None:
        key = _META_NAMES.get(name)
        if key == "_last-serial":
            if content.isascii() and content.isdecimal() and len(content) < 19:  # noqa: PLR2004 - 64 bits
                self.meta[key] = int(content)
        elif key is not None:
            self.is_listing = True
            self.meta[key] = content

    def _link(self, attributes: Mapping[str, str]) -> None:
        href = attributes.get("href", "").strip().replace(" ", "%20")
        target, _, fragment = href.partition("#")
        filename = _filename(target)
        if filename is None:
            return
        if len(self.files) >= self._most:
            raise HtmlFaultError(f"it lists more than {self._most} files")
        entry: dict[str, Any] = {
            "filename": filename,
            "url": _joined(self._base or self._url, target),
            "hashes": _hashes(fragment),
            "requires-python": attributes.get("data-requires-python"),
            "yanked": attributes["data-yanked"] or True if "data-yanked" in attributes else False,
            "provenance": attributes.get("data-provenance"),
        }
        # The newer attribute wins, also where it says less (PEP 714).
        for key in ("core-metadata", "dist-info-metadata"):
            if f"data-{key}" in attributes:
                entry[key] = _offer(attributes[f"data-{key}"])
                break
        self.files.append(entry)


def _filename(target: str) -> str | None:
    path = target.partition("?")[0]
    name = unquote(path.rpartition("/")[2])
    return name if name.lower().endswith(_ENDINGS) else None


def _joined(base: str, target: str) -> str | None:
    """The absolute URL; ``None`` when it is none, which the rules for files refuse then."""
    try:
        joined = urljoin(base, target)
        scheme = urlsplit(joined).scheme
    except ValueError:
        return None
    # A page on the web cannot put its base into a folder of this machine.
    return None if scheme == "file" and not base.startswith("file:") else joined


def _hashes(fragment: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in fragment.split("&"))
    return {algorithm.lower(): value for algorithm, equals, value in pairs if equals}


def _offer(value: str) -> bool | dict[str, str]:
    value = value.strip()
    if value.lower() == "true":
        return True
    return _hashes(value) or False
