"""Rows in the order of a normalized name, a thousand at a time: however many there are, few are held."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam

from bodega.adapters.sql.engine import Database

_ROWS = 1000
#: Sorts after every normalized name (a-z, 0-9, hyphen), and directly after a name that it is appended to.
_AFTER_ALL = "~"
_NEXT = "!"


class NameRanges:
    """Ranges of a statement whose first column is the name; the index over the name has to be its path."""

    def __init__(self, database: Database, statement: Select[Any], name: ColumnElement[str]) -> None:
        self._rows = database.prepare(
            statement.where(name >= bindparam("low_name"), name < bindparam("below_name"))
            .order_by(name)
            .limit(_ROWS)
        )

    def rows(self, low: str, below: str | None, **bound: object) -> Iterator[tuple[Any, ...]]:
        """Rows from ``low`` up to and without ``below`` (``None``: to the end), read as they are consumed.

        ``bound`` are the other parameters of the statement.
        """
        while True:
            rows = self._rows.all(low_name=low, below_name=below or _AFTER_ALL, **bound)
            yield from rows
            if len(rows) < _ROWS:
                return
            low = rows[-1][0] + _NEXT
