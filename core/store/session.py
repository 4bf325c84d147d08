"""One database, SQLite or PostgreSQL: short transactions that either read or write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Double, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import FunctionElement

from core.errors import DataFolderError
from core.store.database_errors import translated
from core.store.sqlite_file import open_file

_WRITES = "dyncell_writes"


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
        engine = open_file(Path(url.removeprefix("sqlite:///")))
        event.listen(engine, "begin", _begin_sqlite)
        return Database(engine)
    if url.startswith(("postgresql:", "postgresql+psycopg:", "postgres:")):
        address = "postgresql+psycopg:" + url.split(":", 1)[1]
        return Database(create_engine(address, pool_pre_ping=True))
    raise DataFolderError(
        "DYNCELL_DATABASE_URL must begin with sqlite:/// or postgresql://; "
        f"it begins with {url.split(':', 1)[0]}:"
    )


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, True)
    connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated_errors(writes: bool) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        told = translated(error, writes=writes)
        if told is None:
            raise
        raise told from error
