"""What is reached from where: locks that say who requires whom, and leave it to the reader who comes."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bodega.formats.names import NormalizedName


@dataclass(frozen=True, slots=True)
class Step:
    """A package (by its number in the lock) with an extra of it, or with none."""

    number: int
    extra: NormalizedName | None = None


def reached(roots: Iterable[Step], following: Callable[[Step], Iterable[Step]]) -> list[int]:
    """The packages that are reached from ``roots``, in the lock's order; cycles are walked once."""
    seen: set[Step] = set()
    waiting = deque(roots)
    while waiting:
        step = waiting.popleft()
        if step in seen:
            continue
        seen.add(step)
        waiting.extend(following(step))
    return sorted({step.number for step in seen})
