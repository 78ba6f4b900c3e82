"""Tokens, kept and read: one suite over SQLite and memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.memory.accounts import MemoryTokenViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.adapters.sql.accounts import SqlTokenViews
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.index.accounts.model import StoredSecret, Token

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
SECRET = StoredSecret("ab", "cd")


@pytest.fixture(params=["memory", "sqlite", "sqlite, another process"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any]]:
    if request.param == "memory":
        state = MemoryState()
        yield BeginMemoryWork(state), MemoryTokenViews(state)
        return
    writing = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(writing)
    reading = Database(f"sqlite:///{tmp_path}/bodega.db") if "another" in request.param else writing
    yield BeginWork(writing), SqlTokenViews(reading)
    reading.close()
    writing.close()


def token(token_id: str, **changes: Any) -> Token:
    facts = {"name": "ci", "scopes": ("read", "upload"), "index": None, "project": None, "created_at": NOW}
    return Token(**{"id": token_id, "expires_at": None, **facts, **changes})


def test_a_token_comes_back_as_it_was(house: tuple[Any, Any]) -> None:
    begin, views = house
    full = token("a", index="main", project="sample", expires_at=NOW + timedelta(days=1))
    with begin() as work:
        work.tokens.add(full, SECRET)
        assert work.tokens.get("a") == full
        assert work.tokens.get("b") is None
    assert views.find("a") == (full, SECRET)
    assert views.find("b") is None


def test_a_revoked_token_is_so_at_the_next_read(house: tuple[Any, Any]) -> None:
    begin, views = house
    with begin() as work:
        work.tokens.add(token("a"), SECRET)
    assert views.find("a")[0].is_valid(NOW)
    with begin() as work:
        work.tokens.revoke("a", NOW)
    assert views.find("a")[0].revoked_at == NOW
    assert not views.find("a")[0].is_valid(NOW)


def test_tokens_are_listed_oldest_first(house: tuple[Any, Any]) -> None:
    begin, views = house
    with begin() as work:
        work.tokens.add(token("a", created_at=NOW + timedelta(days=1)), SECRET)
        work.tokens.add(token("c"), SECRET)
        work.tokens.add(token("b"), SECRET)
    assert [token.id for token in views.all()] == ["b", "c", "a"]
