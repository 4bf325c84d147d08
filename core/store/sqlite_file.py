"""The file of an SQLite database: set up when it is opened, and never made twice.

SQLite goes on writing to a file that was removed, and makes a new, empty one where a connection
is opened later: both would lose work without a word. So a file that was there once must stay.
"""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from core.errors import DataFolderError
from core.natural_order import natural_key

BUSY_SECONDS = 10.0
"""How long a connection waits for another one that writes."""


def open_file(path: Path) -> Engine:
    """An engine over the file, which its first connection may make.

    Raises:
        DataFolderError: The folder cannot be made; when connecting, the file is gone.
    """
    _make_folder(path.parent)
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}
    )
    watch = _Watch(path)
    event.listen(engine, "do_connect", watch.refuse_new_file)
    event.listen(engine, "connect", watch.connected)
    event.listen(engine, "checkout", watch.check)
    return engine


@dataclass
class _Watch:
    """Knows whether the file was there once, and which one a connection belongs to."""

    path: Path
    is_known: bool = False

    def refuse_new_file(self, *_: Any) -> None:
        """Before a connection is opened."""
        if self.is_known and not self.path.exists():
            raise DataFolderError(
                f"The database {self.path} is gone; put it back, or restart dyncell to begin with "
                "an empty one."
            )

    def connected(self, connection: sqlite3.Connection, record: Any) -> None:
        """Once it is open."""
        # The driver must not open transactions of its own: the session says which kind.
        connection.isolation_level = None
        _keep_a_write_ahead_log(connection)
        connection.create_function("unicode_lower", 1, str.lower, deterministic=True)
        connection.create_function("natural_key", 1, natural_key, deterministic=True)
        for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = _identity(self.path)
        self.is_known = True

    def check(self, _connection: object, record: Any, _proxy: object) -> None:
        """Before a connection of the pool is used: one to a file that is gone is closed."""
        if record.info.get("file") != _identity(self.path):
            raise DisconnectionError


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be made ({error.strerror}); "
            "choose another one with --data or DYNCELL_DATA."
        ) from error


def _keep_a_write_ahead_log(connection: sqlite3.Connection) -> None:
    # In a new file this upgrades a read lock; while another process does the same SQLite says
    # "database is locked" at once, whatever the connection's timeout.
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(0.01)
        else:
            return
