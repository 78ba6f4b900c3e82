"""The entries of the project list, cut into frames of some hundred names: a change costs one frame.

Where it is cut depends on the names alone, never on what was changed when: every process, and one that makes
the list anew, has the same frames for the same list, and so the same ETag.
"""

import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from bodega.index.views.list_store import Frame
from bodega.simple_api.negotiate import Form
from bodega.simple_api.pages import ListedProject
from bodega.simple_api.pieces import piece
from bodega.simple_api.render_list import list_entries

#: How many names a frame has on average; the one that a change falls into has twice as many.
NAMES = 512
#: Projects by normalized name, from the first name up to and without the second (``None``: to the end).
Listed = Callable[[str, str | None], Iterator[ListedProject]]


def all_frames(listed: Listed, form: Form, *, names: int = NAMES) -> Iterator[Frame]:
    """The frames of the whole list; no more than one is held. The first begins before every name."""
    return _cut(listed("", None), "", form, names)


def renewed_frames(
    frames: Sequence[Frame], changed: Iterable[str], listed: Listed, form: Form, *, names: int = NAMES
) -> tuple[Frame, ...]:
    """The frames as ``all_frames`` would make them now, of which only those with a change are read."""
    lows = [frame.low for frame in frames]
    renewed: list[Frame] = []
    done = 0
    for start, end in _runs(_touched(lows, changed)):
        renewed += frames[done:start]
        below = lows[end] if end < len(lows) else None
        renewed += _cut(listed(lows[start], below), lows[start], form, names)
        done = end
    return (*renewed, *frames[done:])


def _touched(lows: Sequence[str], changed: Iterable[str]) -> list[int]:
    touched = set()
    for name in changed:
        position = bisect_right(lows, name) - 1
        touched.add(position)
        if position and lows[position] == name:
            # Without the name that it begins with, a frame is part of the one before.
            touched.add(position - 1)
    return sorted(touched)


def _runs(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Neighbours together: where each run starts, and the first position after it."""
    run: tuple[int, int] | None = None
    for position in positions:
        if run is not None and run[1] == position:
            run = run[0], position + 1
            continue
        if run is not None:
            yield run
        run = position, position + 1
    if run is not None:
        yield run


def _cut(projects: Iterator[ListedProject], low: str, form: Form, names: int) -> Iterator[Frame]:
    batch: list[ListedProject] = []
    for project in projects:
        if project.name != low and _begins_a_frame(project.name, names):
            yield _frame(low, batch, form)
            low, batch = project.name, []
        batch.append(project)
    yield _frame(low, batch, form)


def _begins_a_frame(name: str, names: int) -> bool:
    return zlib.crc32(name.encode()) % names == 0


def _frame(low: str, projects: Sequence[ListedProject], form: Form) -> Frame:
    return Frame(low, len(projects), piece(list_entries(form, projects)))
