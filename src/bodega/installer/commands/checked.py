"""``check``: whether what is installed has all that it requires, and fits the interpreter."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement
from bodega.formats.tags import expanded
from bodega.formats.targets import Target
from bodega.formats.versions import allowed
from bodega.formats.wheel_file import headers
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.inventory import Found
from bodega.installer.environments.needed import required_by


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement of which nothing is installed."""

    name: NormalizedName
    version: str
    requirement: NormalizedName


@dataclass(frozen=True, slots=True)
class Conflicting:
    """A requirement that what is installed does not meet."""

    name: NormalizedName
    version: str
    requirement: str
    present: NormalizedName
    present_version: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A distribution of which no tag fits the interpreter."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A distribution whose requirements cannot be read."""

    name: NormalizedName
    why: str


Problem = Missing | Conflicting | Unsupported | Unreadable


def problems(found: Sequence[Found], target: Target) -> list[Problem]:
    """All problems: what is missing, then what conflicts, what does not fit, and what cannot be read."""
    by_name = {one.name: one.distribution for one in found}
    markers = Markers(target.markers)
    missing: list[Problem] = []
    conflicting: list[Problem] = []
    unreadable: list[Problem] = []
    for name, one in by_name.items():
        try:
            needs = sorted(required_by(one, markers), key=lambda need: need.text)
        except BodegaError as error:
            unreadable.append(Unreadable(name, error.what))
            continue
        for need in dict.fromkeys(needs):
            present = by_name.get(need.name)
            if present is None:
                missing.append(Missing(name, one.version, need.name))
            elif not allowed(need.specifier, [present.version])[0]:
                text = _normal(need)
                conflicting.append(Conflicting(name, one.version, text, need.name, present.version))
    tags = frozenset(target.tags)
    unsupported = [
        Unsupported(one.typed_name, one.version) for one in by_name.values() if not _fits(one, tags)
    ]
    return [*dict.fromkeys(missing), *conflicting, *unsupported, *unreadable]


def _fits(one: Installed, tags: frozenset[str]) -> bool:
    text = one.wheel_file
    if not text:
        return True
    written = [value for name, value in headers(text) if name == "tag"]
    return not tags.isdisjoint(tag for compressed in written for tag in expanded(compressed))


def _normal(need: Requirement) -> str:
    from packaging.requirements import Requirement as Parsed  # noqa: PLC0415 - only where there is a conflict

    return str(Parsed(need.text))
