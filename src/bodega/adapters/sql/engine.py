"""One database: a single writer at a time, readers beside it, and prepared look-ups for the hot routes.

SQLite in WAL mode with ``synchronous=FULL``: a committed transaction survives a power cut, and readers
never wait for the writer, nor for other processes on the same data folder. Statements are SQLAlchemy Core,
so that they run on PostgreSQL too; no function newer than SQLite 3.40 is used.
"""

import contextlib
import errno
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Executable, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from bodega.content.blob_store import StorageFullError
from bodega.formats.errors import BodegaError

#: How long a writer waits for one of another process, in milliseconds.
BUSY_TIMEOUT_MS = 30_000
#: How long closing waits for a writer; one that waits longer itself ends with the process.
_MOST_SECONDS_TO_CLOSE = 5
#: Pages that connections keep in memory (in KiB): an upload to a catalogue of millions touches the upper part
#: of a dozen indexes, and so do look-ups.
_WRITER_CACHE = "cache_size=-16000"
_LOOK_UP_CACHE = "cache_size=-16000"
_FULL_WORDS = ("disk is full", "disk i/o error", "no space left")


class DatabaseUnavailableError(BodegaError):
    """The database cannot be opened, or does not answer."""

    code = "E-DATABASE-UNAVAILABLE"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"the database {place} cannot be used", why=reason)
        self.place = place
        self.reason = reason


_Prepare = Callable[[Any, object], None]


class Database:
    """A database by its SQLAlchemy URL; may be used from any thread. ``close`` when done."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.place = parsed.render_as_string(hide_password=True)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._write_lock = threading.Lock()
        self._is_closed = False
        if self.is_sqlite:
            _create_private(parsed.database or "", self.place)
        self._writer = _engine(parsed, _prepare_writer)
        self._cache_writer = _engine(parsed, _prepare_cache_writer)
        self._readers = _engine(parsed, _prepare_reader)
        self._look_ups = LookUps(self._readers, self.place)
        self._versions = _Versions(self._readers)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction: committed at the end of the block, rolled back when it raises.

        Raises StorageFullError when there is no room, DatabaseUnavailableError when the database cannot
        be used; nothing of the block is kept then.
        """
        with self._write_lock, self._failures_in_words(), self._open(self._writer).begin() as connection:
            yield connection

    @contextmanager
    def caching(self) -> Iterator[Connection]:
        """A write transaction like ``writing``, for what can be made again: it does not wait for the disk.

        A power cut may undo it, as if it had never been, but nothing written before it. Raises the same.
        """
        with (
            self._write_lock,
            self._failures_in_words(),
            self._open(self._cache_writer).begin() as connection,
        ):
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the database, for several statements; nothing can be written."""
        with self._failures_in_words(), self._readers.connect() as connection:
            yield connection

    def prepare(self, statement: Executable) -> "LookUp":
        """A statement for a hot route, compiled once: about 10 us a call on SQLite.

        Its bound parameters are given by name at each call. Only for look-ups of few rows by a key.
        """
        return LookUp(statement, self._look_ups)

    def versions(self) -> Callable[[], int] | None:
        """A function that tells in which state the database is; ``None`` where the engine cannot say.

        The number changes with each commit of any connection in any process. About 3 us a call; for one
        thread at a time.
        """
        return self._versions.current if self.is_sqlite else None

    def close(self) -> None:
        """Close every connection, that of a writer once it is done; whoever would write later is refused."""
        self._versions.close()
        self._look_ups.close()
        self._readers.dispose()
        # What works behind may write still, and a connection closed beneath a statement ends the process.
        self._is_closed = True
        if self._write_lock.acquire(timeout=_MOST_SECONDS_TO_CLOSE):
            self._cache_writer.dispose()
            self._writer.dispose()
            self._write_lock.release()

    def _open(self, engine: Engine) -> Engine:
        if self._is_closed:
            raise DatabaseUnavailableError(self.place, "it was closed")
        return engine

    @contextmanager
    def _failures_in_words(self) -> Iterator[None]:
        try:
            yield
        except DatabaseError as error:
            # Its subclasses but these two are faults of a statement, not of the database.
            if type(error) not in (DatabaseError, OperationalError):
                raise
            raise _in_words(self.place, error.orig) from error


def _in_words(place: str, error: BaseException | None) -> BodegaError:
    reason = str(error)
    if any(words in reason.lower() for words in _FULL_WORDS):
        return StorageFullError()
    return DatabaseUnavailableError(place, reason)


class LookUps:
    """The connection of the prepared look-ups: held open, each statement a snapshot of its own."""

    def __init__(self, engine: Engine, place: str) -> None:
        self.dialect = engine.dialect
        self._place = place
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def run(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """All rows of one statement, in the driver's own words; raises DatabaseUnavailableError."""
        with self._lock:
            if self._connection is None:
                options = {"isolation_level": "AUTOCOMMIT"}
                self._connection = self._engine.connect().execution_options(**options)
                _set(self._connection.connection.driver_connection, _LOOK_UP_CACHE)
            driver = self._connection.connection.driver_connection
            assert driver is not None  # noqa: S101 (a connected connection has one)
            try:
                rows: list[tuple[Any, ...]] = driver.execute(sql, values).fetchall()
            except self.dialect.loaded_dbapi.DatabaseError as error:
                raise _in_words(self._place, error) from error
            return rows

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


