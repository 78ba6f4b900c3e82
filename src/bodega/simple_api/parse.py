"""Pages of the Simple API, read leniently where the wild is and strictly where it matters (PEP 691, 503).

The content type decides between the JSON and the HTML form; HTML is turned into the JSON document first.

A page that is not one, of an unknown major version or of another project is refused as a whole. A file
whose name, URL or hashes cannot be trusted is left out, with the reason.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, cast

from bodega.formats.filenames import file_version
from bodega.formats.names import InvalidProjectNameError, NormalizedName, project_name
from bodega.simple_api.listed_files import listed_files
from bodega.simple_api.page_errors import UnknownApiVersionError, UnreadablePageError, WrongProjectPageError
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectList, ProjectPage, Status
from bodega.simple_api.parse_file import FileFaultError, parse_file
from bodega.simple_api.parse_hidden import parse_hidden
from bodega.simple_api.parse_html import HTML_TYPES, html_document
from bodega.simple_api.parse_inline import parse_inline

JSON_TYPES = frozenset(
    {
        "application/vnd.pypi.simple.v1+json",
        "application/vnd.pypi.simple.latest+json",
        "application/json",
    }
)
MOST_FILES = 200_000
MOST_NAMES = 10_000_000
#: Values in a document, by its commas: what is small as text is not let grow large in memory.
MOST_VALUES = 4_000_000
_LONGEST_VERSION = 200
_STATUSES = ("active", "archived", "quarantined", "deprecated")


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file that the index listed and we do not take."""

    filename: str
    reason: str


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """A page, and what was left out of it."""

    page: ProjectPage
    dropped: tuple[DroppedFile, ...] = ()


_Files = tuple[Sequence[ProjectFile], tuple[DroppedFile, ...]]
_FileReader = Callable[[list[Any], str, Sequence[InlineMetadata | None]], _Files]


def parse_page(body: bytes, content_type: str, url: str, name: NormalizedName) -> ProjectPage:
    """The page of ``name``; file URLs are resolved against ``url``. Raises the errors of page_errors."""
    return read_page(body, content_type, url, name).page


def parse_page_lightly(body: bytes, content_type: str, url: str, name: NormalizedName) -> ProjectPage:
    """Like parse_page; where all files are plainly sound, each is read when it is first looked at."""
    return _page(body, content_type, url, name, read_files=_light_files).page


def read_page(body: bytes, content_type: str, url: str, name: NormalizedName) -> ParsedPage:
    """Like parse_page, with the files that were left out."""
    return _page(body, content_type, url, name, read_files=_files)


def _page(
    body: bytes, content_type: str, url: str, name: NormalizedName, *, read_files: _FileReader
) -> ParsedPage:
    kind = media_type(content_type)
    if kind in HTML_TYPES:
        # HTML does not say whose page it is.
        document = {"name": name, **html_document(body, kind, url, most_files=MOST_FILES)}
    else:
        document = _document(body, content_type, url)
    meta = _meta(document, url)
    _expect_project(document.get("name"), url, name)
    listed = document.get("files")
    if not isinstance(listed, list) or len(listed) > MOST_FILES:
        raise UnreadablePageError(url, f"'files' is not a list of at most {MOST_FILES} files")
    inline = parse_inline(document.get("_bodega"), len(listed)) if "_bodega" in document else ()
    files, dropped = read_files(listed, url, inline)
    status, reason = _status(document.get("project-status"), meta)
    page = ProjectPage(
        name=name,
        files=files,
        versions=_versions(document["versions"]) if "versions" in document else _versions_of(files, name),
        serial=_serial(meta.get("_last-serial")),
        status=status,
        status_reason=reason,
        api_version=meta["api-version"],
        hidden=parse_hidden(document.get("_hidden")),
    )
    return ParsedPage(page, dropped)


