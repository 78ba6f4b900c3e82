"""Whether what is installed already satisfies a request: the answer that needs no index."""

from collections.abc import Mapping, Sequence

from bodega.formats.markers import Markers
from bodega.formats.metadata import InvalidMetadataError, parse_metadata
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.formats.targets import Target
from bodega.formats.version_order import admits
from bodega.formats.versions import allowed
from bodega.installer.environments.installed import Installed


def is_satisfied(
    requirements: Sequence[Requirement],
    installed: Mapping[NormalizedName, Installed],
    target: Target,
    constraints: Sequence[Requirement] = (),
) -> bool:
    """Whether every requirement, and all that follows from them, is met by what is installed.

    ``constraints`` narrow the versions of what is required.
    """
    markers = Markers(target.markers)
    narrowing = [one for one in constraints if markers.holds(one.marker)]
    names = {one.name for one in narrowing}
    seen: set[tuple[NormalizedName, str]] = set()
    waiting = [one for one in requirements if markers.holds(one.marker)]
    while waiting:
        requirement = waiting.pop()
        present = installed.get(requirement.name)
        if present is None or present.direct_url is not None:
            return False
        narrowed = [one for one in narrowing if one.name == present.name] if present.name in names else []
        if not all(_admits(one, present.version) for one in (requirement, *narrowed)):
            return False
        for extra in ("", *requirement.extras):
            if (requirement.name, extra) not in seen:
                seen.add((requirement.name, extra))
                required = _required(present, extra, markers)
                if required is None:
                    return False
                waiting += required
    return True


def _required(present: Installed, extra: str, markers: Markers) -> list[Requirement] | None:
    """What it requires with an extra, or with none (``""``); ``None`` where nobody can tell."""
    try:
        metadata = parse_metadata(present.metadata)
    except InvalidMetadataError:
        return None
    # Most lines are of extras that nobody asked for: their marker is looked at before the rest is parsed.
    texts = [one for one in metadata.requires_dist if "@" in one or markers.holds(_marker(one), extra)]
    requirements = [parse_requirement(text) for text in texts]
    return [one for one in requirements if markers.holds(one.marker, extra)]


def _marker(text: str) -> str | None:
    """The marker of a requirement without a URL."""
    _, semicolon, marker = text.partition(";")
    return marker.strip() if semicolon else None


def _admits(requirement: Requirement, version: str) -> bool:
    if requirement.url is not None:
        return False
    plain = admits(requirement.specifier, version)
    return allowed(requirement.specifier, [version])[0] if plain is None else plain
