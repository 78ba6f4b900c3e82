"""What differs between two locks: releases, hashes, and what they are for. Values, no words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bodega.formats.version_order import version_key

#: What of a release, or of a lock, is another one. ``hash`` is the loud one: other bytes under one name.
Aspect = Literal["hash", "source", "marker", "python", "index", "files", "lock"]
_HARMLESS = frozenset({"files", "index"})
_KINDS = ("vcs", "directory", "archive")
#: What of the head of a lock says what it is for; the rest follows from it.
_HEAD = ("requires-python", "environments", "extras", "dependency-groups", "default-groups")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was something and is something else; empty where it was not there. ``what`` names it."""

    aspect: Aspect
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ReleaseChange:
    """A project in two locks: its versions before and after, and what else is different.

    Versions are empty where it is not there; a lock for several environments may have more than one. A
    folder has no version and is called by its place.
    """

    name: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    facts: tuple[Fact, ...] = ()

    @property
    def kind(self) -> str:
        """``added``, ``removed``, ``upgraded``, ``downgraded``, ``changed``."""
        if not self.before or not self.after:
            return "added" if self.after else "removed"
        if self.before == self.after:
            return "changed"
        keys = [version_key(versions[-1]) for versions in (self.before, self.after)]
        if keys[0] is None or keys[1] is None or keys[0] == keys[1]:
            return "changed"
        return "upgraded" if keys[0] < keys[1] else "downgraded"

    @property
    def is_loud(self) -> bool:
        """Whether other bytes stand under a name that was there before."""
        return any(fact.aspect == "hash" for fact in self.facts)


@dataclass(frozen=True, slots=True)
class LockDifference:
    """All that differs: of the lock as a whole, and by project."""

    facts: tuple[Fact, ...]
    releases: tuple[ReleaseChange, ...]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.facts or self.releases)

    def deciding(self) -> "LockDifference":
        """What makes a lock another one: not files that were added to a release, nor where files are."""
        facts = tuple(fact for fact in self.facts if fact.aspect not in _HARMLESS)
        releases = []
        for one in self.releases:
            kept = tuple(fact for fact in one.facts if fact.aspect not in _HARMLESS)
            if kept or one.before != one.after or not one.facts:
                releases.append(replace(one, facts=kept))
        return LockDifference(facts, tuple(releases))


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> LockDifference:
    """Compare two valid locks."""
    sides = _by_name(before), _by_name(after)
    moved = _moved_indexes(*sides)
    changes = (
        _release(name, sides[0].get(name, ()), sides[1].get(name, ()), moved)
        for name in sorted({*sides[0], *sides[1]})
    )
    facts = [*_head(before, after), *(Fact("index", "index", *pair) for pair in sorted(moved))]
    return LockDifference(tuple(facts), tuple(change for change in changes if change is not None))


_Entries = Sequence[Mapping[str, Any]]


