"""The database: writers one at a time, readers beside them, private, and durable."""

import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from bodega.adapters.sql.engine import Database, DatabaseUnavailableError
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.schema import COUNTERS

SERIAL = select(COUNTERS.c.value).where(COUNTERS.c.name == "serial")
UP = update(COUNTERS).where(COUNTERS.c.name == "serial").values(value=COUNTERS.c.value + 1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database(f"sqlite:///{tmp_path}/inner/bodega.db")
    migrate(made)
    return made


def value(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(SERIAL).scalar_one())


def test_the_file_is_for_its_owner_alone(database: Database, tmp_path: Path) -> None:
    with database.writing() as connection:
        connection.execute(UP)
    found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "inner").iterdir()}
    assert found == dict.fromkeys(("bodega.db", "bodega.db-wal", "bodega.db-shm"), 0o600)
    database.close()


def test_commits_survive_a_power_cut(database: Database) -> None:
    with database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()


def test_what_can_be_made_again_does_not_wait_for_the_disk(database: Database) -> None:
    with database.caching() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 1
        connection.execute(UP)
    assert value(database) == 1
    with suppress(ZeroDivisionError), database.caching() as connection:
        connection.execute(UP)
        raise ZeroDivisionError
    assert value(database) == 1
    database.close()


def test_a_block_that_raises_changes_nothing(database: Database) -> None:
    with suppress(ZeroDivisionError), database.writing() as connection:
        connection.execute(UP)
        raise ZeroDivisionError
    assert value(database) == 0
    database.close()


def test_readers_see_one_state_and_cannot_write(database: Database) -> None:
    with database.reading() as reader:
        before = reader.execute(SERIAL).scalar_one()
        with database.writing() as connection:
            connection.execute(UP)
        assert reader.execute(SERIAL).scalar_one() == before
        with pytest.raises(SQLAlchemyError):
            reader.execute(UP)
    assert value(database) == 1
    database.close()


def test_a_prepared_look_up_sees_each_commit(database: Database) -> None:
    look_up = database.prepare(
        select(COUNTERS.c.value, COUNTERS.c.name).where(
            COUNTERS.c.name == bindparam("named"), COUNTERS.c.value < 100
        )
    )
    assert look_up.first(named="serial") == (0, "serial")
    with database.writing() as connection:
        connection.execute(UP)
    assert look_up.all(named="serial") == [(1, "serial")]
    assert look_up.first(named="nothing") is None
    database.close()


def test_no_increment_is_lost_among_threads_and_processes(database: Database, tmp_path: Path) -> None:
    script = f"""
        from bodega.adapters.sql.engine import Database
        from bodega.adapters.sql.schema import COUNTERS
        database = Database("sqlite:///{tmp_path}/inner/bodega.db")
        for _ in range(50):
            with database.writing() as connection:
                connection.execute(COUNTERS.update().where(COUNTERS.c.name == "serial").values(value=COUNTERS.c.value + 1))
        database.close()
    """

    def count() -> None:
        for _ in range(50):
            with database.writing() as connection:
                connection.execute(UP)

    others = [subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)]) for _ in range(2)]
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0]
    assert value(database) == 300
    database.close()


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailableError):
        Database(f"sqlite:///{tmp_path}/file/bodega.db")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "bodega.db").write_bytes(b"no database at all" * 1000)
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    with pytest.raises(DatabaseUnavailableError, match=r"bodega\.db cannot be used"):
        migrate(database)
    database.close()


def test_a_look_up_in_a_database_that_is_not_ready(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    with pytest.raises(DatabaseUnavailableError, match="cannot be used"):
        database.prepare(select(COUNTERS.c.value)).all()
    database.close()


ANOTHER_PROCESS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("UPDATE counters SET value = value + 1 WHERE name = 'serial'")
connection.commit()
connection.close()
"""


def test_a_second_database_on_the_same_file_takes_no_locks_away(database: Database, tmp_path: Path) -> None:
    """Else the next process that leaves thinks that it is the last, and removes the log under the first."""
    path = tmp_path / "inner" / "bodega.db"
    with database.writing() as connection:
        connection.execute(UP)
    log = (tmp_path / "inner" / "bodega.db-wal").stat().st_ino
    second = Database(f"sqlite:///{path}")
    assert value(second) == 1
    second.close()
    subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, str(path)], check=True, timeout=60)
    assert (tmp_path / "inner" / "bodega.db-wal").stat().st_ino == log
    with database.writing() as connection:
        connection.execute(UP)
    assert value(database) == 3
    database.close()
    third = Database(f"sqlite:///{path}")
    assert value(third) == 3
    third.close()


@pytest.mark.parametrize("kind", ["writing", "caching"])
def test_closing_waits_for_who_writes_and_refuses_who_would_later(database: Database, kind: str) -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[str] = []

    def write() -> None:
        with getattr(database, kind)() as connection:
            begun.set()
            go_on.wait(10)
            connection.execute(UP)
            done.append("written")

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait(10)
    closer = threading.Thread(target=lambda: (database.close(), done.append("closed")))
    closer.start()
    closer.join(0.05)
    assert done == []
    go_on.set()
    writer.join(10)
    closer.join(10)
    assert done == ["written", "closed"]
    with pytest.raises(DatabaseUnavailableError), getattr(database, kind)():
        pass
