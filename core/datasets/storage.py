"""A disk without room, said in one sentence."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import StorageFull

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def said_when_full(text: str) -> Iterator[None]:
    """Turns the system's error of a full disk into `StorageFull` with this text.

    Raises:
        StorageFull: The body found no room; other errors go on as they are.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull(text) from error
        raise
