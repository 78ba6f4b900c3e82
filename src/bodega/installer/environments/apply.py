"""Carry a plan out: prepared beside the environment, checked, then committed as a whole."""

import errno
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from bodega.content.manifest import Note
from bodega.formats.names import NormalizedName
from bodega.installer.environments.commit import (
    NEW,
    changing,
    clear,
    commit,
    lock_path,
    moves,
    staging_folder,
)
from bodega.installer.environments.errors import (
    EnvironmentFullError,
    EnvironmentUnwritableError,
    TreeMismatchError,
    TreeMissingError,
)
from bodega.installer.environments.installed import scan_all
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linking import Linker, LinkMode
from bodega.installer.environments.merging import arriving
from bodega.installer.environments.places import places
from bodega.installer.environments.plan import Plan
from bodega.installer.environments.removing import leaving
from bodega.installer.environments.staging import Staging
from bodega.installer.locking.selection import Selected
from bodega.installer.store.bytecode import CompileRequest
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree

Compile = Literal["behind", "now", "never"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What was done: distributions, files, bytes of content; seconds for preparing and for committing.

    ``notes`` are, by project, files that change how every program of the environment starts.
    """

    installed: int
    removed: int
    linked: int
    copied: int
    size: int
    staged_seconds: float
    committed_seconds: float
    notes: Mapping[NormalizedName, tuple[Note, ...]]


def apply(
    interpreter: Interpreter,
    plan: Plan,
    store: Store,
    *,
    link_mode: LinkMode = "auto",
    compile: Compile = "behind",  # noqa: A002 - the setting's name
) -> Applied:
    """Make the environment as planned, from trees that are in the store (by sha256 of each file).

    Raises TreeMissingError, TreeMismatchError, FileOwnedError, NoRecordError, EnvironmentUnwritableError, EnvironmentFullError;
    the environment is then as before.
    """
    trees = _trees(plan.install, store)
    if compile == "now":
        _compile(interpreter, trees.values(), store, behind=False)
    with changing(interpreter), _failures(interpreter):
        applied = _Application(interpreter, plan, store, trees).run(Linker(link_mode))
    if compile == "behind":
        _compile(interpreter, trees.values(), store, behind=True)
    return applied


class _Application:
    """One plan on its way into an environment that is held."""

    def __init__(
        self, interpreter: Interpreter, plan: Plan, store: Store, trees: Mapping[NormalizedName, Tree]
    ) -> None:
        self._interpreter = interpreter
        self._store = store
        self._trees = trees
        # Another process may have changed things since the plan was made: what is there now decides.
        present = scan_all(interpreter)
        gone = {one.name for one in plan.remove} | {one.name for one in plan.install}
        self._install = plan.install
        self._removed = [one for one in present if one.name in gone]
        self._kept = [one for one in present if one.name not in gone]

    def run(self, linker: Linker) -> Applied:
        started = time.perf_counter()
        where = places(self._interpreter)
        folder = staging_folder(self._interpreter)
        try:
            staging = Staging(f"{folder}/{NEW}", self._interpreter, where, linker)
            for one in self._install:
                staging.add(one, self._trees[one.name], self._store)
            going = leaving(where, self._removed, self._kept)
            coming = list(arriving(where, staging, set(going), self._kept))
            planned = moves(where, folder, going=going, arriving=coming)
            staged = time.perf_counter()
            commit(self._interpreter, where.root, planned)
            committed = time.perf_counter()
        finally:
            if not os.path.exists(f"{self._interpreter.state}/journal"):
                clear(self._interpreter)
        return self._applied(linker, staged - started, committed - staged)

    def _applied(self, linker: Linker, staged: float, committed: float) -> Applied:
        return Applied(
            installed=len(self._install),
            removed=len(self._removed),
            linked=linker.linked,
            copied=linker.copied,
            size=sum(self._trees[one.name].manifest.size for one in self._install),
            staged_seconds=staged,
            committed_seconds=committed,
            notes={name: tree.manifest.notes for name, tree in self._trees.items() if tree.manifest.notes},
        )


def _trees(selected: Iterable[Selected], store: Store) -> dict[NormalizedName, Tree]:
    trees: dict[NormalizedName, Tree] = {}
    for one in selected:
        tree = store.tree(one.hashes.get("sha256", ""))
        if tree is None:
            raise TreeMissingError(one.filename)
        if tree.manifest.name != one.name:
            raise TreeMismatchError(one.filename, holds=tree.manifest.filename)
        trees[one.name] = tree
    return trees


def _compile(interpreter: Interpreter, trees: Iterable[Tree], store: Store, *, behind: bool) -> None:
    scheme = interpreter.scheme
    sites = {
        tree.sha256: scheme.purelib if tree.manifest.purelib else scheme.platlib
        for tree in trees
        if store.bytecode(tree.sha256, interpreter.bytecode) is None
    }
    if sites:
        lock = lock_path(interpreter) if behind else ""
        store.compile(
            CompileRequest(python=interpreter.base, tag=interpreter.bytecode, sites=sites, lock=lock),
            behind=behind,
        )


@contextmanager
def _failures(interpreter: Interpreter) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnvironmentFullError(interpreter.prefix) from error
        raise EnvironmentUnwritableError(interpreter.prefix, error.strerror or str(error)) from error
