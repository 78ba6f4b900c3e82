"""How a search ends without a solution."""

from bodega.formats.errors import BodegaError
from bodega.resolution.conflicts import Conflict
from bodega.resolution.explain import explain


class NoSolutionError(BodegaError):
    """No set of candidates satisfies every requirement; ``conflict`` is the proof."""

    code = "E-RESOLVE-NO-SOLUTION"

    def __init__(self, conflict: Conflict) -> None:
        super().__init__("these requirements cannot be satisfied together", why=explain(conflict))
        self.conflict = conflict


class SearchTooLongError(BodegaError):
    """The search took more steps than allowed, without an answer either way."""

    code = "E-RESOLVE-TOO-LONG"

    def __init__(self, steps: int) -> None:
        super().__init__(
            f"no answer after {steps} steps", why="narrower requirements make the search shorter"
        )
        self.steps = steps
