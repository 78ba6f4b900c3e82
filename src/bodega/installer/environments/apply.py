"""Carry a plan out: prepared beside the environment, checked, then committed as a whole."""

import errno
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Literal

from bodega.content.manifest import Note
from bodega.formats.names import NormalizedName
from bodega.installer.environments.commit import changing, clear, commit, journal_path, lock_path
from bodega.installer.environments.errors import (
    EnvironmentFullError,
    EnvironmentUnwritableError,
    TreeMismatchError,
    TreeMissingError,
)
from bodega.installer.environments.glance import Glance
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.link_choice import chosen_link_mode
from bodega.installer.environments.linked import read_linked
from bodega.installer.environments.linking import Linker, LinkMode
from bodega.installer.environments.places import places
from bodega.installer.environments.plan import Plan
from bodega.installer.environments.preparing import Preparation
from bodega.installer.locking.selection import Selected
from bodega.installer.store.bytecode import CompileRequest
from bodega.installer.store.errors import StoreFullError, StoreUnwritableError, TreeDamagedError
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

    Raises TreeMissingError, TreeMismatchError, FileOwnedError, NoRecordError, EnvironmentUnwritableError,
    EnvironmentFullError; the environment is then as before.
    """
    trees = _trees(plan.install, store)
    if compile == "now" or _links(interpreter, link_mode):
        _compile(interpreter, trees.values(), store, behind=False)
    if not interpreter.is_bare:
        store.register(places(interpreter).root, interpreter.state)
    # What is packed up is to be the same each time, whatever was compiled before.
    bytecode = compile == "now" or (compile == "behind" and not interpreter.is_bare)
    linker = Linker(_mode(interpreter, store, link_mode))
    preparation = Preparation(interpreter, store, linker, bytecode=bytecode)
    with changing(interpreter), _failures(interpreter, store):
        applied = _carry_out(interpreter, plan, trees, preparation)
    if compile == "behind":
        # Where the store cannot be written, programs compile for themselves, as with any installer.
        with suppress(StoreUnwritableError, StoreFullError):
            _compile(interpreter, trees.values(), store, behind=True)
    return applied


def _links(interpreter: Interpreter, link_mode: LinkMode) -> bool:
    """Whether packages are linked to: their bytecode must lie beside them from the start."""
    return link_mode == "linked" or read_linked(places(interpreter).root).sealed


def _mode(interpreter: Interpreter, store: Store, asked: LinkMode) -> LinkMode:
    """``auto`` stays so where hardlinks hold: the first that the file system refuses becomes a copy.

    What is packed up is copied: who packs strips and edits files, and links would lead to the store's.
    """
    if asked != "auto":
        return asked
    if interpreter.is_bare:
        return "copy"
    choice = chosen_link_mode(store.layout.trees, interpreter.prefix)
    return "copy" if choice.mode == "copy" else "auto"


def _carry_out(
    interpreter: Interpreter, plan: Plan, trees: Mapping[NormalizedName, Tree], preparation: Preparation
) -> Applied:
    started = time.perf_counter()
    # Runnable trees are looked at when they are made; later only links to them are.
    links = preparation.linker.links_packages or read_linked(places(interpreter).root).sealed
    glance = Glance(() if links else trees.values())
    try:
        prepared = preparation.prepare(plan, trees)
        glance.result()
        staged = time.perf_counter()
        commit(interpreter, prepared.root, prepared.moves)
        committed = time.perf_counter()
    finally:
        if not os.path.exists(journal_path(interpreter)):
            clear(interpreter)
    return Applied(
        installed=len(plan.install),
        removed=prepared.removed,
        linked=preparation.linker.linked,
        copied=preparation.linker.copied,
        size=sum(tree.manifest.size for tree in trees.values()),
        staged_seconds=staged - started,
        committed_seconds=committed - staged,
        notes={name: tree.manifest.notes for name, tree in trees.items() if tree.manifest.notes},
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


def _lost(error: OSError, store: Store) -> str | None:
    """The tree (sha256) that lacks a file, where that is what went wrong."""
    path = str(error.filename)
    for folder in (store.layout.trees, store.layout.bytecode):
        if error.errno == errno.ENOENT and path.startswith(f"{folder}/") and not os.path.lexists(path):
            return path[len(folder) + 1 :].partition("/")[0]
    return None


@contextmanager
def _failures(interpreter: Interpreter, store: Store) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        damaged = _lost(error, store)
        if damaged is not None:
            raise TreeDamagedError(damaged, str(error.filename)) from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EnvironmentFullError(interpreter.prefix) from error
        raise EnvironmentUnwritableError(interpreter.prefix, error.strerror or str(error)) from error
