"""The components of an environment: what its interpreter finds installed."""

from collections.abc import Iterable, Mapping

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.installer.auditing.components import Component, Composition, with_roots
from bodega.installer.environments.installed import SHIM, Installed
from bodega.installer.environments.inventory import Found
from bodega.installer.environments.needed import texts_of


def installed_components(found: Iterable[Found], markers: Markers, place: str) -> Composition:
    """What was found, but for the ``pip`` that is bodega itself.

    Requirements that cannot be read count as none: ``bodega check`` tells of them.
    """
    there = {one.name: one.distribution for one in found if one.distribution.name != SHIM}
    requires = {name: _requirements(one) for name, one in there.items()}
    needs = _needs(requires, markers)
    components = [
        Component(
            name=name,
            version=one.version,
            needs=tuple(sorted(needs[name] & there.keys())),
            requested=one.requested,
            origin=_origin(one),
            installed=one,
        )
        for name, one in sorted(there.items())
    ]
    return Composition(place=place, components=with_roots(components), asked=_asked(components))


def _asked(components: Iterable[Component]) -> tuple[str, ...] | None:
    """What was asked for by name; ``None`` where a part of it came from elsewhere than an index."""
    named = [one for one in components if one.requested]
    if any(one.origin is not None for one in named):
        return None
    return tuple(one.name for one in named)


def _requirements(one: Installed) -> list[Requirement]:
    found = []
    for text in texts_of(one):
        try:
            found.append(parse_requirement(text))
        except BodegaError:
            continue
    return found


def _needs(
    requires: Mapping[NormalizedName, list[Requirement]], markers: Markers
) -> dict[NormalizedName, set[NormalizedName]]:
    """Who requires whom, the extras that are asked for among each other included."""
    extras: dict[NormalizedName, set[str]] = {name: {""} for name in requires}
    needs: dict[NormalizedName, set[NormalizedName]] = {name: set() for name in requires}
    waiting = [(name, "") for name in requires]
    while waiting:
        name, extra = waiting.pop()
        for requirement in requires[name]:
            if not _holds(markers, requirement.marker, extra):
                continue
            needs[name].add(requirement.name)
            known = extras.get(requirement.name)
            new = set(requirement.extras) - known if known is not None else set()
            if known is not None:
                known |= new
                waiting += ((requirement.name, one) for one in sorted(new))
    return needs


def _holds(markers: Markers, marker: str | None, extra: str) -> bool:
    try:
        return markers.holds(marker, extra)
    except BodegaError:
        return False


def _origin(one: Installed) -> str | None:
    try:
        document = one.direct_url
    except BodegaError:
        return None
    return without_credentials(str(document.get("url", ""))) if document is not None else None
