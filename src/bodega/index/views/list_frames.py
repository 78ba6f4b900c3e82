"""The entries of the project list, cut into frames of about a thousand names: a change costs one frame."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bodega.index.views.list_store import Frame
from bodega.simple_api.negotiate import Form
from bodega.simple_api.pages import ListedProject
from bodega.simple_api.pieces import piece
from bodega.simple_api.render_list import list_entries

NAMES = 1000
#: Projects by normalized name, from the first name up to and without the second (``None``: to the end).
Listed = Callable[[str, str | None], Iterator[ListedProject]]


def all_frames(listed: Listed, form: Form, *, names: int = NAMES) -> Iterator[Frame]:
    """The frames of the whole list, the first one even where it is empty; no more than one is held."""
    return _cut(listed("", None), "", form, names)


def renewed_frames(
    frames: Sequence[Frame], changed: Iterable[str], listed: Listed, form: Form, *, names: int = NAMES
) -> tuple[Frame, ...]:
    """The frames with those anew in which a name has changed, came or went."""
    lows = [frame.low for frame in frames]
    touched = {bisect_right(lows, name) - 1 for name in changed}
    renewed: list[Frame] = []
    for position, frame in enumerate(frames):
        if position in touched:
            below = lows[position + 1] if position + 1 < len(lows) else None
            renewed += _cut_again(list(listed(frame.low, below)), frame.low, form, names)
        else:
            renewed.append(frame)
    return tuple(renewed)


def _cut_again(projects: Sequence[ListedProject], low: str, form: Form, names: int) -> Iterator[Frame]:
    if not projects and low:
        return iter(())
    # Twice as many stay together: a frame at its limit must not be cut anew with each name that comes.
    return _cut(iter(projects), low, form, names if len(projects) > 2 * names else 2 * names)


def _cut(projects: Iterator[ListedProject], low: str, form: Form, names: int) -> Iterator[Frame]:
    batch = list(islice(projects, names))
    yield _frame(low, batch, form)
    while batch := list(islice(projects, names)):
        yield _frame(batch[0].name, batch, form)


def _frame(low: str, projects: Sequence[ListedProject], form: Form) -> Frame:
    return Frame(low, len(projects), piece(list_entries(form, projects)))
