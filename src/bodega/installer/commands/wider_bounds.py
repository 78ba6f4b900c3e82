"""Bounds of a pyproject.toml that keep the newest out, widened just so far that they admit it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement
from bodega.formats.versions import allowed, parse_version
from bodega.installer.commands.project_edits import Edit, written
from bodega.installer.inputs.project_edit import Place, ProjectText, Standing

#: Clauses that keep nothing newer out, or keep one bad version out: they stay.
_STAYING = (">=", ">", "!=")


@dataclass(frozen=True, slots=True)
class Loosened:
    """A requirement as it stood, and where, while its upper bounds are away."""

    place: Place
    requirement: Requirement
    meanwhile: str


def loosen(text: ProjectText, names: Collection[NormalizedName]) -> list[Loosened]:
    """Take away what keeps the newest of these projects out, so that a resolution shows which that is."""
    found = []
    for standing in list(text.standing()):
        requirement = standing.requirement
        if requirement.name not in names or requirement.url is not None:
            continue
        staying = ",".join(one for one in _clauses(requirement.specifier) if one.startswith(_STAYING))
        if staying != requirement.specifier:
            meanwhile = written(requirement, specifier=staying)
            text.replace(standing, meanwhile)
            found.append(Loosened(standing.place, requirement, meanwhile))
    return found


def settle(text: ProjectText, loosened: Sequence[Loosened], versions: Mapping[str, str]) -> list[Edit]:
    """Put the bounds back, widened where they refuse the version that was chosen meanwhile."""
    edits = []
    for one in loosened:
        version = versions.get(one.requirement.name)
        after = one.requirement.text
        if version is not None and not allowed(one.requirement.specifier, [version])[0]:
            after = written(one.requirement, specifier=widened(one.requirement.specifier, version))
            edits.append(Edit(one.place, one.requirement.text, after))
        text.replace(_standing(text, one), after)
    return edits


def _standing(text: ProjectText, one: Loosened) -> Standing:
    return next(
        there
        for there in text.standing()
        if there.place == one.place and there.requirement.text == one.meanwhile
    )


def widened(specifier: str, version: str) -> str:
    """The specifier with each clause that refuses a version changed to one of its kind that admits it."""
    clauses = _clauses(specifier)
    return ",".join(one if allowed(one, [version])[0] else _wider(one, version) for one in clauses)


def _clauses(specifier: str) -> list[str]:
    return [one.strip() for one in specifier.split(",") if one.strip()]


def _wider(clause: str, version: str) -> str:
    operator = clause.rstrip("0123456789.*+!abcdefghijklmnopqrstuvwxyz ")
    bound = clause.removeprefix(operator).strip()
    parsed = parse_version(version)
    if parsed is None or operator in _STAYING:
        return clause
    epoch = f"{parsed.epoch}!" if parsed.epoch else ""
    depth = len(bound.removesuffix(".*").rpartition("!")[2].split("."))
    numbers = [*parsed.release, *([0] * depth)][:depth]
    at_depth = epoch + ".".join(map(str, numbers))
    if operator == "<":
        return f"<{epoch}{'.'.join(map(str, _next(numbers)))}"
    if operator == "~=":
        return f"~={at_depth}"
    if bound.endswith(".*"):
        return f"=={at_depth}.*"
    return f"{operator}{version}"


def _next(numbers: Sequence[int]) -> list[int]:
    """What the next release that may break begins with, in as many numbers; of 0.X the next X."""
    first = next((place for place, number in enumerate(numbers) if number), 0)
    return [*numbers[:first], numbers[first] + 1, *[0] * (len(numbers) - first - 1)]
