"""Advisories in the OSV format (schema 1.x): what they say of projects on a Python index.

An advisory is read as strictly as it is written: a document of wrong types is refused whole. Which versions
are affected follows the schema's "Evaluation", in the order of PEP 440.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bodega.formats.cvss import level_named, level_of, newest_score
from bodega.formats.errors import BodegaError
from bodega.formats.names import InvalidProjectNameError, NormalizedName, project_name
from bodega.formats.version_order import VersionKey, version_key

#: What an event of a range says happens at a version.
_EVENTS = ("introduced", "fixed", "last_affected", "limit")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+/-]{0,119}", re.ASCII)
_ECOSYSTEM = "pypi"
_LONGEST_SUMMARY = 240
_LONGEST_URL = 2000
_LOCAL = 6
#: Before every version, and behind every one.
_FIRST: VersionKey = (-1,)
_NEVER: VersionKey = (float("inf"),)

#: The events of one range, each with its version.
Range = tuple[tuple[str, str], ...]


class InvalidAdvisoryError(BodegaError):
    """A document is no advisory in the OSV format, or one that cannot be relied on."""

    code = "E-ADVISORY-INVALID"

    def __init__(self, why: str) -> None:
        super().__init__("the advisory cannot be read", why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """What one advisory says of one project.

    ``score`` is that of CVSS, ``level`` one of ``cvss.LEVELS``, ``None`` where nothing tells. ``ranges``
    hold events, ``versions`` are those named one by one; a version is affected by either. ``fixed`` are
    versions said to be cured, where no range says it. ``summary`` is one printable line.
    """

    project: NormalizedName
    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    score: float | None = None
    level: str | None = None
    url: str = ""
    ranges: tuple[Range, ...] = ()
    versions: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()

    @property
    def is_malware(self) -> bool:
        """Whether it says that a release is malicious, not only faulty."""
        return any(name.startswith("MAL-") for name in (self.id, *self.aliases))

    def row(self) -> tuple[Any, ...]:
        """Its fields as plain values, to be stored."""
        return (
            self.id,
            self.aliases,
            self.summary,
            self.score,
            self.level,
            self.url,
            self.ranges,
            self.versions,
        )


def advisory_of_row(project: NormalizedName, row: Iterable[Any]) -> Advisory:
    """What ``row`` made plain; raises ValueError for what is none."""
    name, aliases, summary, score, level, url, ranges, versions = row
    return Advisory(
        project=project,
        id=name,
        aliases=aliases,
        summary=summary,
        score=score,
        level=level,
        url=url,
        ranges=ranges,
        versions=versions,
    )


@dataclass(slots=True)
class _Affected:
    """What the entries for one project add up to."""

    ranges: list[Range] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)
    vectors: list[str] = field(default_factory=list)


def read_advisory(document: object) -> list[Advisory]:
    """What a document says of projects on a Python index, one for each; none where it was withdrawn.

    Raises InvalidAdvisoryError.
    """
    given = _mapping(document, "the document")
    name = _text(given.get("id"), "id")
    if not _ID.fullmatch(name):
        raise InvalidAdvisoryError(f"its id is {name[:60]!r}")
    version = _text(given.get("schema_version", "1.0.0"), "schema_version")
    if version.partition(".")[0] != "1":
        raise InvalidAdvisoryError(f"its schema is {version[:20]!r}; known is 1.x")
    if given.get("withdrawn"):
        return []
    by_project = _by_project(given)
    shared = _shared(given)
    vectors, label = _vectors(given), _label(given)
    return [
        Advisory(
            project=project,
            id=name,
            ranges=tuple(affected.ranges),
            versions=tuple(affected.versions),
            **shared,
            **_severity(affected.vectors or vectors, label),
        )
        for project, affected in by_project.items()
    ]


def listed_advisory(project: NormalizedName, version: str, given: object) -> Advisory | None:
    """One of the ``vulnerabilities`` that an index lists for a release; ``None`` for one that was withdrawn.

    Raises InvalidAdvisoryError.
    """
    entry = _mapping(given, "the entry")
    name = _text(entry.get("id"), "id")
    if not _ID.fullmatch(name):
        raise InvalidAdvisoryError(f"its id is {name[:60]!r}")
    if entry.get("withdrawn"):
        return None
    link = _text(entry.get("link") or "", "link")
    shared = _shared({**entry, "references": [{"type": "ADVISORY", "url": link}]})
    fixed = tuple(_text(one, "fixed_in") for one in _list(entry.get("fixed_in"), "fixed_in"))
    return Advisory(project=project, id=name, versions=(version,), fixed=fixed, **shared)


def affects(advisory: Advisory, version: str) -> bool:
    """Whether a version is affected; a local part (``+cpu``) counts only where the advisory names one.

    A version that is none by PEP 440 is affected only where it is named.
    """
    if version in advisory.versions:
        return True
    key = version_key(version)
    if key is None:
        return False
    if any(_holds(events, key) for events in advisory.ranges):
        return True
    named = (version_key(text) for text in advisory.versions if _may_be(text, key))
    return any(_comparable(key, one) == one for one in named if one is not None)


def _may_be(text: str, key: VersionKey) -> bool:
    """Whether a text is worth reading as that version: most of the hundreds named begin otherwise."""
    release = key[1]
    start = str(release[0]) if len(release) == 1 else f"{release[0]}.{release[1]}"
    return text.startswith(start) or not text[:1].isdigit() or "!" in text or text[:1] == "0" or ".0" in text


def fixed_in(advisory: Advisory, version: str) -> list[str]:
    """The versions above an affected one at which its ranges end, the lowest of each range, sorted."""
    key = version_key(version)
    if key is None:
        return sorted(advisory.fixed)
    found: dict[VersionKey, str] = {}
    for events in advisory.ranges:
        if _holds(events, key):
            ends = [(version_key(text), text) for kind, text in events if kind == "fixed"]
            above = [(end, text) for end, text in ends if end is not None and end > key]
            if above:
                end, text = min(above)
                found.setdefault(end, text)
    for text in advisory.fixed:
        end_key = version_key(text)
        if end_key is not None and end_key > key:
            found.setdefault(end_key, text)
    return [found[end] for end in sorted(found)]


def printable(text: str, longest: int = _LONGEST_SUMMARY) -> str:
    """One line that does no more to a terminal than to be read."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _holds(events: Range, key: VersionKey) -> bool:
    """Whether a range has a version, by the schema's algorithm."""
    sorted_events = sorted(
        ((_key(kind, text), kind == "introduced", kind) for kind, text in events),
        key=lambda event: event[:2],
    )
    limits = [end for end, _, kind in sorted_events if kind == "limit"]
    if limits and not any(_comparable(key, end) < end for end in limits):
        return False
    inside = False
    for at, _, kind in sorted_events:
        here = _comparable(key, at)
        if kind == "introduced" and here >= at:
            inside = True
        elif (kind == "fixed" and here >= at) or (kind == "last_affected" and here > at):
            inside = False
    return inside


