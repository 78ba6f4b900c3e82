"""Who refers to stored bytes, read in short transactions: a long one would let the write-ahead log grow."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select, text, tuple_
from sqlalchemy.sql import ColumnElement

from bodega.adapters.sql.engine import Database, DatabaseUnavailableError
from bodega.adapters.sql.schema import FILES, PROJECTS
from bodega.adapters.sql.upstream_tables import UPSTREAM_FILES
from bodega.content.stored_bytes import Part, Reference
from bodega.formats.digests import Digest, sha256

_BATCH = 500
_LISTED = FILES.c.deleted_serial.is_(None)
_PARTS: tuple[tuple[Part, ColumnElement[Any]], ...] = (
    ("file", FILES.c.sha256),
    ("metadata", FILES.c.metadata_sha256),
    ("provenance", FILES.c.provenance_sha256),
)


class SqlReferences:
    """Implements ``content.stored_bytes.References``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        digest: ColumnElement[str] = bindparam("digest")
        self._owned = [
            database.prepare(select(FILES.c.id).where(column == digest, _LISTED).limit(1))
            for _, column in _PARTS
        ]
        self._kept = [
            database.prepare(
                select(UPSTREAM_FILES.c.project, UPSTREAM_FILES.c.filename).where(column == digest).limit(1)
            )
            for column in (UPSTREAM_FILES.c.sha256, UPSTREAM_FILES.c.metadata_sha256)
        ]

    def owned(self) -> Iterator[Reference]:
        """What the published files are made of."""
        for part, column in _PARTS:
            last: tuple[str, int] = ("", 0)
            while rows := self._batch(column, last):
                for row in rows:
                    yield _reference(part, row)
                last = (rows[-1].digest, rows[-1].id)

    def is_owned(self, digest: Digest) -> bool:
        """Whether a published file is made of those bytes."""
        return any(look_up.first(digest=digest.value) is not None for look_up in self._owned)

    def kept(self, digest: Digest) -> str | None:
        """The name of an upstream's file that those bytes are kept for."""
        for look_up, part in zip(self._kept, ("", " (metadata)"), strict=True):
            found = look_up.first(digest=digest.value)
            if found is not None:
                return f"upstream/{found[0]}/{found[1]}{part}"
        return None

    def _batch(self, column: ColumnElement[Any], after: tuple[str, int]) -> Sequence[Any]:
        wanted = (
            select(
                FILES.c.id,
                column.label("digest"),
                FILES.c.sha256,
                FILES.c.size,
                FILES.c.filename,
                PROJECTS.c.name,
                PROJECTS.c.index_name,
            )
            .join(PROJECTS, PROJECTS.c.id == FILES.c.project_id)
            .where(_LISTED, tuple_(column, FILES.c.id) > tuple_(*after))
            .order_by(column, FILES.c.id)
            .limit(_BATCH)
        )
        with self._database.reading() as connection:
            return connection.execute(wanted).all()


def database_faults(database: Database) -> list[str]:
    """What SQLite finds wrong with its own file; other engines look after theirs themselves."""
    if not database.is_sqlite:
        return []
    try:
        with database.reading() as connection:
            found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
            broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    except DatabaseUnavailableError as error:
        return [error.reason]
    return [
        *(line for line in found if line != "ok"),
        *(f"row {row[1]} of {row[0]} refers to nothing in {row[2]}" for row in broken[:20]),
    ]


def _reference(part: Part, row: Any) -> Reference:
    return Reference(
        digest=sha256(row.digest),
        size=row.size if part == "file" else None,
        index=row.index_name,
        project=row.name,
        filename=row.filename,
        file_digest=sha256(row.sha256),
        part=part,
    )
