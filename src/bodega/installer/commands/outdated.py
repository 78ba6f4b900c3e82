"""What is newer than what is there, and what keeps it out: requirements, the index, the Python at hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement
from bodega.formats.version_order import is_prerelease, version_key
from bodega.formats.versions import allowed, parse_version
from bodega.installer.commands.dependency_graph import Graph, Release, read_requirement
from bodega.installer.indexes.at_once import at_once
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.release_control import ReleaseControl

_AT_ONCE = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Outdated:
    """A release that something newer exists of.

    ``allowed`` is the newest that every requirement on it admits, ``newest`` the newest that exists at all.
    ``reasons`` say why the newest is not to be had: each a stable word and a sentence. ``breaks`` says that
    by its number it may break what uses it.
    """

    name: NormalizedName
    current: str
    allowed: str
    newest: str
    reasons: tuple[tuple[str, str], ...]
    breaks: bool


def outdated(
    graph: Graph, reader: IndexReader, finder: CandidateFinder, releases: ReleaseControl
) -> list[Outdated]:
    """All that is outdated, by name; what no index knows is left out. Raises what the reader raises."""
    there = [one for one in graph.packages.values() if one.version]
    pages = at_once(lambda one: reader.cached_page(one.name) or reader.page(one.name), there, _AT_ONCE)
    judge = _Judge(graph, finder, releases)
    found = [judge.of(one, page) for one, page in zip(there, pages, strict=True) if page is not None]
    return sorted((one for one in found if one is not None), key=lambda one: (one.name, one.current))


class _Judge:
    """Compares what is there with what an index has."""

    def __init__(self, graph: Graph, finder: CandidateFinder, releases: ReleaseControl) -> None:
        self._graph = graph
        self._finder = finder
        self._releases = releases
        self._wishes = _wishes(graph)

    def of(self, there: Release, page: IndexPage) -> Outdated | None:
        """What is newer, if something is."""
        current = version_key(there.version)
        found = self._finder.find(there.name, page).candidates
        early = bool(self._releases.prereleases(there.name)) or (
            current is not None and is_prerelease(current)
        )
        reasons: dict[str, tuple[str, str]] = {}
        for one in found:
            if one.file.yanked is not None:
                reasons[one.version] = ("yanked", _yanked(one.version, one.file.yanked))
        for several in self._finder.unoffered(there.name, page):
            for version in several.versions:
                until = f", until {several.until}" if several.until else ""
                reasons[version] = (several.reason, f"{version}: {several.detail}{until}")
        versions = [*(one.version for one in found), *reasons]
        newest = _newest(versions, early=early)
        if newest is None or current is None or (version_key(newest) or current) <= current:
            return None
        offered = [one.version for one in found if one.version not in reasons]
        wishes = self._wishes.get(there.key, [])
        best = _newest(_admitted(offered, wishes), early=early)
        if best is None or (version_key(best) or current) < current:
            best = there.version
        return Outdated(
            name=there.name,
            current=there.version,
            allowed=best,
            newest=newest,
            reasons=_reasons(newest, best, reasons, wishes),
            breaks=may_break(there.version, newest),
        )


def _wishes(graph: Graph) -> Mapping[str, list[tuple[Requirement, str]]]:
    """The requirements on each release, each with who has it."""
    found: dict[str, list[tuple[Requirement, str]]] = {}
    for key, needs in graph.needs.items():
        release = graph.packages[key]
        for need in needs:
            _take(found, need.to, need.text, f"{release.name} {release.version}".rstrip())
    for need in graph.roots:
        _take(found, need.to, need.text, need.origin)
    return found


def _take(found: dict[str, list[tuple[Requirement, str]]], to: str | None, text: str, who: str) -> None:
    requirement = read_requirement(text)
    if to is not None and requirement is not None:
        found.setdefault(to, []).append((requirement, who))


def _admitted(versions: Sequence[str], wishes: Iterable[tuple[Requirement, str]]) -> list[str]:
    left = list(versions)
    for requirement, _ in wishes:
        left = [one for one, is_in in zip(left, allowed(requirement.specifier, left), strict=True) if is_in]
    return left


def _newest(versions: Iterable[str], *, early: bool) -> str | None:
    keys = {one: key for one in versions if (key := version_key(one)) is not None}
    fitting = [one for one, key in keys.items() if early or not is_prerelease(key)]
    return max(fitting, key=lambda one: keys[one], default=None)


def _reasons(
    newest: str,
    best: str,
    reasons: Mapping[str, tuple[str, str]],
    wishes: Iterable[tuple[Requirement, str]],
) -> tuple[tuple[str, str], ...]:
    if newest == best:
        return ()
    found = [reasons[newest]] if newest in reasons else []
    for requirement, who in wishes:
        if not allowed(requirement.specifier, [newest])[0]:
            found.append(("requirement", f"{who} requires {requirement.name}{requirement.specifier}"))
    return tuple(dict.fromkeys(found))


def _yanked(version: str, reason: str) -> str:
    words = "".join(letter if letter.isprintable() else " " for letter in reason)
    return f"{version} is yanked" + (f": {' '.join(words.split())[:200]}" if words.strip() else "")


def may_break(current: str, newest: str) -> bool:
    """Whether the first number differs that says so: of 0.X the second (as semantic versioning has it)."""
    one, other = parse_version(current), parse_version(newest)
    if one is None or other is None:
        return False
    depth = 1 if one.release[0] or other.release[0] else 2
    return (one.epoch, one.release[:depth]) != (other.epoch, other.release[:depth])
