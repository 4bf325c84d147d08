"""One database, SQLite or PostgreSQL: short transactions that either read or write."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Double, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FunctionElement

from core.errors import BadInput, DataFolderError, StorageFull

_WRITES = "dyncell_writes"
_BUSY_SECONDS = 10.0


class database_time(FunctionElement[float]):
    """The database's clock as seconds since 1970, the only clock leases are measured with."""

    type = Double()
    inherit_cache = True


@compiles(database_time, "sqlite")
def _sqlite_time(*_: Any, **__: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_time, "postgresql")
def _postgresql_time(*_: Any, **__: Any) -> str:
    return "CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS DOUBLE PRECISION)"


@dataclass(frozen=True)
class Database:
    """A database and its two kinds of transaction.

    No file, network or torch work belongs inside either: SQLite has one writer at a time.
    """

    engine: Engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that cannot write; close it before anything slow."""
        options = {_WRITES: False, "postgresql_readonly": True}
        with _translated_errors(False), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options=options)
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that takes the write lock at its beginning and commits at its end.

        Raises:
            StorageFull: The disk is full; nothing of the transaction is kept.
        """
        with _translated_errors(True), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={_WRITES: True})
            yield session
            session.commit()

    def close(self) -> None:
        """Closes every pooled connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Opens the database at a SQLAlchemy address; the folder of an SQLite file is made.

    Raises:
        DataFolderError: The address is of another kind or its folder cannot be made.
    """
    if url.startswith("sqlite:///"):
        _make_folder(Path(url.removeprefix("sqlite:///")).parent)
        engine = create_engine(
            url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}
        )
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Database(engine)
    if url.startswith(("postgresql:", "postgresql+psycopg:", "postgres:")):
        address = "postgresql+psycopg:" + url.split(":", 1)[1]
        return Database(create_engine(address, pool_pre_ping=True))
    raise DataFolderError(
        "DYNCELL_DATABASE_URL must begin with sqlite:/// or postgresql://; "
        f"it begins with {url.split(':', 1)[0]}:"
    )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be made ({error.strerror}); "
            "choose another one with --data or DYNCELL_DATA."
        ) from error


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions of its own: `_begin_sqlite` says which kind.
    connection.isolation_level = None
    _keep_a_write_ahead_log(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    # In a new file this upgrades a read lock; while another process does the same SQLite says
    # "database is locked" at once, whatever the connection's timeout.
    end = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated_errors(writes: bool) -> Iterator[None]:
    try:
        yield
    except (OperationalError, DBAPIError) as error:
        text = str(error.orig)
        if "disk is full" in text or "No space left" in text:
            raise StorageFull(
                "The disk that holds the database is full; free some space and try again: "
                "nothing already stored was lost."
            ) from error
        if "unable to open database" in text or (writes and "readonly database" in text):
            raise DataFolderError(
                f"The database cannot be opened for writing ({text}); "
                "check who owns the data folder or choose another one with --data."
            ) from error
        if "cannot contain NUL" in text:  # PostgreSQL; SQLite keeps it
            raise BadInput(
                "A text holds the character NUL, which the database cannot keep; leave it out."
            ) from error
        if "could not connect" in text or "onnection refused" in text:
            raise DataFolderError(
                "The database server does not answer; start it or check DYNCELL_DATABASE_URL."
            ) from error
        raise
