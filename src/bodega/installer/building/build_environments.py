"""The environments in which builds run: isolated, made from the store, kept by what is in them (PEP 517)."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.versions import allowed
from bodega.installer.building.errors import BuildRequirementsError
from bodega.installer.building.ports import Progress
from bodega.installer.building.trees import Makers, settled, trees_of
from bodega.installer.environments.apply import apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter, describe
from bodega.installer.environments.plan import plan
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.ports import Asked, Builder, References
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.installer.locking.select import selection_of
from bodega.installer.locking.selection import Selected
from bodega.installer.store.locks import locked
from bodega.installer.store.staging_area import remove_tree
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree
from bodega.resolution.errors import NoSolutionError

_FORMAT = 1
_DONE = ".complete"
_PROGRAM = "Scripts/python.exe" if os.name == "nt" else "bin/python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What builds work with: the same as the command that they are for. ``interpreter`` is built for."""

    interpreter: Callable[[], Interpreter]
    store: Store
    reader: IndexReader
    downloads: Downloads
    computed: ComputedCache
    references: References
    progress: Progress


class BuildEnvironments:
    """Makes environments that hold given requirements; ``constraints`` narrow them."""

    def __init__(self, tools: Tools, constraints: Callable[[], Sequence[Asked]]) -> None:
        self._tools = tools
        self._constraints = constraints
        self._lock = threading.Lock()
        self._found: dict[tuple[str, ...], str] = {}

    def of(self, requires: Sequence[str], builder: Builder, what: str) -> Interpreter:
        """The kept environment with these requirements; it must be changed by nobody.

        ``builder`` builds those that are sources, ``what`` is built in it. Raises BuildRequirementsError
        and what resolving, downloading and building raise.
        """
        wanted = tuple(sorted(set(requires)))
        with self._lock:
            known = self._found.get(wanted)
        if known is None:
            known = self._make(wanted, builder, what)
            with self._lock:
                self._found[wanted] = known
        return describe(f"{known}/{_PROGRAM}", self._tools.store)

    def own(self, folder: str, requires: Sequence[str], builder: Builder, what: str) -> Interpreter:
        """An environment at a folder, for one build alone, that may do with it what it likes."""
        selected, trees = self._selection(requires, builder, what)
        base = self._tools.interpreter()
        remove_tree(folder)
        made = create(folder, base, self._tools.store)
        apply(made, settled(plan(selected, {}), trees), self._tools.store, compile="never")
        return made

    def _make(self, requires: Sequence[str], builder: Builder, what: str) -> str:
        selected, trees = self._selection(requires, builder, what)
        store, base = self._tools.store, self._tools.interpreter()
        facts = [str(_FORMAT), base.base, base.bytecode, *sorted(tree.sha256 for tree in trees.values())]
        root = store.layout.build_environments
        os.makedirs(root, exist_ok=True)
        folder = f"{root}/{hashlib.sha256(chr(10).join(facts).encode()).hexdigest()[:32]}"
        with locked(f"{folder}.lock"):
            if not os.path.exists(f"{folder}/{_DONE}"):
                remove_tree(folder)
                made = create(folder, base, store)
                apply(made, settled(plan(selected, {}), trees), store, compile="behind")
                with open(f"{folder}/{_DONE}", "wb"):
                    pass
            with suppress(OSError):
                os.utime(f"{folder}/{_DONE}")  # for who clears what was long not used
        return folder

    def _selection(
        self, requires: Sequence[str], builder: Builder, what: str
    ) -> tuple[list[Selected], dict[NormalizedName, Tree]]:
        asked = [Asked(parse_requirement(text), f"[build-system] of {what}") for text in requires]
        tools = self._tools
        materials = Materials(
            reader=tools.reader, computed=tools.computed, builder=builder, references=tools.references
        )
        resolver = Resolver(materials, tools.interpreter().target)
        try:
            resolution = resolver.resolve(
                ResolveRequest(requirements=asked, constraints=tuple(self._constraints()))
            )
        except NoSolutionError as error:
            raise BuildRequirementsError(what, error.why or error.what) from None
        selected = selection_of(resolution)
        makers = Makers(tools.store, tools.downloads, builder, tools.progress)
        return selected, trees_of(makers, selected)


def missing_from(interpreter: Interpreter, requires: Sequence[str]) -> list[str]:
    """Which requirements an environment does not satisfy, each with what is there instead."""
    installed = scan(interpreter)
    markers = Markers(interpreter.target.markers)
    wanted = [one for one in map(parse_requirement, requires) if markers.holds(one.marker)]
    missing = []
    for one in wanted:
        there = installed.get(NormalizedName(one.name))
        if there is None:
            missing.append(f"{one.text} is not installed")
        elif not allowed(one.specifier, [there.version])[0]:
            missing.append(f"{one.text} is required, {there.version} is installed")
    return missing
