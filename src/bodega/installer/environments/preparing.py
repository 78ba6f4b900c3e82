"""Prepare a plan beside the environment: everything staged, every conflict found, nothing changed yet."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.installer.environments.commit import moves, staging_folder
from bodega.installer.environments.installed import Installed, scan_all
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.journal import NEW, Move
from bodega.installer.environments.linked_part import Linking
from bodega.installer.environments.linking import Linker
from bodega.installer.environments.merging import arriving
from bodega.installer.environments.places import places
from bodega.installer.environments.plan import Plan
from bodega.installer.environments.recording import entries_of, stage_entries
from bodega.installer.environments.removing import leaving
from bodega.installer.environments.staging import Staging
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree


@dataclass(frozen=True, slots=True)
class Prepared:
    """The renames below ``root`` that make the environment as planned, and how many distributions go."""

    root: str
    moves: list[Move]
    removed: int


@dataclass(frozen=True, slots=True)
class Preparation:
    """What preparing needs besides a plan; with ``bytecode``, .pyc that are there already are linked too."""

    interpreter: Interpreter
    store: Store
    linker: Linker
    bytecode: bool = True

    def prepare(self, plan: Plan, trees: Mapping[NormalizedName, Tree]) -> Prepared:
        """Stage a plan; the caller holds the environment (``changing``) and clears after a failure.

        Raises FileOwnedError, NoRecordError, OSError.
        """
        # Another process may have changed things since the plan was made: what is there now decides.
        present = scan_all(self.interpreter)
        going_names = {one.name for one in plan.remove} | {one.name for one in plan.install}
        where = places(self.interpreter)
        linking = Linking(self.interpreter, self.store, where, self.linker.links_packages)
        part = linking.part(plan, trees, [one for one in present if one.name not in going_names])
        going_names |= {one.name for one, _ in part.moved}
        removed = [one for one in present if one.name in going_names]
        kept = [one for one in present if one.name not in going_names]
        folder = staging_folder(self.interpreter)
        staging = Staging(f"{folder}/{NEW}", self.interpreter, where, self.linker)
        for one in plan.install:
            if one.name in part.after.trees:
                staging.add_linked(one, trees[one.name])
            else:
                staging.add(one, trees[one.name], self.store if self.bytecode else None)
        for one, tree in part.moved:
            staging.add(one, tree, self.store if self.bytecode else None)
        going = [
            *leaving(where, removed, kept, _again(removed, trees, staging)),
            *part.stage(staging.folder, where),
        ]
        coming = list(arriving(where, staging, set(going), kept))
        renames = moves(where, folder, going=going, arriving=coming)
        renames += self._entries(plan, present, staging)
        return Prepared(where.root, renames, len(removed))

    def _entries(self, plan: Plan, present: Sequence[Installed], staging: Staging) -> list[Move]:
        """Write what the change adds to the history beside it, and give the renames that put it in place."""
        state = self.interpreter.state
        entries = entries_of(plan, present, state, staging.records)
        return stage_entries(entries, state, places(self.interpreter), os.path.dirname(staging.folder))


def _again(
    removed: Sequence[Installed], trees: Mapping[NormalizedName, Tree], staging: Staging
) -> dict[NormalizedName, list[str]]:
    """The files of what is installed again in the version that is there, though it lost its RECORD."""
    return {
        one.name: staging.files(trees[one.name])
        for one in removed
        if one.name in trees and trees[one.name].manifest.version == one.version and one.recorded() is None
    }