def _by_name(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for entry in document["packages"]:
        found.setdefault(entry["name"], []).append(entry)
    return found


def _moved_indexes(
    before: Mapping[str, _Entries], after: Mapping[str, _Entries]
) -> frozenset[tuple[str, str]]:
    """Indexes in whose place another one stands for more than one project: told once, not for each."""
    count: dict[tuple[str, str], int] = {}
    for name in before.keys() & after.keys():
        pair = str(before[name][0].get("index", "")), str(after[name][0].get("index", ""))
        if pair[0] != pair[1]:
            count[pair] = count.get(pair, 0) + 1
    return frozenset(pair for pair, projects in count.items() if projects > 1)


def _head(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[Fact]:
    for key in _HEAD:
        was, now = _text(before.get(key)), _text(after.get(key))
        if was != now:
            yield Fact("lock", key, was, now)
    asked = [set(_requirements(document)) for document in (before, after)]
    for text in sorted(asked[0] - asked[1]):
        yield Fact("lock", "requirement", text, "")
    for text in sorted(asked[1] - asked[0]):
        yield Fact("lock", "requirement", "", text)


def _requirements(document: Mapping[str, Any]) -> Iterable[str]:
    ours = document.get("tool", {}).get("bodega", {})
    texts = ours.get("requirements", ()) if isinstance(ours, dict) else ()
    return (text for text in texts if isinstance(text, str)) if isinstance(texts, list) else ()


def _text(value: object) -> str:
    return "; ".join(sorted(map(str, value))) if isinstance(value, list) else str(value or "")


# --- one project


def _release(
    name: str, before: _Entries, after: _Entries, moved: frozenset[tuple[str, str]]
) -> ReleaseChange | None:
    versions = tuple(tuple(sorted({_version(one) for one in side}, key=_order)) for side in (before, after))
    facts = [fact for one, other in _pairs(before, after) for fact in _facts(one, other, moved)]
    if versions[0] == versions[1] and len(before) == len(after) and not facts:
        return None
    return ReleaseChange(name, versions[0], versions[1], tuple(facts))


def _pairs(before: _Entries, after: _Entries) -> Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Which entry stands in the place of which: same version and marker first, then version, then order."""
    left, right = list(before), list(after)
    for key in (lambda one: (_version(one), one.get("marker")), _version, lambda _: None):
        waiting: dict[object, list[Mapping[str, Any]]] = {}
        for other in reversed(right):
            waiting.setdefault(key(other), []).append(other)
        unpaired = []
        for one in left:
            if waiting.get(key(one)):
                yield one, waiting[key(one)].pop()
            else:
                unpaired.append(one)
        left, right = unpaired, [one for rest in waiting.values() for one in reversed(rest)]


def _version(entry: Mapping[str, Any]) -> str:
    version = entry.get("version")
    return str(version) if version is not None else _source(entry)


def _order(version: str) -> tuple[bool, Any]:
    key = version_key(version)
    return (True, key) if key is not None else (False, version)


def _source(entry: Mapping[str, Any]) -> str:
    """Where a release comes from, where that is no index."""
    for kind in _KINDS:
        found = entry.get(kind)
        if isinstance(found, Mapping):
            place = str(found.get("url") or found.get("path") or "")
            commit = str(found.get("commit-id", ""))[:12]
            editable = " (editable)" if found.get("editable") else ""
            return f"{kind} {place}{'@' if commit else ''}{commit}{editable}"
    return "wheels" if entry.get("wheels") else "sdist"


def _facts(
    one: Mapping[str, Any], other: Mapping[str, Any], moved: frozenset[tuple[str, str]]
) -> Iterable[Fact]:
    kinds = [_source(entry).partition(" ")[0] for entry in (one, other)]
    if kinds[0] != kinds[1] or (kinds[0] in _KINDS and _source(one) != _source(other)):
        yield Fact("source", "source", _source(one), _source(other))
    for aspect, key in (("marker", "marker"), ("python", "requires-python"), ("index", "index")):
        was, now = str(one.get(key, "")), str(other.get(key, ""))
        if was != now and not (aspect == "index" and (was, now) in moved):
            yield Fact(aspect, key, was, now)  # type: ignore[arg-type]
    yield from _file_facts(_files(one), _files(other), is_same=_version(one) == _version(other))


def _file_facts(
    before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]], *, is_same: bool
) -> Iterable[Fact]:
    for filename in sorted(before.keys() & after.keys()):
        shared = before[filename].keys() & after[filename].keys()
        for algorithm in sorted(shared):
            was, now = before[filename][algorithm], after[filename][algorithm]
            if was.lower() != now.lower():
                yield Fact("hash", filename, f"{algorithm}:{was}", f"{algorithm}:{now}")
                break
    if is_same:
        yield from (Fact("files", name, name, "") for name in sorted(before.keys() - after.keys()))
        yield from (Fact("files", name, "", name) for name in sorted(after.keys() - before.keys()))


def _files(entry: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    files = [*entry.get("wheels", ()), *(entry[kind] for kind in ("sdist", "archive") if kind in entry)]
    return {_filename(file): file.get("hashes", {}) for file in files}


def _filename(file: Mapping[str, Any]) -> str:
    given = file.get("name") or file.get("path") or str(file.get("url", "")).partition("#")[0]
    return str(given).rpartition("/")[2]
