"""A project's pyproject.toml as values: what it requires (PEP 621, 735), and how it is to be resolved.

Keys of ``[project]`` that only build backends read are left to them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, project_name
from bodega.formats.requirements import Requirement
from bodega.formats.versions import parse_specifier
from bodega.installer.inputs.errors import UnreadableInputError
from bodega.installer.inputs.groups import DEFAULT_FILE, resolved_group
from bodega.installer.inputs.project_settings import LocalSource, ProjectSettings, read_settings
from bodega.installer.inputs.requirements_file import RequirementLine
from bodega.installer.inputs.typed_table import TypedTable


class NoProjectFoundError(BodegaError):
    """A command works on a project, and neither this folder nor one above it has one."""

    code = "E-PYPROJECT-NONE"

    def __init__(self, folder: str) -> None:
        super().__init__(
            f"there is no {DEFAULT_FILE} in {folder}", why="nor is there one in the folders above it"
        )
        self.folder = folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyproject:
    """A pyproject.toml.

    ``path`` is absolute, ``shown`` as people are told of it. ``name`` is ``None`` where there is no
    ``[project]``, which a file of dependency groups alone does without. ``dependencies``, those of each
    extra and of each group (what it includes with them) are requirements as written, each with the key
    where it stands as its origin; a project that ``[tool.bodega.sources]`` names a path for is that path.
    ``dynamic`` are the keys that the build backend is to say.
    """

    path: str
    shown: str
    name: NormalizedName | None
    version: str | None
    requires_python: str | None
    dependencies: tuple[RequirementLine, ...]
    extras: Mapping[NormalizedName, tuple[RequirementLine, ...]]
    groups: Mapping[NormalizedName, tuple[RequirementLine, ...]]
    dynamic: frozenset[str]
    settings: ProjectSettings

    @property
    def folder(self) -> str:
        """The absolute path of the folder that it stands in."""
        return os.path.dirname(self.path)


def find_project(folder: str) -> str:
    """The path of the nearest pyproject.toml, in a folder or above it; raises NoProjectFoundError."""
    start = here = os.path.abspath(folder)
    while not os.path.isfile(os.path.join(here, DEFAULT_FILE)):
        above = os.path.dirname(here)
        if above == here:
            raise NoProjectFoundError(start)
        here = above
    return os.path.join(here, DEFAULT_FILE)


def read_project(path: str) -> Pyproject:
    """Read a pyproject.toml; raises UnreadableInputError, ProjectFileError, DependencyGroupError."""
    shown = os.path.relpath(path)
    return parse_project(project_text(path, shown), os.path.abspath(path), shown)


def parse_project(text: str, path: str, shown: str) -> Pyproject:
    """What a text says that stands, or would stand, at an absolute path; raises as ``read_project``."""
    top = TypedTable(_parsed(text, shown), shown)
    project = top.table("project")
    reader = _Reader(shown, top)
    extras = reader.extras(project.table("optional-dependencies"))
    names = reader.group_names()
    settings = read_settings(
        top.table("tool").table("bodega"), os.path.dirname(path), extras=extras, groups=names
    )
    return Pyproject(
        path=path,
        shown=shown,
        name=_name(project) if "project" in top else None,
        version=project.text("version"),
        requires_python=_requires_python(project),
        dependencies=reader.lines(project, "dependencies", "project.dependencies", settings.local),
        extras={
            name: reader.lines(
                project.table("optional-dependencies"),
                written,
                f"project.optional-dependencies.{written}",
                settings.local,
            )
            for name, written in extras.items()
        },
        groups={name: reader.group(name, written, settings.local) for name, written in names.items()},
        dynamic=frozenset(project.texts("dynamic")),
        settings=settings,
    )


class _Reader:
    """Reads the requirements of one file."""

    def __init__(self, shown: str, top: TypedTable) -> None:
        self._shown = shown
        self._groups = top.table("dependency-groups")

    def extras(self, table: TypedTable) -> dict[NormalizedName, str]:
        """The extras: as they are written, by normalized name."""
        return _named(table, "extra")

    def group_names(self) -> dict[NormalizedName, str]:
        """The groups, likewise."""
        return _named(self._groups, "group")

    def lines(
        self, table: TypedTable, key: str, where: str, local: Mapping[NormalizedName, LocalSource]
    ) -> tuple[RequirementLine, ...]:
        """The requirements of a key."""
        origin = f"{self._shown}, {where}"
        return tuple(_line(one, origin, local) for one in table.requirements(key))

    def group(
        self, name: NormalizedName, written: str, local: Mapping[NormalizedName, LocalSource]
    ) -> tuple[RequirementLine, ...]:
        """The requirements of a group, with those of the groups that it includes."""
        raw = {key: self._groups.value(key) for key in self._groups}
        texts = resolved_group(raw, name, self._shown)
        flat = TypedTable({written: list(texts)}, self._shown, "dependency-groups")
        return self.lines(flat, written, f"dependency-groups.{written}", local)


def _named(table: TypedTable, kind: str) -> dict[NormalizedName, str]:
    found: dict[NormalizedName, str] = {}
    for written in table:
        try:
            name = project_name(written).normalized
        except BodegaError as error:
            raise table.wrong(written, str(error.why)) from None
        if name in found:
            raise table.wrong(written, f"{found[name]!r} is the same {kind}")
        found[name] = written
    return found


def _line(
    requirement: Requirement, origin: str, local: Mapping[NormalizedName, LocalSource]
) -> RequirementLine:
    source = local.get(requirement.name)
    if source is None or requirement.url is not None:
        return RequirementLine(requirement.text, origin=origin)
    from urllib.parse import quote  # noqa: PLC0415 - few projects have such

    extras = f"[{','.join(requirement.extras)}]" if requirement.extras else ""
    marker = f"; {requirement.marker}" if requirement.marker else ""
    text = f"file://{quote(source.path)}#egg={requirement.name}{extras}{marker}"
    return RequirementLine(text, origin=origin, editable=source.editable)


def _name(project: TypedTable) -> NormalizedName:
    written = project.required_text("name")
    try:
        return project_name(written).normalized
    except BodegaError as error:
        raise project.wrong("name", f"{error.what}: {error.why}") from None


def _requires_python(project: TypedTable) -> str | None:
    said = project.text("requires-python")
    if said is not None and parse_specifier(said) is None:
        raise project.wrong("requires-python", f"{said!r} is no version specifier (PEP 440)")
    return said


def project_text(path: str, shown: str) -> str:
    """The text of the file, line ends included; raises UnreadableInputError."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except OSError as error:
        raise UnreadableInputError(shown, reason=(error.strerror or str(error)).lower()) from error
    except UnicodeDecodeError:
        raise UnreadableInputError(shown, reason="it is not UTF-8") from None


def _parsed(text: str, shown: str) -> Mapping[str, Any]:
    import tomllib  # noqa: PLC0415 - only where a project is read

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableInputError(shown, reason=f"it is not TOML: {error}") from None
