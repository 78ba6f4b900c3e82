"""The status of a project set in the database itself, for tests of how it is told."""

import sqlite3
from contextlib import closing
from pathlib import Path


def set_status(data: Path, name: str, status: str, reason: str | None = None) -> None:
    """As a command does it: the project's serial grows with the change."""
    with closing(sqlite3.connect(data / "bodega.db")) as database, database:
        database.execute("UPDATE counters SET value = value + 1 WHERE name = 'serial'")
        database.execute(
            "UPDATE projects SET status = ?, status_reason = ?,"
            " serial = (SELECT value FROM counters WHERE name = 'serial') WHERE name = ?",
            (status, reason, name),
        )
