"""What a failing database means for the person in front of the screen."""

import re

from sqlalchemy.exc import DBAPIError

from core.errors import BadInput, DataFolderError, DyncellError, StorageFull

_FULL = re.compile(r"disk is full|No space left")
_BROKEN = re.compile(
    r"is not a database|malformed|disk I/O error|no such table|relation .* does not"
)
_BUSY = re.compile(r"database is locked|database table is locked")
_NO_SERVER = re.compile(r"[Cc]onnection refused|could not connect|resolve host|timeout expired")
_GONE_STATES = ("08", "28", "3D", "57P")  # no connection, no right, no such database, shut down


def translated(error: DBAPIError, *, writes: bool) -> DyncellError | None:
    """The sentence for an error of the database; None where it is a defect of ours.

    Args:
        error: What the driver said.
        writes: Whether the transaction was one that may write.
    """
    text = str(error.orig)
    if _FULL.search(text):
        return StorageFull(
            "The disk that holds the database is full; free some space and try again: "
            "nothing already stored was lost."
        )
    if "unable to open database" in text or (writes and "readonly database" in text):
        return DataFolderError(
            f"The database cannot be opened for writing ({text}); "
            "check who owns the data folder or choose another one with --data."
        )
    if _BUSY.search(text):
        return DataFolderError(
            "Another process keeps the database busy; wait a moment and try again."
        )
    if "cannot contain NUL" in text:  # PostgreSQL; SQLite keeps it
        return BadInput(
            "A text holds the character NUL, which the database cannot keep; leave it out."
        )
    if _NO_SERVER.search(text):
        return DataFolderError(
            "The database server does not answer; start it or check DYNCELL_DATABASE_URL."
        )
    if error.connection_invalidated or _state(error).startswith(_GONE_STATES):
        return DataFolderError(
            f"The database server ended or refused the connection ({text.splitlines()[0]}); "
            "see to it or check DYNCELL_DATABASE_URL, then try again."
        )
    if _BROKEN.search(text):
        return DataFolderError(
            f"The database is damaged or is none of dyncell's ({text.splitlines()[0]}); stop "
            "dyncell, put your last backup in its place and start it again."
        )
    return None


def _state(error: DBAPIError) -> str:
    """PostgreSQL's code of the error; empty where there is none."""
    return str(getattr(error.orig, "sqlstate", None) or "")
