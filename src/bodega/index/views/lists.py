"""Lists of projects of several indexes as one, without holding any of them."""

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter

from bodega.index.views.index_view import IndexView, ListMark
from bodega.simple_api.pages import ListedProject


def merged_list(lists: Sequence[Iterable[ListedProject]]) -> Iterator[ListedProject]:
    """The projects of all by normalized name, each once, as the first list that has it writes its name."""
    if len(lists) == 1:
        yield from lists[0]
        return
    before = None
    # Of equal names the earlier list's comes first.
    for project in heapq.merge(*lists, key=itemgetter(0)):
        if project.name != before:
            before = project.name
            yield project


def merged_mark(marks: Iterable[ListMark]) -> ListMark:
    """The mark of them all. Their counters are the same ones, so the highest holds for each."""
    serials, seens, rules = zip(*marks, strict=True)
    return ListMark(max(serials), max(seens), "".join(rules))


def merged_changes(indexes: Iterable[IndexView], mark: ListMark, most: int) -> Collection[str] | None:
    """What changed in any of them; ``None`` where one does not know."""
    names: set[str] = set()
    for index in indexes:
        changed = index.listed_since(mark, most)
        if changed is None:
            return None
        names.update(changed)
    return names