class _Versions:
    """A connection of its own that never writes, so every commit is another's to it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._driver: Any = None

    def current(self) -> int:
        """The state of the database; raises what the driver raises."""
        if self._driver is None:
            options = {"isolation_level": "AUTOCOMMIT"}
            self._connection = self._engine.connect().execution_options(**options)
            self._driver = self._connection.connection.driver_connection
        version: int = self._driver.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._driver = None


class LookUp:
    """A prepared statement; made by ``Database.prepare``."""

    def __init__(self, statement: Executable, look_ups: LookUps) -> None:
        compiled = statement.compile(dialect=look_ups.dialect)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._look_ups = look_ups
        self._names = tuple(compiled.positiontup or ())
        self._fixed = dict(compiled.params)

    def all(self, **values: object) -> list[tuple[Any, ...]]:
        """Every row."""
        bound = {**self._fixed, **values}
        arguments: Any = tuple(bound[name] for name in self._names) if self._names else bound
        return self._look_ups.run(self._sql, arguments)

    def first(self, **values: object) -> tuple[Any, ...] | None:
        """The first row, or ``None``."""
        rows = self.all(**values)
        return rows[0] if rows else None


def _engine(url: URL, prepare: _Prepare) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    writes = prepare is not _prepare_reader
    engine = create_engine(
        url,
        poolclass=StaticPool if writes else QueuePool,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": None},
        **({} if writes else {"pool_size": 8, "max_overflow": 56}),
    )
    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin_immediate if writes else _begin)
    return engine


def _prepare_writer(driver: Any, _record: object) -> None:
    _set(driver, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _WRITER_CACHE)


def _prepare_cache_writer(driver: Any, _record: object) -> None:
    # In WAL mode this is as consistent; a commit is only not waited for (https://www.sqlite.org/pragma.html).
    _set(driver, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")


def _prepare_reader(driver: Any, _record: object) -> None:
    _set(driver, "journal_mode=WAL", "query_only=ON")


def _set(driver: Any, *settings: str) -> None:
    for setting in settings:
        driver.execute(f"PRAGMA {setting}").fetchall()


def _begin_immediate(connection: Connection) -> None:
    # A transaction that starts as a reader and writes later fails at once when another one wrote between.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    if connection.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("BEGIN")


def _create_private(path: str, place: str) -> None:
    """Make the file readable by its owner alone (SQLite gives its companions the same mode).

    One that is there is not opened: closing it would let go of every lock that this process holds on it, by
    SQLite too (POSIX locks are of the process), and the next process to leave would take the write-ahead log
    away beneath us.
    """
    try:
        os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        if not (os.path.isfile(path) and os.access(path, os.R_OK | os.W_OK)):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFullError from error
        raise DatabaseUnavailableError(place, os.strerror(error.errno or 0)) from error
