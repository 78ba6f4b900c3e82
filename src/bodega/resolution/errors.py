"""How a search ends without a solution."""

from collections.abc import Callable
from typing import Any

from bodega.formats.errors import BodegaError
from bodega.resolution.clashes import Clashes
from bodega.resolution.conflicts import Conflict
from bodega.resolution.explain import explain, headline
from bodega.resolution.not_offered import NotOffered


class NoSolutionError(BodegaError):
    """No set of candidates satisfies every requirement; ``conflict`` is the proof.

    The proof is made short, and put into words, when somebody asks: whoever only tries whether there is a
    solution pays for none of it. ``more`` is what was found besides of what exists and is not offered:
    project and reason.
    """

    code = "E-RESOLVE-NO-SOLUTION"

    what: str
    why: str | None
    conflict: Conflict
    clashes: Clashes

    def __init__(self, find: Callable[[], Conflict]) -> None:
        Exception.__init__(self, "these requirements cannot be satisfied together")
        self._find = find
        self.more: tuple[tuple[str, NotOffered], ...] = ()

    def __getattr__(self, name: str) -> Any:
        """What is made when it is first asked for."""
        made: Callable[[], object] | None = {
            "conflict": self._find,
            "clashes": lambda: Clashes(self.conflict),
            "what": lambda: headline(self.clashes),
            "why": lambda: explain(self.clashes, self.more),
        }.get(name)
        if made is None:
            raise AttributeError(name)
        value = made()
        # What others find of the projects comes later and belongs to the words.
        if name != "why":
            setattr(self, name, value)
        return value

    def details(self) -> dict[str, object]:
        """What a machine may want to know beyond the words."""
        found = (*self.clashes.withheld, *self.more)
        return {
            "conflict": self.conflict.as_json(),
            "not_offered": [one.as_json(project) for project, one in found],
        }


class SearchTooLongError(BodegaError):
    """The search took more steps than allowed, without an answer either way."""

    code = "E-RESOLVE-TOO-LONG"

    def __init__(self, steps: int) -> None:
        super().__init__(
            f"no answer after {steps} steps", why="narrower requirements make the search shorter"
        )
        self.steps = steps
