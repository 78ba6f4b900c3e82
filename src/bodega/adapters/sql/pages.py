"""Rendered pages in the database."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.upstream_tables import RENDERED_PAGES
from bodega.index.views.page_store import PageBytes, Variant

_PAGES = RENDERED_PAGES.c
_KEY = (
    (_PAGES.view == bindparam("of_view"))
    & (_PAGES.name == bindparam("of_name"))
    & (_PAGES.form == bindparam("of_form"))
    & (_PAGES.coding == bindparam("of_coding"))
)
_GET = select(_PAGES.fingerprint, _PAGES.etag, _PAGES.serial, _PAGES.valid_until, _PAGES.body).where(_KEY)
_DELETE = delete(RENDERED_PAGES).where(_KEY)


class SqlPageStore:
    """Implements ``index.views.page_store.PageStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._get = database.prepare(_GET)

    def get(self, variant: Variant) -> PageBytes | None:
        """The bytes kept last."""
        row = self._get.first(**_bound(variant))
        if row is None:
            return None
        fingerprint, etag, serial, valid_until, body = row
        return PageBytes(fingerprint, etag, bytes(body), serial, valid_until)

    def put(self, variant: Variant, page: PageBytes) -> None:
        """Keep these instead."""
        self.put_all({variant: page})

    def put_all(self, pages: Mapping[Variant, PageBytes]) -> None:
        """Keep all of these instead."""
        with self._database.caching() as connection:
            connection.execute(_DELETE, [_bound(variant) for variant in pages])
            connection.execute(insert(RENDERED_PAGES), [_row(*item) for item in pages.items()])


def _row(variant: Variant, page: PageBytes) -> dict[str, Any]:
    return {
        **variant._asdict(),
        "fingerprint": page.fingerprint,
        "etag": page.etag,
        "serial": page.serial,
        "valid_until": page.valid_until,
        "body": page.body,
    }


def _bound(variant: Variant) -> dict[str, str]:
    return {
        "of_view": variant.view,
        "of_name": variant.name,
        "of_form": variant.form,
        "of_coding": variant.coding,
    }
