"""What the engine does while the database is away: it says so once, waits, and goes on."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from core.errors import DataFolderError, StorageFull

logger = logging.getLogger("dyncell")

PASSING = (OperationalError, InterfaceError, DataFolderError, StorageFull)
"""Errors of the database that may be gone at the next try."""

T = TypeVar("T")


class Patience:
    """Tries things that need the database; logs one line when it goes away and one when it is back.

    Args:
        stopping: Set when the process is to end: nobody waits then.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._is_away = False

    def attempt(self, action: Callable[[], T]) -> T | None:
        """The result of `action`, or None when the database is away."""
        try:
            result = action()
        except PASSING as error:
            self._note_away(error)
            return None
        self._note_back()
        return result

    def insist(self, action: Callable[[], T], *, for_seconds: float) -> T:
        """The result of `action`, tried again and again while the database is away.

        Raises:
            OperationalError, InterfaceError, DataFolderError, StorageFull: It stayed away.
        """
        until = time.monotonic() + for_seconds
        while True:
            try:
                result = action()
            except PASSING as error:
                self._note_away(error)
                if time.monotonic() > until or self._stopping.wait(1.0):
                    raise
            else:
                self._note_back()
                return result

    def _note_away(self, error: Exception) -> None:
        if not self._is_away:
            reason = str(getattr(error, "orig", error)).splitlines()[0]
            logger.warning("the database does not answer, trying again: %s", reason)
        self._is_away = True

    def _note_back(self) -> None:
        if self._is_away:
            logger.warning("the database answers again")
        self._is_away = False
