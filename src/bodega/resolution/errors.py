"""How a search ends without a solution."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bodega.formats.errors import BodegaError
from bodega.resolution.not_offered import NotOffered

if TYPE_CHECKING:
    from bodega.resolution.clashes import Clashes
    from bodega.resolution.conflicts import Conflict
    from bodega.resolution.relaxing import Relaxation


_MADE = frozenset({"conflict", "clashes", "what", "why"})


class NoSolutionError(BodegaError):
    """No set of candidates satisfies every requirement; ``conflict`` is the proof.

    The proof is made short, and put into words, when somebody asks: whoever only tries whether there is a
    solution pays for none of it. ``relaxations`` are changes that solve, least first, where somebody tried.
    ``where`` says for which of several environments this is.
    """

    code = "E-RESOLVE-NO-SOLUTION"

    what: str
    why: str | None
    conflict: "Conflict"
    clashes: "Clashes"

    def __init__(self, find: "Callable[[], Conflict]") -> None:
        Exception.__init__(self, "these requirements cannot be satisfied together")
        self._find = find
        self._more: tuple[tuple[str, NotOffered], ...] = ()
        self.relaxations: tuple[Relaxation, ...] = ()
        self.where = ""
        self.advice: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        """What is made when it is first asked for."""
        if name not in _MADE:
            raise AttributeError(name)
        # Only a failure needs words.
        from bodega.resolution.clashes import Clashes  # noqa: PLC0415
        from bodega.resolution.explain import explain, headline  # noqa: PLC0415

        made: dict[str, Callable[[], object]] = {
            "conflict": self._find,
            "clashes": lambda: Clashes(self.conflict),
            "what": lambda: f"{f'for {self.where}: ' if self.where else ''}{headline(self.clashes)}",
            "why": lambda: explain(self.clashes, self._more),
        }
        value = made[name]()
        setattr(self, name, value)
        return value

    def add(self, found: Iterable[tuple[str, NotOffered]]) -> None:
        """Tell of more that exists and is not offered: project and reason."""
        self._more = (*self._more, *found)
        self.__dict__.pop("why", None)

    def steps(self) -> list[str]:
        """What to do next, each a line; nothing where nobody knows."""
        return [*self.advice, *(one.words() for one in self.relaxations)]

    def details(self) -> dict[str, object]:
        """What a machine may want to know beyond the words."""
        found = (*self.clashes.withheld, *self._more)
        return {
            **({"environment": self.where} if self.where else {}),
            "conflict": self.conflict.as_json(),
            **({"advice": list(self.advice)} if self.advice else {}),
            "relaxations": [one.as_json() for one in self.relaxations],
            "not_offered": [one.as_json(project) for project, one in found],
        }


class SearchTooLongError(BodegaError):
    """The search took more steps than allowed, without an answer either way.

    ``tried`` are the packages whose candidates were tried most often, the most often tried first.
    """

    code = "E-RESOLVE-TOO-LONG"

    def __init__(self, steps: int, tried: Sequence[str] = ()) -> None:
        names = f"tried most were the versions of {' and '.join(tried)}; " if tried else ""
        super().__init__(
            f"no answer after {steps} steps", why=f"{names}narrower requirements make the search shorter"
        )
        self.steps = steps
        self.tried = tuple(tried)
