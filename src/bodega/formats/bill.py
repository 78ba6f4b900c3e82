"""A bill of materials as values, before it is CycloneDX or SPDX."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bodega.formats.licenses import License, license_of
from bodega.formats.names import NormalizedName
from bodega.formats.osv import printable

#: What the label of a project's URL means (PEP 753, well-known labels), in the words of CycloneDX.
_KINDS: Mapping[str, str] = {
    "homepage": "website",
    "source": "vcs",
    "repository": "vcs",
    "sourcecode": "vcs",
    "github": "vcs",
    "code": "vcs",
    "download": "distribution",
    "changelog": "release-notes",
    "changes": "release-notes",
    "whatsnew": "release-notes",
    "history": "release-notes",
    "releasenotes": "release-notes",
    "documentation": "documentation",
    "docs": "documentation",
    "issues": "issue-tracker",
    "bugs": "issue-tracker",
    "issue": "issue-tracker",
    "tracker": "issue-tracker",
    "issuetracker": "issue-tracker",
    "bugtracker": "issue-tracker",
    "chat": "chat",
    "mailinglist": "mailing-list",
}
_URL = re.compile(r"https?://[!#-;=?-Z_a-z~\[\]]+", re.ASCII)
_LETTERS = re.compile(r"[\W_]+", re.ASCII)
_ADDRESS = re.compile(r"\s*(?:\"?([^<\"]*)\"?\s*<)?([^\s<>@,]+@[^\s<>@,]+)>?\s*")
_LONGEST = 2000
_MOST = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Who made or keeps something; either may be empty, not both."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """A file that a part is published as."""

    filename: str
    url: str
    hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of software.

    ``ref`` is unique in its bill. ``links`` are (kind, URL), the kinds those of CycloneDX. ``hashes`` are
    those of the part itself, by algorithm. ``properties`` are (name, value). ``inner`` are parts that it
    carries within itself (PEP 770).
    """

    ref: str
    name: str
    version: str = ""
    kind: str = "library"
    purl: str = ""
    description: str = ""
    license: License = field(default_factory=lambda: License(None, "nothing"))
    authors: tuple[Person, ...] = ()
    supplier: Person | None = None
    links: tuple[tuple[str, str], ...] = ()
    files: tuple[PartFile, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    properties: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False
    inner: "tuple[Part, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The whole: its parts, and who needs whom by ref. ``root`` is what they are parts of.

    ``time`` is when it was made, in RFC 3339 with seconds, UTC. ``name`` is that of the document.
    """

    name: str
    root: Part | None
    parts: tuple[Part, ...]
    needs: Mapping[str, tuple[str, ...]]
    time: str
    tool: str
    tool_version: str

    def every(self) -> list[Part]:
        """All parts, each before those that it carries; without the root."""
        found: list[Part] = []
        waiting = list(reversed(self.parts))
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += reversed(one.inner)
        return found


def package_url(name: NormalizedName, version: str, origin: str | None = None) -> str:
    """The package URL of a release on a Python index (ECMA-427); ``origin`` is where else it came from."""
    purl = f"pkg:pypi/{quote(name, safe='')}" + (f"@{quote(version, safe='')}" if version else "")
    if origin is not None and "://" in origin:
        key = (
            "vcs_url"
            if origin.partition("://")[0].startswith(("git+", "hg+", "svn+", "bzr+"))
            else "download_url"
        )
        purl += f"?{key}={quote(origin, safe='')}"
    return purl


def described(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a part that core metadata give."""
    maintainers = _people(raw.get("maintainer"), raw.get("maintainer_email"))
    return {
        "description": printable(str(raw.get("summary") or "")),
        "license": license_of(raw),
        "authors": tuple(_people(raw.get("author"), raw.get("author_email"))),
        "supplier": maintainers[0] if maintainers else None,
        "links": _links(raw),
    }


def sound_url(url: object) -> bool:
    """Whether it is a web address that can be named in a document."""
    return isinstance(url, str) and len(url) <= _LONGEST and _URL.fullmatch(url) is not None


def _people(names: object, addresses: object) -> list[Person]:
    """Those with an address first, as one field holds both (``Jane <jane@example.org>``)."""
    found: list[Person] = []
    for text in str(addresses or "")[:_LONGEST].split(","):
        match = _ADDRESS.fullmatch(text)
        if match is not None:
            found.append(Person(printable(match[1] or ""), match[2]))
    known = {one.name for one in found}
    name = printable(str(names or ""))
    if name and name not in known:
        # One nameless address and one name are the same person.
        if len(found) == 1 and not found[0].name:
            return [Person(name, found[0].email)]
        found.insert(0, Person(name))
    return found[:_MOST]


def _links(raw: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    urls = raw.get("project_urls")
    given = [("homepage", raw.get("home_page")), ("download", raw.get("download_url"))]
    if isinstance(urls, dict):
        given += list(urls.items())[:_MOST]
    found = ((_KINDS.get(_LETTERS.sub("", str(label)).lower(), "other"), url) for label, url in given)
    return tuple(dict.fromkeys((kind, str(url)) for kind, url in found if sound_url(url)))
