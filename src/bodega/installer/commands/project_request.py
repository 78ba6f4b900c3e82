"""From a project's pyproject.toml to what is asked for: its dependencies, with extras and groups of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bodega.formats.errors import BodegaError
from bodega.formats.metadata import parse_metadata
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.versions import python_allows
from bodega.installer.commands.request import Request, request_of_lines
from bodega.installer.indexes.places import file_url
from bodega.installer.inputs.project_file import Pyproject
from bodega.installer.inputs.requirements_file import Inputs, RequirementLine
from bodega.installer.inputs.typed_table import nearest
from bodega.installer.locking.ports import Builder, Source

#: How backends write that a requirement belongs to an extra.
_OF_EXTRA = re.compile(
    r"""\s*(?:\((?P<first>.*)\)\s+and\s+|(?P<bare>[^()]*?)\s+and\s+)?extra\s*==\s*(?P<q>['"])(?P<extra>[^'"]+)(?P=q)\s*"""
)
_DYNAMIC = frozenset({"dependencies", "optional-dependencies"})


class NoSuchPartError(BodegaError):
    """A project has no extra, or no dependency group, of that name."""

    code = "E-PYPROJECT-PART"

    def __init__(self, kind: str, name: str, shown: str, known: Iterable[str]) -> None:
        known = sorted(known)
        near = nearest(name, known)
        if near is not None:
            why = f"the nearest is {near!r}"
        else:
            why = f"it has {', '.join(known)}" if known else "it has none"
        super().__init__(f"{shown} has no {kind} {name!r}", why=why)
        self.kind = kind
        self.name = name


class PythonUnfitError(BodegaError):
    """The interpreter is none that the project is for."""

    code = "E-PYPROJECT-PYTHON"

    def __init__(self, shown: str, wanted: str, python: str, executable: str) -> None:
        super().__init__(
            f"{shown} is for Python {wanted}, and this is Python {python}",
            why=f"requires-python says so, and {executable} is the interpreter in use",
        )
        self.wanted = wanted
        self.python = python


class DynamicMarkerError(BodegaError):
    """What the build backend says of an extra cannot be told apart from the rest."""

    code = "E-PYPROJECT-DYNAMIC"

    def __init__(self, shown: str, text: str) -> None:
        super().__init__(
            f"the dependencies that the build backend gives for {shown} cannot be used",
            why=f"nobody can tell the extra from the rest in {text[:200]!r}",
        )
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Which parts of a project are asked for, by normalized names.

    ``dependencies`` are those of the project itself, which ``--only-group`` leaves out. ``itself`` asks for
    the project, too, editable.
    """

    extras: frozenset[NormalizedName] = frozenset()
    groups: frozenset[NormalizedName] = frozenset()
    all_extras: bool = False
    all_groups: bool = False
    default_groups: bool = True
    dependencies: bool = True
    itself: bool = False

    def within(self, project: Pyproject) -> "Parts":
        """Without extras and groups that the project has not, or not any more."""
        return replace(
            self,
            extras=self.extras & frozenset(project.extras),
            groups=self.groups & frozenset(project.groups),
        )

    def written(self) -> tuple[str, ...]:
        """The parts as texts that ``parts_from`` reads again."""
        flags = ("all_extras", "all_groups", "default_groups", "dependencies", "itself")
        return (
            *(flag.replace("_", "-") for flag in flags if getattr(self, flag)),
            *(f"extra:{name}" for name in sorted(self.extras)),
            *(f"group:{name}" for name in sorted(self.groups)),
        )


def parts_from(texts: Iterable[str]) -> Parts:
    """The parts that a lock says it holds; what is not understood is left out."""
    texts = set(texts)

    def named(kind: str) -> frozenset[NormalizedName]:
        found = (text.partition(":") for text in texts)
        return frozenset(normalize(name) for word, _, name in found if word == kind and name)

    return Parts(
        extras=named("extra"),
        groups=named("group"),
        all_extras="all-extras" in texts,
        all_groups="all-groups" in texts,
        default_groups="default-groups" in texts,
        dependencies="dependencies" in texts,
        itself="itself" in texts,
    )


def check_python(project: Pyproject, python: str, executable: str) -> None:
    """Raise PythonUnfitError where the project is for other Pythons."""
    wanted = project.requires_python
    if wanted is not None and not python_allows(wanted, python):
        raise PythonUnfitError(project.shown, wanted, python, executable)


def project_request(project: Pyproject, parts: Parts, said: Inputs | None = None) -> Request:
    """What is asked for, with the project's overrides and constraints, and those that files ``said``.

    Raises NoSuchPartError, and what reading requirements raises.
    """
    settings, where = project.settings, f"{project.shown}, tool.bodega"
    said = said or Inputs()
    constraints = (RequirementLine(one.text, origin=f"{where}.constraints") for one in settings.constraints)
    overrides = (RequirementLine(one.text, origin=f"{where}.overrides") for one in settings.overrides)
    inputs = Inputs(constraints=[*said.constraints, *constraints], overrides=[*said.overrides, *overrides])
    return request_of_lines(list(asked_lines(project, parts)), inputs)


def asked_lines(project: Pyproject, parts: Parts) -> Iterator[RequirementLine]:
    """The requirements of the parts, each once for each place where it stands; raises NoSuchPartError."""
    own = _Own(project)
    if parts.itself:
        yield RequirementLine(file_url(project.folder), origin=f"{project.shown}, itself", editable=True)
    if parts.dependencies:
        yield from own.of("", project.dependencies)
    for extra in _named("extra", parts.extras, project.extras, project.shown, everyone=parts.all_extras):
        yield from own.of(extra, project.extras[extra])
    default = project.settings.default_groups if parts.default_groups else ()
    groups = parts.groups | frozenset(default)
    for group in _named("group", groups, project.groups, project.shown, everyone=parts.all_groups):
        yield from own.expanded(project.groups[group])


def _named(
    kind: str,
    asked: Iterable[NormalizedName],
    known: Mapping[NormalizedName, object],
    shown: str,
    *,
    everyone: bool,
) -> list[NormalizedName]:
    asked = set(asked)
    for name in sorted(asked - known.keys()):
        raise NoSuchPartError(kind, name, shown, known)
    return [name for name in known if everyone or name in asked]


class _Own:
    """Puts what the project requires in the place of requirements on itself, as ``demo[web]`` in ``all``."""

    def __init__(self, project: Pyproject) -> None:
        self._project = project
        self._taken: set[str] = set()
        self._open: set[str] = set()

    def of(self, part: str, lines: Iterable[RequirementLine]) -> Iterator[RequirementLine]:
        """The lines of a part, which is ``""`` or an extra; none where they were taken already."""
        if part not in self._taken:
            self._taken.add(part)
            yield from self._within(part, lines)

    def expanded(self, lines: Iterable[RequirementLine]) -> Iterator[RequirementLine]:
        """Lines without requirements on the project itself."""
        for line in lines:
            own = self._own(line)
            if own is None:
                yield line
                continue
            for part, found in self._parts(own):
                # Under a marker a part may be asked for in vain, and again without one.
                inner = self._within(part, found) if own.marker else self.of(part, found)
                yield from (_narrowed(one, own.marker) for one in inner)

    def _within(self, part: str, lines: Iterable[RequirementLine]) -> Iterator[RequirementLine]:
        """The lines of a part that may be asked for again; none where it is being read: it is a circle."""
        if part not in self._open:
            self._open.add(part)
            yield from self.expanded(lines)
            self._open.discard(part)

    def _own(self, line: RequirementLine) -> Requirement | None:
        try:
            requirement = parse_requirement(line.text)
        except InvalidRequirementError:
            return None
        return requirement if requirement.name == self._project.name and not requirement.url else None

    def _parts(self, own: Requirement) -> Iterator[tuple[str, tuple[RequirementLine, ...]]]:
        yield "", self._project.dependencies
        for extra in own.extras:
            if extra not in self._project.extras:
                raise NoSuchPartError("extra", extra, self._project.shown, self._project.extras)
            yield extra, self._project.extras[NormalizedName(extra)]


def _narrowed(line: RequirementLine, marker: str | None) -> RequirementLine:
    if marker is None:
        return line
    text, semicolon, own = line.text.partition(";" if "//" not in line.text else "; ")
    both = f"({own.strip()}) and ({marker})" if semicolon else marker
    return replace(line, text=f"{text.rstrip()}; {both}")


def with_dynamic(project: Pyproject, builder: Callable[[], Builder]) -> Pyproject:
    """A project with what it leaves to its build backend, which is asked; the same one where it leaves none.

    Raises DynamicMarkerError, and what builds raise.
    """
    if not project.dynamic & _DYNAMIC:
        return project
    source = Source(url=file_url(project.folder), path=project.folder, name=project.name)
    metadata = parse_metadata(builder().metadata(source))
    origin = f"{project.shown}, as its build backend says"
    plain: list[RequirementLine] = []
    extras: dict[NormalizedName, list[RequirementLine]] = {
        normalize(name): [] for name in metadata.provides_extra
    }
    for text in metadata.requires_dist:
        requirement, extra = _split(text, project.shown)
        lines = plain if extra is None else extras.setdefault(extra, [])
        lines.append(RequirementLine(requirement, origin=origin))
    found = project
    if "dependencies" in project.dynamic:
        found = replace(found, dependencies=tuple(plain))
    if "optional-dependencies" in project.dynamic:
        found = replace(found, extras={name: tuple(lines) for name, lines in extras.items()})
    return replace(found, dynamic=found.dynamic - _DYNAMIC)


def _split(text: str, shown: str) -> tuple[str, NormalizedName | None]:
    """A requirement of metadata, and the extra that it belongs to."""
    requirement = parse_requirement(text)
    if requirement.marker is None or "extra" not in requirement.marker:
        return text, None
    of_extra = _OF_EXTRA.fullmatch(requirement.marker)
    if of_extra is None:
        raise DynamicMarkerError(shown, text)
    bare = text.partition(";" if requirement.url is None else " ;")[0].rstrip()
    rest = of_extra["first"] or of_extra["bare"]
    if rest and "extra" in rest:
        raise DynamicMarkerError(shown, text)
    return f"{bare} ; {rest}" if rest else bare, normalize(of_extra["extra"])
