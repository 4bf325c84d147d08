"""One `dyncell up` per data folder: the second is told where the first one is."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import DataFolderError


@contextmanager
def locked(folder: Path, *, address: str) -> Iterator[str | None]:
    """Holds the data folder for this process; the kernel lets go however the process ends.

    Gives the address that the last holder had, or None.

    Raises:
        DataFolderError: Another process holds it, or the folder cannot be written to.
    """
    path = folder / "up.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DataFolderError(
            f"The data folder {folder} cannot be used ({error.strerror}); "
            "choose another one with --data or DYNCELL_DATA."
        ) from error
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        before = _read(file.read())
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            where = before.get("address") or "another address"
            raise DataFolderError(
                f"dyncell already runs on {folder}, at {where} (process {before.get('pid', '?')}); "
                "open that address, stop it, or choose another folder with --data."
            ) from None
        try:
            file.seek(0)
            file.truncate()
            json.dump({"pid": os.getpid(), "address": address}, file)
            file.flush()
        except OSError as error:
            raise DataFolderError(
                f"The data folder {folder} cannot be written to ({error.strerror}); free some "
                "space or choose another folder with --data."
            ) from error
        yield before.get("address")


def _read(text: str) -> dict[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}
