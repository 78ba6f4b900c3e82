"""Which distributions of a change are linked, and what that does to the links of the environment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bodega.formats.names import NormalizedName
from bodega.installer.environments.errors import TreeMissingError
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linked import LinkedFacts, apart, read_linked, replaced, stage_links
from bodega.installer.environments.places import Places
from bodega.installer.environments.plan import Plan
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree

if TYPE_CHECKING:
    from bodega.installer.store.runnable import Runnable


@dataclass(frozen=True, slots=True)
class LinkedPart:
    """What is linked after a change, by project: ``before`` and ``after``, and the trees that they lead to.

    ``moved`` are distributions that were linked, stay, and can be linked no longer.
    """

    before: LinkedFacts
    after: LinkedFacts
    runnables: Mapping[NormalizedName, "Runnable"]
    moved: tuple[tuple[Selected, Tree], ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the links are to be made anew."""
        return dict(self.before.trees) != dict(self.after.trees)

    def stage(self, folder: str, places: Places) -> list[str]:
        """Stage the links below ``folder``; the paths below the root that go. Raises FileOwnedError."""
        if not self.changes:
            return []
        stage_links(folder, places, self.runnables, self.after)
        return replaced(places.root, places)


@dataclass(frozen=True, slots=True)
class Linking:
    """Decides what is linked, in one environment; ``asked``: by the link mode of the command."""

    interpreter: Interpreter
    store: Store
    places: Places
    asked: bool

    def part(self, plan: Plan, trees: Mapping[NormalizedName, Tree], kept: Iterable[Installed]) -> LinkedPart:
        """What is linked after a plan; raises TreeMissingError where the store lost a tree that is linked."""
        before = read_linked(self.places.root)
        here = {one.name: one for one in kept}
        wanted = {name: sha256 for name, sha256 in before.trees.items() if name in here}
        if self.asked or before.sealed:
            wanted |= {one.name: trees[one.name].sha256 for one in plan.install}
        found = {name: self._runnable(name, sha256) for name, sha256 in wanted.items()}
        alone = apart(found)
        runnables = {name: one for name, one in found.items() if name not in alone}
        after = replace(before, trees={name: wanted[name] for name in runnables})
        moved = tuple(
            (_again(here[name]), self._tree(name, wanted[name])) for name in sorted(alone & here.keys())
        )
        return LinkedPart(before, after, runnables, moved)

    def _runnable(self, name: NormalizedName, sha256: str) -> "Runnable":
        return self.store.runnable(self._tree(name, sha256), self.interpreter.bytecode)

    def _tree(self, name: NormalizedName, sha256: str) -> Tree:
        tree = self.store.tree(sha256)
        if tree is None:
            raise TreeMissingError(name)
        return tree


def _again(present: Installed) -> Selected:
    """An installed distribution as it would be chosen again."""
    return Selected(
        name=present.name,
        version=present.version,
        filename=present.name,
        url="",
        hashes={},
        requested=present.requested,
        direct_url=present.direct_url,
    )
