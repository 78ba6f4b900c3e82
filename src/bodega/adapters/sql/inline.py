"""What was read of metadata documents, in the database: one packed row for a project."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.view_tables import INLINE_METADATA
from bodega.formats.names import NormalizedName
from bodega.index.views.inline_metadata import Known
from bodega.simple_api.codings import decode, encode
from bodega.simple_api.pages import InlineMetadata

_FORMAT = 1
_OF = INLINE_METADATA.c.project == bindparam("of_project")
_GET = select(INLINE_METADATA.c.document).where(_OF)


class SqlInlineStore:
    """Implements ``index.views.inline_metadata.InlineStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._get = database.prepare(_GET)

    def of(self, name: NormalizedName) -> Known:
        """What is known of the project's documents."""
        return _unpacked(self._get.first(of_project=name))

    def add(self, name: NormalizedName, known: Known) -> None:
        """Remember these, too."""
        with self._database.caching() as connection:
            # Another process may have learned others meanwhile.
            before = _unpacked(connection.execute(_GET, {"of_project": name}).first())
            connection.execute(delete(INLINE_METADATA).where(_OF), {"of_project": name})
            row = {"project": name, "document": _packed({**before, **known})}
            connection.execute(insert(INLINE_METADATA), row)


def _packed(known: Known) -> bytes:
    rows: dict[InlineMetadata | None, int] = {}
    digests = {digest: rows.setdefault(told, len(rows)) for digest, told in known.items()}
    told = [row and [row.requires_dist, row.requires_python, row.provides_extra] for row in rows]
    return encode(json.dumps([_FORMAT, told, digests], separators=(",", ":")).encode(), "zstd")


def _unpacked(row: Any) -> Mapping[str, InlineMetadata | None]:
    if row is None:
        return {}
    form, told, digests = json.loads(decode(bytes(row[0]), "zstd"))
    if form != _FORMAT:
        return {}
    rows = [one and InlineMetadata(tuple(one[0]), one[1], tuple(one[2])) for one in told]
    return {digest: rows[place] for digest, place in digests.items()}
