"""What was seen of an upstream up to and with a serial."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.name_ranges import NameRanges
from bodega.adapters.sql.times import read
from bodega.adapters.sql.upstream import FILE_COLUMNS, seen_file
from bodega.adapters.sql.upstream_tables import UPSTREAM_CHANGES, UPSTREAM_FILES, UPSTREAMS
from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import SeenFile

_FILES = UPSTREAM_FILES.c
_CHANGES = UPSTREAM_CHANGES.c
#: A file of a database from before serials were kept counts as always seen.
_SEEN = func.coalesce(_FILES.seen_serial, 0)


class SqlUpstreamPast:
    """Implements ``index.upstream.ports.UpstreamPast`` for the upstream at a URL."""

    def __init__(self, database: Database, url: str, serial: int) -> None:
        self._serial = serial
        self._url = url
        of_url = select(UPSTREAMS.c.id).where(UPSTREAMS.c.url == bindparam("of_url")).scalar_subquery()
        of_project = (_FILES.upstream_id == of_url) & (_FILES.project == bindparam("of_project"))
        by_then = bindparam("at_serial") >= _SEEN
        self._files = database.prepare(
            select(*FILE_COLUMNS).where(of_project, by_then).order_by(_SEEN, _FILES.id)
        )
        self._changes = database.prepare(
            select(_CHANGES.filename, _CHANGES.is_listed, _CHANGES.yanked)
            .where(
                _CHANGES.upstream_id == of_url,
                _CHANGES.project == bindparam("of_project"),
                _CHANGES.serial <= bindparam("at_serial"),
            )
            .order_by(_CHANGES.serial, _CHANGES.id)
        )
        self._first = database.prepare(
            select(_SEEN, _FILES.first_seen).where(of_project).order_by(_SEEN, _FILES.first_seen).limit(1)
        )
        seen = select(_FILES.project).where(_FILES.upstream_id == of_url, by_then).distinct()
        self._names = NameRanges(database, seen, _FILES.project)

    def listed(self, name: NormalizedName) -> Sequence[SeenFile]:
        """The files that were listed then, each marked as it was then."""
        # Later changes of a file come later, so that the last one stays.
        changed = {row[0]: row[1:] for row in self._changes.all(**self._bound(of_project=name))}
        files = (seen_file(row) for row in self._files.all(**self._bound(of_project=name)))
        return [marked for file in files if (marked := _marked(file, changed.get(file.filename))) is not None]

    def first_sight(self, name: NormalizedName) -> tuple[int, datetime] | None:
        """The serial and the time at which a file of the project was first seen."""
        row = self._first.first(of_url=self._url, of_project=name)
        return None if row is None else (int(row[0]), read(row[1]))

    def names(self, low: str = "", below: str | None = None) -> Iterator[NormalizedName]:
        """Projects of which a file was seen by then."""
        return (NormalizedName(row[0]) for row in self._names.rows(low, below, **self._bound()))

    def _bound(self, **more: object) -> dict[str, Any]:
        return {"of_url": self._url, "at_serial": self._serial, **more}


def _marked(file: SeenFile, change: tuple[Any, ...] | None) -> SeenFile | None:
    if change is None:
        return file
    is_listed, yanked = change
    return replace(file, yanked=yanked) if is_listed else None
