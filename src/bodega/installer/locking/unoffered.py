"""Why versions of a project are not offered: what an index hides, and what does not fit the target.

Nothing here is looked at before a conflict, or a person, asks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC

from bodega.formats.filenames import wheel_parts
from bodega.formats.targets import Target
from bodega.formats.version_order import VersionKey, version_key
from bodega.formats.versions import allowed
from bodega.formats.wheel_words import pythons_of, systems_of
from bodega.resolution.not_offered import NotOffered, grouped
from bodega.simple_api.pages import HiddenFile, ProjectFile

#: A version's text and its files that were passed over, each with its reason.
Refused = tuple[str, Sequence[tuple[str, ProjectFile]]]
#: What is not offered of a project; may take a while.
Unoffered = Callable[[], Sequence[NotOffered]]

#: The reason that is nearest to installing goes first: a wheel that does not fit says more than an sdist.
_NEAREST = ("hash", "wheel", "platform", "sdist", "python")
_BY_CODE = {
    "E-POLICY-COOLDOWN": "cooldown",
    "E-POLICY-DENIED": "denied",
    "E-POLICY-QUARANTINED": "quarantined",
    "E-POLICY-CUTOFF": "cutoff",
}
_DETAILS = {
    "sdist": "there is only a source distribution, and only wheels may be chosen",
    "wheel": "there are only wheels, and only source distributions may be chosen",
    "hash": "the index gives no hash that can be trusted",
}


def nothing_unoffered() -> Sequence[NotOffered]:
    """All that exists is offered."""
    return ()


def unoffered(
    hidden: Sequence[HiddenFile],
    versions: Mapping[VersionKey, Refused],
    target: Target,
    listed: set[VersionKey],
) -> tuple[NotOffered, ...]:
    """What is not offered, newest first.

    ``versions`` are those of which no file fits; ``listed`` are all of which the page lists a file.
    """
    found = {**dict(_hidden(hidden, listed)), **dict(_unfit(versions, target))}
    return tuple(grouped(found[key] for key in sorted(found, reverse=True)))


def lying_in(found: Sequence[NotOffered], specifiers: Sequence[str]) -> list[NotOffered]:
    """Of what is not offered, that which lies in all specifiers; what is said of a project always does."""
    inside = []
    for one in found:
        flags = [allowed(specifier, one.versions) for specifier in specifiers]
        versions = tuple(v for v, *admitted in zip(one.versions, *flags, strict=True) if all(admitted))
        if versions or not one.versions:
            inside.append(NotOffered(one.reason, versions, one.detail, one.remedy, one.until))
    return inside


def _hidden(hidden: Sequence[HiddenFile], listed: set[VersionKey]) -> Iterator[tuple[VersionKey, NotOffered]]:
    """What the policy of the index, or a cutoff, hides: the first reason of each version."""
    seen: set[VersionKey] = set()
    for file in hidden:
        key = version_key(file.version) if file.version is not None else None
        if key is None or file.version is None or key in listed or key in seen:
            continue
        seen.add(key)
        until = file.until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if file.until else None
        reason = _BY_CODE.get(file.code, "policy")
        yield key, NotOffered(reason, (file.version,), file.reason, until=until)


def _unfit(versions: Mapping[VersionKey, Refused], target: Target) -> Iterator[tuple[VersionKey, NotOffered]]:
    for key, (text, files) in versions.items():
        reasons = {reason for reason, _ in files}
        reason = next((one for one in _NEAREST if one in reasons), "sdist")
        refused = [file for why, file in files if why == reason]
        yield key, NotOffered(reason, (text,), _detail(reason, refused, target), _remedy(reason))


def _detail(reason: str, files: Sequence[ProjectFile], target: Target) -> str:
    if reason == "python":
        asked = " or ".join(dict.fromkeys(file.requires_python or "" for file in files))
        return f"Python {asked} is required, and this is {target.python}"
    if reason == "platform":
        return _wheels(files, target)
    return _DETAILS[reason]


def _wheels(files: Sequence[ProjectFile], target: Target) -> str:
    """For what the wheels are that do not fit: their platforms, or where those do their Pythons."""
    tags = [parts.tags for file in files if (parts := wheel_parts(file.filename)) is not None]
    here = {tag.rpartition("-")[2] for tag in target.tags}
    same = [one for one in tags if not here.isdisjoint(one.rpartition("-")[2].split("."))]
    if same:
        return f"its wheels for this platform are for {pythons_of(same)}, and this is Python {target.python}"
    own = systems_of(target.tags[:1])
    there = systems_of(tags)
    if set(own) & set(there):  # the same but for the C library
        own, there = systems_of(target.tags[:1], exact=True), systems_of(tags, exact=True)
    return f"its wheels are for {', '.join(there)}, and this is {', '.join(own)}"


def _remedy(reason: str) -> str:
    return "leave --only-binary out to build it" if reason == "sdist" else ""
