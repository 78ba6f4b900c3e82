"""Extras and groups that cannot be together though nobody said so: each is tried without the others."""

from collections.abc import Callable, Collection, Iterable

from bodega.resolution.clauses import Asked, Constrained
from bodega.resolution.errors import NoSolutionError

#: Resolves with these parts left out; raises NoSolutionError.
Try = Callable[[Collection[str]], object]


def undeclared(
    failure: NoSolutionError, owners: Callable[[str, str], Iterable[str]], attempt: Try
) -> tuple[str, ...]:
    """What to do about parts that conflict; empty where they are not the reason.

    ``owners`` gives the parts that a requirement belongs to, by its text and origin.
    """
    facts = [fact for fact in failure.conflict.facts() if isinstance(fact, Asked | Constrained)]
    parts = sorted({part for fact in facts for part in owners(fact.text, fact.origin) if part})
    if len(parts) < 2:  # noqa: PLR2004 - it takes two
        return ()
    for one in parts:
        try:
            attempt([part for part in parts if part != one])
        except NoSolutionError:
            return ()
    names = ", ".join(f'"{part}"' for part in parts)
    setting = f"conflicts = [[{names}]] in [tool.bodega]"
    return (f"declare that they conflict, so that each is solved by itself: {setting}",)
