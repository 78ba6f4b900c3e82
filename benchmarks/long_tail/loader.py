"""Fills the database of a data folder with a long-tail catalogue, as uploads over years would have left it.

Rows are written directly, without the durability that uploads have: for benchmarks, never for data that
anybody wants. Files come release by release over all projects, so that those of one project lie apart, and
names are in no order. There are no blobs.
"""

import hashlib
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate

#: The one with the most files.
BIG = "big-project"
_SHAPE = 1.17
_AT = "2026-11-24T05:00:00.000000Z"
_DAY = "2026-11-24"
_FAST = (
    "journal_mode=OFF",
    "synchronous=OFF",
    "locking_mode=EXCLUSIVE",
    "cache_size=-400000",
    "foreign_keys=OFF",
    "temp_store=FILE",
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much there is, and names of projects with few files, in no order."""

    projects: int
    files: int
    names: tuple[str, ...]


def load(data: Path, *, projects: int, most: int, sample: int) -> Loaded:
    """Make the database of ``data`` with so many projects, the largest with ``most`` files.

    ``sample`` is how many names are given back. The same arguments give the same catalogue.
    """
    data.mkdir(parents=True, exist_ok=True)
    path = data / "bodega.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    counts = file_counts(projects, most)
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for setting in _FAST:
            connection.execute(f"PRAGMA {setting}").fetchall()
        _fill(connection, counts)
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
    finally:
        connection.close()
    return loaded(projects=projects, most=most, sample=sample)


def forget_rendered(data: Path) -> None:
    """Take out pages and lists that a server rendered before."""
    connection = sqlite3.connect(data / "bodega.db", isolation_level=None)
    try:
        for table in ("rendered_pages", "lists", "list_frames"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed words
    finally:
        connection.close()


def loaded(*, projects: int, most: int, sample: int) -> Loaded:
    """What ``load`` gives, for a database that it made before."""
    counts = file_counts(projects, most)
    small = [number for number in range(1, projects) if counts[number] <= 20]
    chosen = random.Random(7).sample(small, min(sample, len(small)))
    return Loaded(projects, sum(counts), tuple(name_of(number) for number in chosen))


def file_counts(projects: int, most: int) -> list[int]:
    """How many files each project has: about five on average, half of the projects one or two."""
    chance = random.Random(projects)
    return [most, *(min(most, int(chance.paretovariate(_SHAPE))) for _ in range(projects - 1))]


def name_of(number: int) -> str:
    """The normalized name of a project; that of 0 has the most files."""
    if number == 0:
        return BIG
    seal = hashlib.md5(b"%d" % number, usedforsecurity=False).hexdigest()
    return f"{seal[:5]}-{_WORDS[number % len(_WORDS)]}-{number}"


_WORDS = ("tools", "client", "data", "py", "api", "web", "core", "utils", "django", "async", "test", "aws")


def _fill(connection: sqlite3.Connection, counts: list[int]) -> None:
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('files', 'projects', 'releases')"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    _insert(connection, "projects", _PROJECT, _projects(counts))
    _insert(connection, "releases", _RELEASE, _releases(counts))
    _insert(connection, "files", _FILE, _files(counts))
    connection.execute(
        "INSERT INTO filenames (index_name, identity, filename, sha256, serial, at)"
        " SELECT 'main', lower(filename), filename, sha256, serial, upload_time FROM files ORDER BY 2"
    )
    total = sum(counts)
    connection.execute("UPDATE counters SET value = ? WHERE name = 'serial'", (total,))
    connection.execute("INSERT INTO serial_days (day, first_serial) VALUES (?, 1)", (_DAY,))
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("COMMIT")


_PROJECT = "id, index_name, name, typed_name, serial, status, created_at, created_by"
_RELEASE = "id, project_id, version, canonical, created_at"
_FILE = (
    "id, release_id, project_id, filename, kind, sha256, size, upload_time, requires_python, metadata_sha256,"
    " serial, uploaded_by, md5, blake2_256"
)


def _insert(
    connection: sqlite3.Connection, table: str, columns: str, rows: Iterator[tuple[Any, ...]]
) -> None:
    marks = ", ".join("?" * (columns.count(",") + 1))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 - fixed words


def _projects(counts: list[int]) -> Iterator[tuple[Any, ...]]:
    serials = [0] * len(counts)
    for serial, (project, _) in enumerate(_places(counts), 1):
        serials[project] = serial
    for number, serial in enumerate(serials):
        name = name_of(number)
        yield number + 1, "main", name, name.title(), serial, "active", _AT, "loader"


def _places(counts: list[int]) -> Iterator[tuple[int, int]]:
    """The project and the number of each file, in the order of upload: two of each project in a round."""
    first = 0
    left = range(len(counts))
    while left:
        for project in left:
            for file in range(first, min(first + 2, counts[project])):
                yield project, file
        first += 2
        left = [project for project in left if counts[project] > first]  # type: ignore[assignment]


def _releases(counts: list[int]) -> Iterator[tuple[Any, ...]]:
    number = 0
    for project, file in _places(counts):
        if file % 2 == 0:
            number += 1
            yield number, project + 1, f"1.{file // 2}", f"1.{file // 2}" if file > 1 else "1", _AT


def _files(counts: list[int]) -> Iterator[tuple[Any, ...]]:
    release = 0
    for serial, (project, file) in enumerate(_places(counts), 1):
        release += file % 2 == 0
        seal = hashlib.sha256(b"%d" % serial).hexdigest()
        stem = f"{name_of(project).replace('-', '_')}-1.{file // 2}"
        is_wheel = file % 2 == 0
        filename = f"{stem}-py3-none-any.whl" if is_wheel else f"{stem}.tar.gz"
        yield (
            serial,
            release,
            project + 1,
            filename,
            "wheel" if is_wheel else "sdist",
            seal,
            10_000 + serial % 90_000,
            _AT,
            ">=3.9",
            seal[::-1] if is_wheel else None,
            serial,
            "loader",
            seal[:32],
            seal,
        )
