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
    requirements: Sequence[Requirement], installed: Mapping[NormalizedName, Installed], target: Target
) -> bool:
    """Whether every requirement, and all that follows from them, is met by what is installed."""
    markers = Markers(target.markers)
    seen: set[tuple[NormalizedName, str]] = set()
    waiting = [one for one in requirements if markers.holds(one.marker)]
    while waiting:
        requirement = waiting.pop()
        present = installed.get(requirement.name)
        if present is None or requirement.url is not None or present.direct_url is not None:
            return False
        if not _admits(requirement.specifier, present.version):
            return False
        for extra in ("", *requirement.extras):
            if (requirement.name, extra) not in seen:
                seen.add((requirement.name, extra))
                try:
                    waiting += _required(present, extra, markers)
                except InvalidMetadataError:
                    return False
    return True


def _required(present: Installed, extra: str, markers: Markers) -> list[Requirement]:
    metadata = parse_metadata(present.metadata)
    requirements = [parse_requirement(text) for text in metadata.requires_dist]
    return [one for one in requirements if markers.holds(one.marker, extra)]


def _admits(specifier: str, version: str) -> bool:
    plain = admits(specifier, version)
    return allowed(specifier, [version])[0] if plain is None else plain