def parse_list(body: bytes, content_type: str, url: str) -> ProjectList:
    """The project list of an index; entries that are not project names are left out."""
    document = _document(body, content_type, url)
    meta = _meta(document, url)
    listed = document.get("projects")
    if not isinstance(listed, list) or len(listed) > MOST_NAMES:
        raise UnreadablePageError(url, "'projects' is not a list of projects")
    names: list[str] = []
    serials: dict[str, int] = {}
    for entry in listed:
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not _is_name(name):
            continue
        names.append(name)
        serial = _serial(entry.get("_last-serial"))
        if serial is not None:
            serials[name] = serial
    return ProjectList(tuple(names), _serial(meta.get("_last-serial")), serials)


def media_type(content_type: str) -> str:
    """The media type of a Content-Type value, without parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def _document(body: bytes, content_type: str, url: str) -> dict[str, Any]:
    kind = media_type(content_type)
    if kind not in JSON_TYPES:
        raise UnreadablePageError(url, f"its type is {kind[:80]!r}, and pages are JSON or HTML")
    if body.count(b",") > MOST_VALUES:
        raise UnreadablePageError(url, f"it holds more than {MOST_VALUES} values")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadablePageError(url, f"it is not JSON: {str(error)[:200]}") from None
    if not isinstance(document, dict):
        raise UnreadablePageError(url, "it is JSON, but not an object")
    return document


def _meta(document: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    meta = document.get("meta")
    version = meta.get("api-version") if isinstance(meta, dict) else None
    if not isinstance(version, str):
        raise UnreadablePageError(url, "it does not say which version of the API it speaks")
    major, dot, minor = version.partition(".")
    if major != "1" or not dot or not (minor.isascii() and minor.isdecimal()):
        raise UnknownApiVersionError(url, version)
    return cast("Mapping[str, Any]", meta)


def _expect_project(got: object, url: str, expected: NormalizedName) -> None:
    if not isinstance(got, str):
        raise UnreadablePageError(url, "it does not name its project")
    if not _is_name(got) or project_name(got).normalized != expected:
        raise WrongProjectPageError(url, expected=expected, got=got)


def _light_files(listed: list[Any], url: str, inline: Sequence[InlineMetadata | None]) -> _Files:
    files = listed_files(listed, url, inline)
    return (files, ()) if files is not None else _files(listed, url, inline)


def _files(listed: list[Any], url: str, inline: Sequence[InlineMetadata | None]) -> _Files:
    files: dict[str, ProjectFile] = {}
    dropped: list[DroppedFile] = []
    for entry, told in zip_longest(listed, inline):
        try:
            file = parse_file(entry, url, told)
        except FileFaultError as fault:
            dropped.append(DroppedFile(fault.filename, fault.reason))
            continue
        if file.filename in files:
            dropped.append(DroppedFile(file.filename, "it is listed twice"))
        else:
            files[file.filename] = file
    return tuple(files.values()), tuple(dropped)


def _versions(listed: object) -> tuple[str, ...]:
    if not isinstance(listed, list):
        return ()
    return tuple(
        text
        for text in listed
        if isinstance(text, str) and text.isprintable() and len(text) <= _LONGEST_VERSION
    )


def _versions_of(files: Sequence[ProjectFile], name: NormalizedName) -> tuple[str, ...]:
    """What pages older than API 1.1 do not tell: the versions that their files have (PEP 700)."""
    versions: dict[str, None] = {}
    for file in files:
        version = file_version(file.filename, name)
        if version and version.isprintable() and len(version) <= _LONGEST_VERSION:
            versions[version] = None
    return tuple(versions)


def _serial(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _status(value: object, meta: Mapping[str, Any]) -> tuple[Status, str | None]:
    # PEP 792 has an object at the top level; the specification's example shows strings inside "meta".
    if isinstance(value, dict):
        status, reason = value.get("status"), value.get("reason")
    else:
        status = value if value is not None else meta.get("project-status")
        reason = meta.get("project-status-reason")
    if status not in _STATUSES:
        return "active", None
    return cast("Status", status), reason if isinstance(reason, str) and reason else None


def _is_name(text: str) -> bool:
    try:
        project_name(text)
    except InvalidProjectNameError:
        return False
    return True
