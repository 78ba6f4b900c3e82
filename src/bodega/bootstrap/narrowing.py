"""What options lay over the reader of indexes: files of other places besides, and nothing that is too new."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bodega.formats.durations import duration
from bodega.formats.errors import BodegaError
from bodega.installer.indexes.ports import IndexReader
from bodega.simple_api.transport import Transport

_DAYS = re.compile(r"P([0-9]{1,6})D", re.ASCII)


class InvalidMomentError(BodegaError):
    """The text is no date, time or number of days."""

    code = "E-USAGE-MOMENT"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"--uploaded-prior-to cannot be {text[:60]!r}",
            why="it is a date (2026-01-31), a time (2026-01-31T12:00:00Z), or so long before now (P7D, 12h)",
        )
        self.text = text


def narrowed(
    reader: IndexReader, places: Sequence[str], until: str | None, transport: Transport
) -> IndexReader:
    """The reader with the files of places besides, and nothing uploaded later; raises InvalidMomentError."""
    if places:
        from bodega.installer.indexes.find_links import LinkedReader
        from bodega.simple_api.parse import parse_page

        reader = LinkedReader(reader, places, transport, parse_page)
    if until:
        from bodega.installer.indexes.cutoff import CutoffReader

        reader = CutoffReader(reader, moment(until, now=datetime.now(UTC)))
    return reader


def moment(text: str, *, now: datetime) -> datetime:
    """The moment that a text means: local time where it names no zone; raises InvalidMomentError."""
    days = _DAYS.fullmatch(text)
    try:
        if days:
            return now - timedelta(days=int(days[1]))
        before = duration(text)
        if before is not None:
            return now - before
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise InvalidMomentError(text) from None
    return found.astimezone() if found.tzinfo is None else found
