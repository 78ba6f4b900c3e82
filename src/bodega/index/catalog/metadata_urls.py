"""URLs and requirements in core metadata that must not lead just anywhere."""

import re
from collections.abc import Iterator, Mapping

from packaging.requirements import Requirement

from bodega.index.catalog.errors import MetadataFault

_LONGEST_LABEL = 32
#: Nothing of these runs in a reader's browser, or opens a file of the reader's machine.
_SCHEMES = (
    "http",
    "https",
    "ftp",
    "mailto",
    "irc",
    "ircs",
    "git",
    "ssh",
    "git+https",
    "git+ssh",
    "svn",
    "hg",
)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[!-~\u00a1-\U0010ffff]+")
#: What old tools write where they know nothing.
_NOTHING = ("", "UNKNOWN")


def url_faults(project_urls: Mapping[str, str], single: Mapping[str, str | None]) -> Iterator[MetadataFault]:
    """Labels that are too long, and URLs that are none or of a scheme that is refused."""
    for label, url in project_urls.items():
        if len(label) > _LONGEST_LABEL:
            yield MetadataFault(
                f"project-url: the label {label[:40]!r} is longer than {_LONGEST_LABEL} characters"
            )
        yield from _url_fault("project-url", url)
    for field, text in single.items():
        if text is not None and text.strip() not in _NOTHING:
            yield from _url_fault(field, text.strip())


def requirement_faults(requirements: list[Requirement]) -> Iterator[MetadataFault]:
    """Requirements that name a place instead of a project: what is there is not what was reviewed."""
    for requirement in requirements:
        if requirement.url is None:
            continue
        shown = str(requirement)[:160]
        if requirement.url.lower().startswith("file:"):
            yield MetadataFault(f"requires-dist: {shown} names a file of some machine")
        else:
            yield MetadataFault(
                f"requires-dist: {shown} is a direct reference",
                why="what an index serves depends on projects, not on places (PEP 440, direct references)",
            )


def _url_fault(field: str, url: str) -> Iterator[MetadataFault]:
    found = _URL.fullmatch(url)
    if found is None:
        yield MetadataFault(f"{field}: {url[:80]!r} is not a URL")
    elif found[1].lower() not in _SCHEMES:
        yield MetadataFault(f"{field}: {url[:80]!r} is of a scheme that is refused")