def _key(kind: str, text: str) -> VersionKey:
    """Where an event stands. What cannot be read makes a range wider, never narrower."""
    if kind == "introduced" and text == "0":
        return _FIRST
    key = version_key(text)
    if key is not None:
        return key
    return _FIRST if kind == "introduced" else _NEVER


def _comparable(key: VersionKey, other: VersionKey) -> VersionKey:
    """A key as it is compared with another: a build of 1.0 for one platform (``1.0+cpu``) is 1.0."""
    has_local = len(other) > _LOCAL and bool(other[_LOCAL])
    return key if has_local or not key[_LOCAL] else (*key[:_LOCAL], ())


def _by_project(given: Mapping[str, Any]) -> dict[NormalizedName, _Affected]:
    found: dict[NormalizedName, _Affected] = {}
    for entry in _list(given.get("affected"), "affected"):
        about = _mapping(entry, "affected")
        package = _mapping(about.get("package", {}), "affected.package")
        ecosystem = _text(package.get("ecosystem", ""), "affected.package.ecosystem")
        if ecosystem.partition(":")[0].lower() != _ECOSYSTEM:
            continue
        affected = found.setdefault(_project(package), _Affected())
        affected.versions += (
            _text(one, "affected.versions") for one in _list(about.get("versions"), "affected.versions")
        )
        affected.ranges += _ranges(about)
        affected.vectors += _vectors(about)
    return found


def _project(package: Mapping[str, Any]) -> NormalizedName:
    try:
        return project_name(_text(package.get("name"), "affected.package.name")).normalized
    except InvalidProjectNameError as error:
        raise InvalidAdvisoryError(error.what) from None


def _ranges(about: Mapping[str, Any]) -> Iterable[Range]:
    for entry in _list(about.get("ranges"), "affected.ranges"):
        given = _mapping(entry, "affected.ranges")
        # Commits say nothing of a release.
        if _text(given.get("type"), "affected.ranges.type") == "GIT":
            continue
        yield tuple(
            (kind, _text(event[kind], f"affected.ranges.events.{kind}"))
            for one in _list(given.get("events"), "affected.ranges.events")
            for event in (_mapping(one, "affected.ranges.events"),)
            for kind in _EVENTS
            if kind in event
        )


def _shared(given: Mapping[str, Any]) -> dict[str, Any]:
    aliases = [_text(one, "aliases") for one in _list(given.get("aliases"), "aliases")]
    summary = _text(given.get("summary") or given.get("details") or "", "summary")
    return {
        "aliases": tuple(one for one in aliases if _ID.fullmatch(one)),
        "summary": printable(summary),
        "url": _url(given),
    }


def _url(given: Mapping[str, Any]) -> str:
    """Where one reads more: an advisory's own page before any other."""
    pages: dict[str, str] = {}
    for entry in _list(given.get("references"), "references"):
        reference = _mapping(entry, "references")
        url = _text(reference.get("url", ""), "references.url")
        if url.startswith(("https://", "http://")) and url.isprintable() and len(url) < _LONGEST_URL:
            pages.setdefault(_text(reference.get("type", ""), "references.type"), url)
    return pages.get("ADVISORY") or pages.get("WEB") or ""


def _vectors(given: Mapping[str, Any]) -> list[str]:
    entries = (_mapping(one, "severity") for one in _list(given.get("severity"), "severity"))
    return [
        _text(one.get("score"), "severity.score")
        for one in entries
        if _text(one.get("type"), "severity.type").startswith("CVSS_")
    ]


def _label(given: Mapping[str, Any]) -> str | None:
    """The level that the database gives in a word of its own."""
    specific = given.get("database_specific")
    word = specific.get("severity") if isinstance(specific, dict) else None
    return level_named(word) if isinstance(word, str) else None


def _severity(vectors: list[str], label: str | None) -> dict[str, Any]:
    score = newest_score(vectors)
    return {"score": score, "level": label if score is None else level_of(score)}


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise InvalidAdvisoryError(f"{where} is no object")
    return value


def _list(value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise InvalidAdvisoryError(f"{where} is no array")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidAdvisoryError(f"{where} is no text")
    return value
