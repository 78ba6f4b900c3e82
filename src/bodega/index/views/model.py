"""Indexes by name: what each is made of."""

from dataclasses import dataclass

#: The index that is always there.
MAIN = "main"
#: Days after which a release takes no new files, where an index says nothing else.
CLOSED_AFTER_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDefinition:
    """An index: its own projects first, then those of its bases in their order, then upstreams.

    ``upstreams`` are root URLs ending in ``/``, asked before those of the bases; an empty tuple means none
    at all, also where a base has some; ``None`` means those of the bases, or without bases that of the
    index main. Only tokens with the scope ``read`` read a private one. ``closed_after_days`` is ``None``
    where releases take new files for ever.
    """

    name: str
    bases: tuple[str, ...] = ()
    upstreams: tuple[str, ...] | None = None
    is_private: bool = False
    closed_after_days: int | None = CLOSED_AFTER_DAYS
