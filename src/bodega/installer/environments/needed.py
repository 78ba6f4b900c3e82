"""What installed distributions require, for the interpreter that they are installed for (PEP 508)."""

from collections.abc import Iterator

from bodega.formats.markers import Markers
from bodega.formats.metadata import scan_headers
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.formats.requires_txt import requirements_of_egg
from bodega.installer.environments.installed import Installed


def texts_of(one: Installed) -> list[str]:
    """Its requirements as written."""
    texts = [value for name, value in scan_headers(one.metadata) if name == "requires-dist"]
    if not texts and one.kind == "egg-info":
        return list(requirements_of_egg((one.read("requires.txt") or b"").decode("utf-8", "replace")))
    return texts


def required_by(one: Installed, markers: Markers) -> Iterator[Requirement]:
    """Its requirements that hold without any extra; raises InvalidRequirementError, InvalidMarkerError."""
    for text in texts_of(one):
        requirement = parse_requirement(text)
        if markers.holds(requirement.marker):
            yield requirement
