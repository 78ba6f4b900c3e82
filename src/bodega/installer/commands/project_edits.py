"""Which edits of a pyproject.toml a user's words mean: requirements that come, change and go."""

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import Requirement, parse_requirement
from bodega.formats.versions import parse_version
from bodega.installer.commands.written_references import written_reference
from bodega.installer.inputs.project_edit import Place, ProjectText, Standing
from bodega.installer.inputs.requirements_file import RequirementLine
from bodega.installer.inputs.typed_table import nearest
from bodega.installer.locking.ports import Reference, References

#: What is written where a requirement names no versions: at least what was chosen, below the next that may
#: break (of 0.X the next X), that version alone, or nothing.
BOUNDS = ("lower", "major", "exact", "none")

_TYPED = re.compile(r"[A-Za-z0-9._-]+")


class NotRequiredError(BodegaError):
    """A project is to be taken out of a pyproject.toml that does not name it, or not there."""

    code = "E-PYPROJECT-ABSENT"

    def __init__(self, name: str, shown: str, *, elsewhere: Collection[str], known: Iterable[str]) -> None:
        near = nearest(name, known)
        why: str | None
        if elsewhere:
            why = f"it stands in {', '.join(sorted(elsewhere))}"
        else:
            why = f"the nearest is {near!r}" if near else None
        super().__init__(f"{shown} does not require {name}{' there' if elsewhere else ''}", why=why)
        self.name = name


class OwnProjectError(BodegaError):
    """A project cannot require itself."""

    code = "E-PYPROJECT-ITSELF"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is this project itself", why="no project can be a dependency of its own")
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequirement:
    """What is to be added: a requirement (PEP 508), and the path that it comes from, if it lies here.

    ``path`` is relative to the project's folder where it lies near it.
    """

    requirement: Requirement
    path: str | None = None
    editable: bool = False

    @property
    def name(self) -> NormalizedName:
        """The project."""
        return self.requirement.name

    @property
    def takes_bounds(self) -> bool:
        """Whether it names no versions, nor a place that has one alone."""
        return not (self.requirement.specifier or self.requirement.url or self.path)


@dataclass(frozen=True, slots=True)
class Edit:
    """One requirement that came (no ``before``), changed, or went (no ``after``), as written, and where."""

    place: Place
    before: str | None
    after: str | None


def new_requirements(
    lines: Iterable[RequirementLine], references: Callable[[], References], folder: str
) -> list[NewRequirement]:
    """What lines ask for; what a path or URL holds is looked into. Raises what reading and looking raise."""
    found = []
    for line in lines:
        written = written_reference(line)
        if written is None:
            found.append(NewRequirement(requirement=parse_requirement(line.text)))
        else:
            found.append(_referenced(written, references(), folder))
    return found


def _referenced(reference: Reference, references: References, folder: str) -> NewRequirement:
    name = references.prepare(reference).name
    extras = f"[{','.join(reference.extras)}]" if reference.extras else ""
    marker = f"; {reference.marker}" if reference.marker else ""
    if reference.url.startswith("file:"):
        from bodega.installer.indexes.places import local_path  # noqa: PLC0415 - only for paths

        path = str(local_path(reference.url))
        return NewRequirement(
            requirement=parse_requirement(f"{name}{extras}{marker}"),
            path=_relative(path, folder),
            editable=reference.editable,
        )
    inside = f"#subdirectory={reference.subdirectory}" if reference.subdirectory else ""
    url = f"{without_credentials(reference.url)}{inside}"
    return NewRequirement(
        requirement=parse_requirement(f"{name}{extras} @ {url}{' ' if marker else ''}{marker}")
    )


def _relative(path: str, folder: str) -> str:
    """Relative to the project, unless that leads up to the root of the machine."""
    relative = os.path.relpath(path, folder)
    climbs = relative.split(os.sep).count(os.pardir)
    is_far = climbs >= len(folder.strip(os.sep).split(os.sep))
    return path if is_far else relative.replace(os.sep, "/")


def add_requirement(text: ProjectText, new: NewRequirement, place: Place) -> tuple[Place, Edit | None]:
    """Add, or change what stands there for the same project; the place as it is written, and what changed."""
    standing = _same(text, new, place)
    if standing is None:
        written = text.add(place, new.requirement.text)
        edit: Edit | None = Edit(written, None, new.requirement.text)
    else:
        written = standing.place
        after = _merged(standing.requirement, new.requirement)
        before = standing.requirement.text
        edit = None if after == before else Edit(written, before, after)
        if edit is not None:
            text.replace(standing, after)
    if new.path is not None:
        source: dict[str, object] = {"path": new.path}
        text.set_source(new.name, {**source, "editable": True} if new.editable else source)
    return written, edit


