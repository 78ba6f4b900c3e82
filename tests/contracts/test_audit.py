"""The audit record: one suite over SQLite and memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork, MemoryAuditViews
from bodega.adapters.sql.audit import SqlAuditViews
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.views import AuditViews

AT = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
Room = tuple[Callable[..., None], AuditViews]


@pytest.fixture(params=["memory", "sqlite"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if request.param == "memory":
        state = MemoryState()
        yield _adding(BeginMemoryWork(state)), MemoryAuditViews(state)
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield _adding(BeginWork(database)), SqlAuditViews(database)
    database.close()


def _adding(begin) -> Callable[..., None]:
    def add(*records: AuditRecord) -> None:
        with begin() as work:
            for record in records:
                work.audit.add(record)

    return add


def record(number: int, action: str = "file.publish") -> AuditRecord:
    return AuditRecord(
        at=AT + timedelta(seconds=number),
        actor="ci",
        action=action,
        object=f"a-{number}.tar.gz",
        project="a" if number else None,
        details={"index": "main", "files": ["x", "y"], "none": None},
    )


def test_records_come_back_as_they_were_written_newest_first(room: Room) -> None:
    add, views = room
    add(record(0), record(1))
    add(record(2))
    entries = views.newest(10)
    assert [entry.record for entry in entries] == [record(2), record(1), record(0)]
    assert [entry.id for entry in entries] == sorted((entry.id for entry in entries), reverse=True)


def test_pages_continue_where_the_last_ended(room: Room) -> None:
    add, views = room
    add(*(record(number) for number in range(5)))
    first = views.newest(2)
    second = views.newest(2, before=first[-1].id)
    third = views.newest(2, before=second[-1].id)
    # What is written meanwhile does not move the pages.
    add(record(9))
    assert [entry.record.object for page in (first, second, third) for entry in page] == [
        f"a-{number}.tar.gz" for number in (4, 3, 2, 1, 0)
    ]
    assert views.newest(2, before=third[-1].id) == []


def test_one_action(room: Room) -> None:
    add, views = room
    add(record(0), record(1, "token.create"), record(2), record(3, "token.create"))
    assert [entry.record.object for entry in views.newest(10, action="token.create")] == [
        "a-3.tar.gz",
        "a-1.tar.gz",
    ]
    newest = views.newest(1, action="token.create")[0].id
    assert [e.record.object for e in views.newest(5, action="token.create", before=newest)] == ["a-1.tar.gz"]
    assert views.newest(10, action="nothing") == []
