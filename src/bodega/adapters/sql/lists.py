"""Project lists in frames, in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.upstream_tables import LIST_FRAMES, LISTS
from bodega.index.views.index_view import ListMark
from bodega.index.views.list_store import Frame, KeptList, ListKey
from bodega.simple_api.pieces import Piece

_FRAMES = LIST_FRAMES.c
_LIST = (LISTS.c.view == bindparam("of_view")) & (LISTS.c.form == bindparam("of_form"))
_OF_LIST = (_FRAMES.view == bindparam("of_view")) & (_FRAMES.form == bindparam("of_form"))
_STATE = select(LISTS.c.made_of, LISTS.c.serial, LISTS.c.seen, LISTS.c.rules).where(_LIST)
_SEALS = select(_FRAMES.low, _FRAMES.digest).where(_OF_LIST)
_WHOLE = (
    select(
        _FRAMES.low,
        _FRAMES.names,
        _FRAMES.size,
        _FRAMES.crc,
        _FRAMES.digest,
        _FRAMES.zstd,
    )
    .where(_OF_LIST)
    .order_by(_FRAMES.low)
)


class SqlListStore:
    """Implements ``index.views.list_store.ListStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, key: ListKey) -> KeptList | None:
        """The list that was kept last."""
        with self._database.reading() as connection:
            state = connection.execute(_STATE, _bound(key)).first()
            if state is None:
                return None
            made_of, serial, seen, rules = state
            frames = [_frame(row) for row in connection.execute(_WHOLE, _bound(key))]
        return KeptList(made_of, ListMark(serial, seen, rules), frames)

    def keep(self, key: ListKey, kept: KeptList) -> None:
        """Keep this one instead."""
        wanted = {frame.low: frame for frame in kept.frames}
        with self._database.caching() as connection:
            known = {low: bytes(digest) for low, digest in connection.execute(_SEALS, _bound(key))}
            stale = [
                low
                for low, digest in known.items()
                if low not in wanted or wanted[low].piece.digest != digest
            ]
            fresh = [frame for low, frame in wanted.items() if known.get(low) != frame.piece.digest]
            _replace(connection, key, stale, fresh)
            connection.execute(delete(LISTS).where(_LIST), _bound(key))
            connection.execute(
                insert(LISTS), {**key._asdict(), "made_of": kept.made_of, **kept.mark._asdict()}
            )


def _replace(connection: Connection, key: ListKey, stale: list[str], fresh: list[Frame]) -> None:
    if stale:
        of_frame = delete(LIST_FRAMES).where(_OF_LIST, _FRAMES.low == bindparam("of_low"))
        connection.execute(of_frame, [{**_bound(key), "of_low": low} for low in stale])
    if fresh:
        connection.execute(insert(LIST_FRAMES), [_row(key, frame) for frame in fresh])


def _row(key: ListKey, frame: Frame) -> dict[str, Any]:
    part = frame.piece
    return {
        **key._asdict(),
        "low": frame.low,
        "names": frame.names,
        "size": part.size,
        "crc": part.crc,
        "digest": part.digest,
        "zstd": part.zstd,
    }


def _frame(row: Sequence[Any]) -> Frame:
    low, names, size, crc, digest, zstd = row
    return Frame(low, names, Piece(size, crc, bytes(digest), bytes(zstd)))


def _bound(key: ListKey) -> dict[str, str]:
    return {"of_view": key.view, "of_form": key.form}
