"""Autoremove: what nothing that was asked for requires any more, each with why it goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.installer.commands.dependency_graph import BY_NAME, BY_NOBODY, Graph
from bodega.installer.environments.plan import PIP


class NothingAskedForError(BodegaError):
    """Nothing in an environment is marked as asked for, so everything would go."""

    code = "E-AUTOREMOVE-ALL"

    def __init__(self) -> None:
        super().__init__(
            "nothing here is known to have been asked for, so all of it would go",
            why="nothing has a REQUESTED mark (PEP 376), and no project or lock says what is needed",
        )


@dataclass(frozen=True, slots=True)
class Leftover:
    """What would go, and why."""

    name: NormalizedName
    version: str
    why: str


def leftovers(graph: Graph, *, by_name: bool = True) -> list[Leftover]:
    """What no root comes to that anybody asked for; raises NothingAskedForError.

    ``by_name`` counts what was installed by name as asked for, too. pip is never left over.
    """
    roots = [need for need in graph.roots if need.origin != BY_NOBODY and (by_name or need.origin != BY_NAME)]
    if not roots and graph.packages:
        raise NothingAskedForError
    kept = graph.reached(roots)
    going = [key for key, one in graph.packages.items() if key not in kept and one.name != PIP]
    needed_by = graph.needed_by()
    return [
        Leftover(
            graph.packages[key].name,
            graph.packages[key].version,
            _why([above for above, _ in needed_by.get(key, ())], going),
        )
        for key in going
    ]


def _why(above: Sequence[str], going: Collection[str]) -> str:
    who = sorted({key for key in above if key in going})
    return f"only {', '.join(who)} required it, which goes too" if who else "nothing requires it"
