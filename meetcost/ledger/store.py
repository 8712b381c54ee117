# SPDX-License-Identifier: Apache-2.0
"""One database: how it is opened, how a transaction is run to its end, and how its errors are told.

A write either happened or did not when it returns; whatever may have been interrupted is tried again, and therefore
begins by asking whether it has been done.
"""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from meetcost.errors import said_by
from meetcost.ledger import tables
from meetcost.ledger.chain import Head
from meetcost.ledger.faults import LedgerError
from meetcost.words.sentence import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection, Engine

T = TypeVar("T")

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_WAITS: Final = (0.0, 0.05, 0.2, 0.5, 1.0, 2.0, 4.0)  # seconds before each try: a server that starts anew comes back
_PATIENCE: Final = 60.0  # seconds that a writer on SQLite waits for the others
_WRITES: Final = "meetcost_writes"
_AGAIN: Final = ("40001", "40P01", "57P01", "57P02", "57P03", "53300")
"""Serialization failure, deadlock, shutdown of the server or the connection, start-up, too many connections."""
_ERASED_FROM: Final = (
    "payloads", "draws", "counts", "owners", "copies", "reservations", "reserved_draws", "reserved_targets"
)  # fmt: skip
_CONTRADICTION: Final = "the books contradict themselves, and nothing was written; verify them"
_NOT_AGAIN: Final = {
    "23505": _CONTRADICTION,
    "28000": "the server does not let this user in",
    "28P01": "the server does not accept this password",
    "3D000": "there is no such database",
    "42501": "this user may not do that",
    "53100": "the disk of the server is full",
    "25006": "the server takes no writes (read-only)",
}
_SQLITE: Final = {
    sqlite3.SQLITE_CONSTRAINT: _CONTRADICTION,
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only",
    sqlite3.SQLITE_IOERR: "an input or output error of the disk",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; is the folder there, and yours to write in?",
    sqlite3.SQLITE_NOTADB: "is no SQLite database",
    sqlite3.SQLITE_CORRUPT: "the file is damaged; restore a back-up, then verify it against a published head",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_AUTH: "permission denied",
}


