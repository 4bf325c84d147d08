"""A lock among the processes of one host: what several would make is made once."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from core.errors import Cancelled, DyncellError

_POLL = 0.2


@contextmanager
def host_lock(path: Path, *, should_stop: Callable[[], bool] | None = None) -> Iterator[None]:
    """Holds the lock file `path`, waiting until no other process or thread of this host does.

    The kernel lets go however the holder ends. The file is there only while the lock is held, or
    after a holder was killed, which does no harm.

    Args:
        path: The lock file; its folder is made where it is missing.
        should_stop: Asked while waiting, five times a second.

    Raises:
        Cancelled: `should_stop` said so.
        DyncellError: The folder cannot be written to.
    """
    while (descriptor := _taken(path)) is None:
        if should_stop is not None and should_stop():
            raise Cancelled("The work was stopped while it waited for another process.")
        time.sleep(_POLL)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _taken(path: Path) -> int | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DyncellError(
            f"The folder {path.parent} cannot be written to ({error.strerror}): "
            "choose another one or change its permissions."
        ) from error
    # A file that its last holder has removed meanwhile locks nobody out: it counts as not taken.
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.stat()):
            return descriptor
    os.close(descriptor)
    return None
