"""Installed tools: a folder each with an environment, and links to its programs where the PATH finds them."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, cast

from bodega.formats.errors import BodegaError
from bodega.formats.names import normalize
from bodega.formats.requirements import parse_requirement
from bodega.installer.building.trees import settled, trees_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linking import LinkMode
from bodega.installer.environments.plan import plan
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.installer.locking.select import selection_of
from bodega.installer.store.staging_area import remove_tree

_FACTS = "bodega-tool.json"


class ToolNotInstalledError(BodegaError):
    """There is no such tool."""

    code = "E-TOOL-UNKNOWN"

    def __init__(self, name: str) -> None:
        super().__init__(f"the tool {name} is not installed")
        self.name = name


class ToolWithoutProgramsError(BodegaError):
    """The project has no programs, so it is a library and no tool."""

    code = "E-TOOL-NO-PROGRAMS"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no programs", why="it is a library: install it into an environment")
        self.name = name


class ProgramTakenError(BodegaError):
    """A program of that name is there already, and is not the tool's."""

    code = "E-TOOL-PROGRAM-TAKEN"

    def __init__(self, path: str, tool: str) -> None:
        super().__init__(f"{path} is there already", why=f"it is not of the tool {tool}; --force replaces it")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """An installed tool. ``requires`` are the requirements that it was installed by."""

    name: str
    version: str
    requires: tuple[str, ...]
    programs: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The tool for programs."""
        return asdict(self)


def places_of(environment: Mapping[str, str]) -> tuple[str, str]:
    """The folder of tools, and that of their programs (XDG)."""
    data = environment.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return os.path.join(data, "bodega", "tools"), os.path.expanduser(
        environment.get("XDG_BIN_HOME") or "~/.local/bin"
    )


class ToolRoom:
    """The tools of a user; a tool is there as a whole or not at all."""

    def __init__(self, folder: str, programs: str) -> None:
        self.folder = folder
        self.programs = programs

    def all(self) -> list[Tool]:
        """Every installed tool, by name."""
        try:
            names = sorted(os.listdir(self.folder))
        except FileNotFoundError:
            return []
        return [tool for name in names if (tool := self._read(name)) is not None]

    def install(
        self, requirement: str, extra: Sequence[str], workshop: Workshop, *, force: bool = False
    ) -> Tool:
        """Install a tool, or install it anew.

        Raises ToolWithoutProgramsError, ProgramTakenError, and what resolving and building raise; an
        earlier installation is then as before.
        """
        name = parse_requirement(requirement).name
        place, beside = f"{self.folder}/{name}", f"{self.folder}/.{name}.{os.getpid()}"
        requires = (requirement, *extra)
        os.makedirs(self.folder, exist_ok=True)
        remove_tree(beside)
        try:
            # Made in its own place, as scripts name it: what was there waits beside it.
            old = os.path.isdir(place)
            if old:
                os.rename(place, beside)
            try:
                tool = self._make(name, requires, place, workshop)
                self._link(tool, place, force=force)
            except BaseException:
                remove_tree(place)
                if old:
                    os.rename(beside, place)
                raise
        finally:
            remove_tree(beside)
        return tool

    def upgrade(self, tool: Tool, workshop: Workshop) -> Tool:
        """Install a tool anew with the newest versions that its requirements allow."""
        first, *extra = tool.requires
        return self.install(first, extra, workshop)

    def uninstall(self, name: str) -> Tool:
        """Remove a tool and the links to its programs; raises ToolNotInstalledError."""
        tool = self._read(normalize(name))
        if tool is None:
            raise ToolNotInstalledError(name)
        place = f"{self.folder}/{tool.name}"
        for program in tool.programs:
            if self._is_of(f"{self.programs}/{program}", place):
                with suppress(OSError):
                    os.unlink(f"{self.programs}/{program}")
        remove_tree(place)
        return tool

    def is_on_path(self, environment: Mapping[str, str]) -> bool:
        """Whether the programs are found by their names."""
        return self.programs in environment.get("PATH", "").split(os.pathsep)

    def _make(self, name: str, requires: tuple[str, ...], place: str, workshop: Workshop) -> Tool:
        base = workshop.interpreter()
        asked = [Asked(parse_requirement(text), "the command line") for text in requires]
        resolver = Resolver(workshop.materials, base.target)
        resolution = workshop.resolve(resolver, ResolveRequest(requirements=asked))
        selected = selection_of(resolution)
        trees = trees_of(workshop.makers, selected)
        made = create(place, base, workshop.store)
        mode = cast("LinkMode", workshop.link_mode)
        apply(made, settled(plan(selected, {}), trees), workshop.store, link_mode=mode)
        manifest = next(tree.manifest for one, tree in trees.items() if one == name)
        programs = _programs(made, name, [script.name for script in manifest.scripts])
        if not programs:
            raise ToolWithoutProgramsError(name)
        tool = Tool(name=name, version=manifest.version, requires=requires, programs=programs)
        with open(f"{place}/{_FACTS}", "w", encoding="utf-8") as file:
            json.dump(tool.document(), file)
        return tool

    def _link(self, tool: Tool, place: str, *, force: bool) -> None:
        os.makedirs(self.programs, exist_ok=True)
        for program in tool.programs:
            path = f"{self.programs}/{program}"
            if os.path.lexists(path) and not force and not self._is_of(path, place):
                raise ProgramTakenError(path, tool.name)
        for program in tool.programs:
            path = f"{self.programs}/{program}"
            beside = f"{path}.{os.getpid()}"
            os.symlink(f"{place}/bin/{program}", beside)
            os.replace(beside, path)

    def _is_of(self, path: str, place: str) -> bool:
        return os.path.islink(path) and os.readlink(path).startswith(f"{place}/")

    def _read(self, name: str) -> Tool | None:
        try:
            with open(f"{self.folder}/{name}/{_FACTS}", encoding="utf-8") as file:
                found = json.load(file)
            return Tool(
                name=found["name"],
                version=found["version"],
                requires=tuple(found["requires"]),
                programs=tuple(found["programs"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None


def _programs(interpreter: Interpreter, name: str, declared: Sequence[str]) -> tuple[str, ...]:
    """The programs that a project brings: by entry points, and scripts of its own."""
    own = scan(interpreter).get(normalize(name))
    recorded = own.recorded() or () if own is not None else ()
    scripts = interpreter.scheme.scripts
    here = {
        os.path.basename(path)
        for path in recorded
        if os.path.dirname(os.path.normpath(os.path.join(interpreter.scheme.purelib, path))) == scripts
    }
    found = {one for one in (*declared, *here) if shutil.which(one, path=scripts)}
    return tuple(sorted(found))