class Store:
    """The database at a path (SQLite) or a URL; nothing is opened before it is needed."""

    def __init__(self, location: Path | str) -> None:
        url = _url(location)
        self.sqlite = url.get_backend_name() == "sqlite"
        self.path = Path(url.database or "") if self.sqlite else None
        self.name = str(self.path) if self.sqlite else url.set(drivername="postgresql").render_as_string()
        self._engine = _engine(url)

    @property
    def exists(self) -> bool:
        """Whether there is a file; of a server nobody knows before asking."""
        return self.path is None or self.path.exists()

    def make(self) -> None:
        """A new SQLite file only its owner can read, if there is none; its log takes the mode over from it."""
        if self.path is not None and not self.path.exists():
            try:
                self.path.touch(mode=0o600)
            except OSError as error:
                raise LedgerError("{where}: {why}", where=self.name, why=said_by(error)) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the books throughout."""
        options: dict[str, Any] = {} if self.sqlite else {"isolation_level": "REPEATABLE READ"}
        try:
            with self._engine.connect().execution_options(**options) as connection, connection.begin():
                yield connection
        except (DBAPIError, PoolTimeoutError) as error:
            raise self._told(error) from None

    def write(self, work: Callable[[Connection, Head], T]) -> T:
        """What `work` returns, once its transaction is on disk; it is given the head, locked.

        `work` may run several times and has to begin by asking whether it was done: a connection that is lost at
        COMMIT leaves that open. Raises `LedgerError`; what stood in the books then stands there still.
        """

        def locked(connection: Connection) -> T:
            query = select(tables.head.c.length, tables.head.c.hash).with_for_update()
            found = connection.execute(query).one_or_none()
            if found is None or not isinstance(found[0], int) or found[0] < 0:
                raise LedgerError("{name}: the head of these books is damaged; verify them", name=self.name)
            return work(connection, Head(*found))

        return self.transact(locked)

    def transact(self, work: Callable[[Connection], T]) -> T:
        """As `write`, without the head: for books that may have no tables yet."""
        options: dict[str, Any] = {_WRITES: True} if self.sqlite else {"isolation_level": "READ COMMITTED"}
        for wait in _WAITS:
            time.sleep(wait)
            try:
                with self._engine.connect().execution_options(**options) as connection, connection.begin():
                    return work(connection)
            except (DBAPIError, PoolTimeoutError) as error:
                last = error
                if not _worth_another_try(error):
                    break
        raise self._told(last) from None

    def wipe(self) -> bool:
        """Leave nothing of what was deleted in the files of the database; whether that succeeded at once.

        SQLite: the file is written anew and its write-ahead log emptied. PostgreSQL: the tables that anything is ever
        deleted from are; its write-ahead log is the server's.
        """
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                run = connection.exec_driver_sql
                if not self.sqlite:
                    for table in _ERASED_FROM:
                        run(f"VACUUM FULL {table}")
                    return True
                run("VACUUM")
                busy = run("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                return not busy
        except DBAPIError as error:
            if _worth_another_try(error):
                return False
            raise self._told(error) from None

    def close(self) -> None:
        """Let all connections go."""
        self._engine.dispose()

    def _told(self, error: DBAPIError | PoolTimeoutError) -> LedgerError:
        """An error of the database in words; its own text may hold what was to be written, so it stays out."""
        if isinstance(error, PoolTimeoutError):
            return LedgerError("{name}: all connections are in use", name=self.name)
        return LedgerError("{where}: {why}", where=self.name, why=_reason(error))


def _url(location: Path | str) -> URL:
    if isinstance(location, Path) or not _SCHEME.match(location):
        return make_url("sqlite://").set(database=str(location))
    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        raise LedgerError("the URL of the books cannot be read; write postgresql://user@host/database") from None
    backend = url.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and url.database:
        return url.set(drivername="sqlite")
    raise LedgerError(
        "books in `{backend}` are not known; give a file (SQLite) or postgresql://user@host/database", backend=backend
    )


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _PATIENCE}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    try:
        return create_engine(
            url, connect_args={"connect_timeout": 10}, hide_parameters=True, pool_pre_ping=True, max_overflow=50
        )
    except (ImportError, NoSuchModuleError):
        raise LedgerError("PostgreSQL needs its driver; run: pip install 'meetcost[postgres]'") from None


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """WAL, so that readers never wait; FULL, so that what is acknowledged is on disk; nothing deleted stays behind."""
    connection.isolation_level = None  # transactions begin where we say so
    connection.text_factory = _text
    for pragma in ("synchronous=FULL", "secure_delete=ON", "trusted_schema=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _text(octets: bytes) -> str:
    """Octets that are no UTF-8, which only somebody else can have written, become text that no hash fits."""
    return octets.decode("utf-8", "surrogateescape")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


def _worth_another_try(error: DBAPIError | PoolTimeoutError) -> bool:
    if isinstance(error, PoolTimeoutError) or error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _primary(cause) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    state = getattr(cause, "sqlstate", None)
    if state is None:  # no answer from the server: it is away, or the connection is
        return type(cause).__name__ == "OperationalError" and not _refused(cause)
    return state in _AGAIN or state.startswith("08")


def _refused(cause: BaseException | None) -> bool:
    """libpq gives no code for what the server said while connecting."""
    text = str(cause)
    return "FATAL" in text and not any(
        word in text for word in ("starting up", "shutting down", "too many", "recovery")
    )


def _reason(error: DBAPIError) -> str:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = _primary(cause)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return Sentence.of("another writer has not let go for {seconds:.0f} s; try again", seconds=_PATIENCE)
        if "no such table" in str(cause):
            return Sentence.of("holds no books")
        return Sentence.of(_SQLITE.get(code, f"SQLite error {getattr(cause, 'sqlite_errorname', code)}"))
    state = getattr(cause, "sqlstate", None)
    if state == "42P01":
        return Sentence.of("holds no books")
    if state is None and "FATAL" in str(cause):
        return str(cause).rpartition("FATAL:")[2].split("\n")[0].strip()
    if state is None:
        return Sentence.of("the server cannot be reached, or the connection was lost")
    return Sentence.of(_NOT_AGAIN.get(state, f"PostgreSQL error {state}"))


def _primary(cause: sqlite3.Error) -> int:
    """The primary result code of an extended one."""
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF
