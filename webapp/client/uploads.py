"""Files on their way to the server over tus: in pieces, going on where they broke off."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from webapp.client.connection import Connection, Refused, ServerGone

PIECE = 8 << 20
"""Bytes sent at once."""

_TUS = {"Tus-Resumable": "1.0.0"}
_TRIES = 5  # without a byte arriving
_PAUSE = 0.5  # seconds after the first failure, twice as long after the second, ...
_AGAIN = (409, 423)  # another offset is wanted, or what broke off is being put away still

Progress = Callable[[int, int], None]
"""Told bytes that have arrived and bytes in all."""


class UploadBroken(ServerGone):
    """An upload broke off; what has arrived is kept for a day.

    Attributes:
        upload_id: Given to the next try, it goes on from there.
    """

    def __init__(self, text: str, upload_id: str) -> None:
        super().__init__(text)
        self.upload_id = upload_id


def upload_file(
    connection: Connection,
    path: Path,
    *,
    kind: str,
    name: str | None = None,
    upload_id: str | None = None,
    on_progress: Progress | None = None,
) -> str:
    """Sends a file and returns the id of what it became.

    Args:
        connection: The server.
        path: The file.
        kind: What it shall become: `video`, `dataset` or `model`.
        name: The name that the server shall know it by; the file's own where None.
        upload_id: An upload that broke off before.
        on_progress: Told bytes that have arrived and bytes in all, after every piece.

    Raises:
        Refused: The server does not want it.
        UploadBroken: The connection broke off several times in a row.
    """
    length = path.stat().st_size
    if upload_id is None:
        told = f"filename {_base64(name or path.name)},kind {_base64(kind)}"
        headers = {"Upload-Length": str(length), "Upload-Metadata": told}
        answer = connection.ask("POST", "uploads", headers=_TUS | headers)
        upload_id = answer.headers["Location"].rsplit("/", 1)[-1]
    with path.open("rb") as file:
        return _Upload(connection, upload_id, length, on_progress).send(file)


def _may_go_on(error: Exception) -> bool:
    return not isinstance(error, Refused) or error.status in _AGAIN


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


class _Upload:
    def __init__(
        self, connection: Connection, upload_id: str, length: int, on_progress: Progress | None
    ) -> None:
        self._connection = connection
        self._id = upload_id
        self._length = length
        self._on_progress = on_progress

    def send(self, file: BinaryIO) -> str:
        """Sends what is missing, and returns the id of what the file became."""
        failures, offset, result = 0, *self._state()
        while result is None:
            try:
                offset, result = self._piece(file, offset)
                failures = 0
            except (ServerGone, Refused) as error:
                failures += 1
                if failures == _TRIES or not _may_go_on(error):
                    raise self._given_up(error) from error
                time.sleep(_PAUSE * failures)
                offset, result = self._state()
        return result

    def _piece(self, file: BinaryIO, offset: int) -> tuple[int, str | None]:
        file.seek(offset)
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = self._connection.ask(
            "PATCH",
            f"uploads/{self._id}",
            data=file.read(PIECE),
            headers=_TUS | headers,
            tries=1,
        )
        return self._told(int(answer.headers["Upload-Offset"]), answer.headers["Dyncell-Result"])

    def _state(self) -> tuple[int, str | None]:
        try:
            answer = self._connection.ask("HEAD", f"uploads/{self._id}", headers=_TUS)
        except ServerGone as error:
            raise self._given_up(error) from error
        return self._told(int(answer.headers["Upload-Offset"]), answer.headers["Dyncell-Result"])

    def _told(self, offset: int, result: str | None) -> tuple[int, str | None]:
        if self._on_progress is not None:
            self._on_progress(offset, self._length)
        return offset, result

    def _given_up(self, error: Exception) -> Exception:
        if isinstance(error, Refused):
            return error
        return UploadBroken(f"{error} What has arrived is kept: go on with upload_id.", self._id)
