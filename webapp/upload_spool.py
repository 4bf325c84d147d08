"""Unfinished uploads on the web host's disk.

`<id>.part` holds the bytes received: its size is the offset, so nothing that was written is lost
by a kill at any moment. `<id>.json` holds what was announced, and later what it became.
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import FileIO
from pathlib import Path

from core.durable import replace_file
from core.errors import DyncellError, NotFound, StorageFull
from core.records import is_id, new_id
from webapp.upload_kinds import UploadKind

KEPT_SECONDS = 24 * 3600.0
"""How long an upload that nobody continues is kept."""

_RESERVE = 64 << 20  # bytes left free for the database and running jobs


class UploadBusy(DyncellError):
    """Another request writes to this upload at the moment."""


@dataclass(frozen=True)
class Upload:
    """One upload: announced length and name, and how much of it has arrived.

    Attributes:
        id: Its id; what it becomes gets the same one.
        name: The file's name, for showing only.
        kind: What it shall become.
        length: Bytes announced.
        offset: Bytes received.
        changed_at: When it last received bytes, seconds since 1970.
        result_id: The video, dataset or model it became.
    """

    id: str
    name: str
    kind: UploadKind
    length: int
    offset: int
    changed_at: float
    result_id: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.length

    @property
    def expires_at(self) -> float:
        """When it is removed unless somebody continues it, seconds since 1970."""
        return self.changed_at + KEPT_SECONDS


@dataclass(frozen=True)
class _Announced:
    name: str
    length: int
    kind: UploadKind = "video"
    result_id: str | None = None


@dataclass(frozen=True)
class UploadSpool:
    """The uploads in one folder."""

    folder: Path

    def create(self, length: int, *, name: str, kind: UploadKind = "video") -> Upload:
        """Announces an upload of `length` bytes that shall become a video, dataset or model.

        Raises:
            StorageFull: The disk has no room for it.
        """
        self.check_space(length)
        upload_id = new_id()
        self._announce(upload_id, _Announced(name=name, length=length, kind=kind))
        self.part(upload_id).touch()
        return self.get(upload_id)

    def get(self, upload_id: str) -> Upload:
        """The upload of that id.

        Raises:
            NotFound: There is none; it may have expired.
        """
        announced = self._announced(upload_id)
        changed = self._info(upload_id) if announced.result_id else self.part(upload_id)
        try:
            found = changed.stat()
        except FileNotFoundError:
            raise _unknown() from None
        offset = announced.length if announced.result_id else found.st_size
        return Upload(
            id=upload_id,
            name=announced.name,
            kind=announced.kind,
            length=announced.length,
            offset=offset,
            changed_at=found.st_mtime,
            result_id=announced.result_id,
        )

    @contextmanager
    def locked(self, upload_id: str) -> Iterator[FileIO | None]:
        """The upload's bytes, open for appending, while nobody else can write to them.

        Gives None where the upload has become something already. The lock ends with the process.

        Raises:
            NotFound: There is no such upload.
            UploadBusy: Another request holds it.
        """
        self._announced(upload_id)
        try:
            # Unbuffered: what a full disk refuses must not be tried again when the file is closed.
            file = self.part(upload_id).open("r+b", buffering=0)
        except FileNotFoundError:
            yield None
            return
        with file:
            self._lock(file, upload_id)
            file.seek(0, os.SEEK_END)
            yield file if _is_same_file(file, self.part(upload_id)) else None

    def keep(self, upload_id: str, file: FileIO) -> None:
        """Makes what was appended to `file` survive a power cut, and the upload young again."""
        os.fsync(file.fileno())
        os.utime(self._info(upload_id))

    def became(self, upload: Upload, result_id: str) -> Upload:
        """Notes what the upload became and drops its bytes."""
        made = _Announced(
            name=upload.name, length=upload.length, kind=upload.kind, result_id=result_id
        )
        self._announce(upload.id, made)
        self.part(upload.id).unlink(missing_ok=True)
        return self.get(upload.id)

    def remove(self, upload_id: str) -> None:
        """Forgets the upload and its bytes.

        Raises:
            NotFound: There is no such upload.
        """
        self._announced(upload_id)
        self.forget(upload_id)

    def forget(self, upload_id: str) -> None:
        """Removes what there may be of an upload."""
        self.part(upload_id).unlink(missing_ok=True)
        self._info(upload_id).unlink(missing_ok=True)

    def check_space(self, needed: int) -> None:
        """Makes sure that `needed` more bytes fit on the disk.

        Raises:
            StorageFull: They do not.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.folder).free
        if free < needed + _RESERVE:
            raise StorageFull(
                f"The disk has {free / 1e9:.1f} GB left and this upload needs {needed / 1e9:.1f} "
                "GB; free some space, then continue it: what has arrived is kept."
            )

    def uploads(self) -> list[Upload]:
        """All uploads, finished ones that are still remembered included."""
        ids = (path.stem for path in self.folder.glob("*.json") if is_id(path.stem))
        return [self.get(upload_id) for upload_id in ids]

    def remove_expired(self) -> None:
        """Forgets the uploads that nobody continued."""
        for upload in self.uploads():
            if upload.expires_at < time.time():
                self.remove(upload.id)

    def part(self, upload_id: str) -> Path:
        """The file with the upload's bytes."""
        return self.folder / f"{upload_id}.part"

    def _info(self, upload_id: str) -> Path:
        return self.folder / f"{upload_id}.json"

    def _announce(self, upload_id: str, announced: _Announced) -> None:
        with replace_file(self._info(upload_id)) as path:
            path.write_text(json.dumps(asdict(announced)), encoding="utf-8")

    def _announced(self, upload_id: str) -> _Announced:
        try:
            if not is_id(upload_id):
                raise FileNotFoundError
            document = json.loads(self._info(upload_id).read_text(encoding="utf-8"))
            before = document.pop("video_id", None)  # as uploads were noted when all were videos
            return _Announced(**{"result_id": before} | document)
        except FileNotFoundError:
            raise _unknown() from None

    def _lock(self, file: FileIO, upload_id: str) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UploadBusy(
                f"Upload {upload_id} is being written by another request; try again shortly."
            ) from None


def _unknown() -> NotFound:
    return NotFound("This upload is not known any more; start it again.")


def _is_same_file(file: FileIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
