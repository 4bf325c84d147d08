"""Files that are either whole or absent, whatever happens while they are written."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Gives a temporary path beside `path`; on success its content becomes `path`, durably.

    The temporary file is fsynced, then renamed over `path`, then the folder is fsynced. If the
    body raises, the temporary file is removed and `path` stays as it was. What a process that was
    killed left behind of the same file is removed too.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _remove_leftovers(path: Path) -> None:
    for found in path.parent.glob(f".{escape(path.name)}.*.tmp"):
        writer = found.name.split(".")[-2]
        if writer.isdigit() and not _is_running(int(writer)) and _is_old(found):
            found.unlink(missing_ok=True)


def _is_old(path: Path) -> bool:
    """Whether nobody has written for a minute; another host's process numbers are not ours."""
    try:
        return time.time() - path.stat().st_mtime > 60
    except FileNotFoundError:
        return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