def _same(text: ProjectText, new: NewRequirement, place: Place) -> Standing | None:
    """What stands there for the same project, under the same marker where there are several."""
    there = [
        one
        for one in text.standing()
        if one.place.kind == place.kind
        and normalize(one.place.name) == normalize(place.name)
        and one.requirement.name == new.name
    ]
    if len(there) == 1 and new.requirement.marker in (None, there[0].requirement.marker):
        return there[0]
    return next((one for one in there if one.requirement.marker == new.requirement.marker), None)


def _merged(old: Requirement, new: Requirement) -> str:
    """The old requirement with what the new one says: its versions or URL, and its extras besides."""
    extras = tuple(sorted({*old.extras, *new.extras}))
    place = new if new.specifier or new.url else old
    if extras == old.extras and (place is old or (place.specifier, place.url) == (old.specifier, old.url)):
        return old.text
    return written(old, extras=extras, specifier=place.specifier, url=place.url)


def written(
    old: Requirement, *, specifier: str, extras: Sequence[str] | None = None, url: str | None = None
) -> str:
    """A requirement with other versions, the name as it was typed."""
    typed = _TYPED.match(old.text)
    name = typed[0] if typed else old.name
    extras = old.extras if extras is None else extras
    named = f"{name}[{','.join(extras)}]" if extras else name
    place = f" @ {url}" if url else specifier
    return f"{named}{place}{' ' if url and old.marker else ''}{f'; {old.marker}' if old.marker else ''}"


def set_bounds(
    text: ProjectText, edits: Sequence[Edit], versions: Mapping[str, str], bounds: str
) -> list[Edit]:
    """Give what was added without versions those that were chosen; the edits as they are then."""
    found = []
    for edit in edits:
        requirement = parse_requirement(edit.after) if edit.after is not None else None
        version = versions.get(requirement.name) if requirement is not None else None
        if requirement is None or version is None or requirement.specifier or requirement.url:
            found.append(edit)
            continue
        after = written(requirement, specifier=bounded(version, bounds))
        for standing in text.standing():
            if standing.place == edit.place and standing.requirement == requirement:
                text.replace(standing, after)
                break
        found.append(Edit(edit.place, edit.before, after))
    return found


def bounded(version: str, bounds: str) -> str:
    """The specifier for a chosen version, by one of ``BOUNDS``."""
    parsed = parse_version(version)
    if parsed is None or bounds == "none":
        return ""
    public = parsed.public
    if bounds == "exact":
        return f"=={version}"
    if bounds == "lower":
        return f">={public}"
    release, epoch = parsed.release, f"{parsed.epoch}!" if parsed.epoch else ""
    depth = next((place for place, number in enumerate(release) if number), len(release) - 1)
    upper = [*release[:depth], release[depth] + 1]
    return f">={public},<{epoch}{'.'.join(map(str, upper))}"


def remove_requirements(
    text: ProjectText, names: Sequence[NormalizedName], place: Place | None, shown: str
) -> list[Edit]:
    """Remove projects, from one place or from all where they stand; raises NotRequiredError, changes nothing.

    Where a project came from is forgotten with it.
    """
    everywhere = list(text.standing())
    known = {one.requirement.name for one in everywhere}
    for name in names:
        where = [one.place for one in everywhere if one.requirement.name == name]
        if not any(_is_in(one, place) for one in where):
            raise NotRequiredError(name, shown, elsewhere={one.key for one in where}, known=known)
    edits = []
    # From the end, so that positions of the others stay.
    for one in sorted(everywhere, key=lambda one: (one.place, one.position), reverse=True):
        if one.requirement.name in names and _is_in(one.place, place):
            text.remove(one)
            edits.append(Edit(one.place, one.requirement.text, None))
    left = {one.requirement.name for one in text.standing()}
    for name in names:
        if name not in left:
            text.set_source(name, None)
    return edits[::-1]


def _is_in(here: Place, wanted: Place | None) -> bool:
    return wanted is None or (here.kind, normalize(here.name)) == (wanted.kind, normalize(wanted.name))
