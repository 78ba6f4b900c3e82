"""Revisions: applied once, all or none, and the same tables as the schema says."""

import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bodega.adapters.sql import migrate as migrate_module
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import is_behind, migrate, revision_of
from bodega.adapters.sql.schema import HEAD, METADATA
from bodega.adapters.sql.upstream_tables import __name__ as _registers_more_tables  # noqa: F401


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate_module.__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/bodega.db"


def test_head_is_the_newest_revision() -> None:
    assert scripts().get_current_head() == HEAD


def test_revisions_say_whether_they_expand() -> None:
    for script in scripts().walk_revisions():
        assert any(kind in script.doc for kind in ("(expand)", "(backfill)", "(contract)")), script.revision


def test_an_empty_database_gets_every_table(url: str) -> None:
    database = Database(url)
    assert is_behind(database)
    assert migrate(database)
    assert not migrate(database)
    with database.reading() as connection:
        assert revision_of(connection) == HEAD
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()


def test_a_newer_database_is_left_alone(url: str) -> None:
    database = Database(url)
    migrate(database)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert not migrate(database)
    database.close()


def test_processes_that_start_at_once_migrate_once(url: str) -> None:
    script = f"""
        from bodega.adapters.sql.engine import Database
        from bodega.adapters.sql.migrate import is_behind, migrate
        database = Database({url!r})
        migrate(database)
        assert not is_behind(database)
        database.close()
    """
    processes = [subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]


def test_a_migration_that_is_killed_is_done_again(url: str) -> None:
    script = f"""
        import os, signal
        from sqlalchemy import event
        from bodega.adapters.sql.engine import Database
        from bodega.adapters.sql.migrate import migrate
        left = [int(os.environ["STATEMENTS"])]
        database = Database({url!r})
        def count(*_):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(database._writer, "before_cursor_execute", count)
        migrate(database)
    """
    for statements in range(0, 1000, 6):
        environment = {"STATEMENTS": str(statements)}
        done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=environment, check=False)
        database = Database(url)
        with database.reading() as connection:
            assert revision_of(connection) == (HEAD if done.returncode == 0 else None), "all or none"
        database.close()
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
    assert statements > 20
