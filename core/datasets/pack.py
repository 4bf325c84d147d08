"""The pack: one immutable file that holds a dataset.

It is a zip whose members are stored, not deflated: the images as they were imported, the label
maps as 8-bit grey PNGs of train ids (255 = ignore) and, last, the index `dataset.json`. Any zip
tool opens it, and a member can be sent to a browser as a range of the file's bytes.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from core.datasets.index import DatasetIndex, Frame
from core.datasets.index_json import MARK, index_from_json, index_to_json
from core.datasets.problems import BadDataset
from core.datasets.storage import said_when_full
from core.durable import replace_file
from core.errors import NotFound
from core.stored_zip import ReadRange, data_start

INDEX = "dataset.json"

_FULL = "The disk is full: free some space and import the dataset again."
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content makes the same file


class PackWriter:
    """Writes the members of a pack, one after the other; made by `PackWriter.to`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        self._names: set[str] = set()

    @classmethod
    @contextmanager
    def to(cls, path: Path) -> Iterator[Self]:
        """Gives a writer; the file appears, whole and durable, when the block ends well.

        Every block ends with one `finish`.

        Raises:
            StorageFull: The disk is full; nothing is left behind.
        """
        with said_when_full(_FULL), replace_file(Path(path)) as temporary:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
                writer = cls(archive)
                yield writer
            if INDEX not in writer._names:
                raise ValueError(f"the pack {path} was not finished")

    def add(self, member: str, data: bytes) -> None:
        """Adds one member.

        Raises:
            ValueError: There is one of that name.
        """
        if member in self._names:
            raise ValueError(f"{member} is in the pack already")
        self._names.add(member)
        self._zip.writestr(zipfile.ZipInfo(member, _EPOCH), data)

    def finish(self, index: DatasetIndex) -> None:
        """Adds the index, which makes the pack complete.

        Raises:
            ValueError: The index names members that were not added.
        """
        frames = [frame for split in index.splits for frame in split.frames]
        named = {m for frame in frames for m in (frame.image, frame.label) if m is not None}
        if named != self._names:
            raise ValueError(f"index and pack differ in {sorted(named ^ self._names)[:3]}")
        self.add(INDEX, index_to_json(index).encode())


class PackReader:
    """Reads a pack; safe to use from several threads.

    Attributes:
        name: The file's name, for messages.
    """

    def __init__(self, path: Path) -> None:
        """Opens a local file; it can be read on when the file is deleted meanwhile.

        Raises:
            NotFound: There is no such file.
            BadDataset: It is no pack, or a damaged one.
        """
        try:
            file = _opened(Path(path))
        except FileNotFoundError as error:
            raise NotFound(f"There is no dataset file {path}: check the path.") from error
        except OSError as error:
            raise BadDataset(
                f"The dataset file {path} cannot be read: {error.strerror}."
            ) from error
        self.name = Path(path).name
        self._open(file, lambda start, length: os.pread(file.fileno(), length, start))

    @classmethod
    def over(cls, file: BinaryIO, read: ReadRange, *, name: str) -> Self:
        """Reads a pack that lies elsewhere.

        Args:
            file: The file, seekable; read for the table of contents only.
            read: Gives bytes of it, from any thread.
            name: Its name, for messages.

        Raises:
            BadDataset: It is no pack, or a damaged one.
        """
        reader = cls.__new__(cls)
        reader.name = name
        reader._open(file, read)
        return reader

    @cached_property
    def index(self) -> DatasetIndex:
        """What is in the dataset.

        Raises:
            BadDataset: The index is damaged, or a newer version wrote it.
        """
        return index_from_json(self._bytes(INDEX))

    def image_bytes(self, frame: Frame) -> bytes:
        """The image of a frame, a JPEG or PNG file of 8-bit RGB or grey, upright.

        Raises:
            BadDataset: The pack is damaged.
        """
        return self._bytes(frame.image)

    def label_bytes(self, frame: Frame) -> bytes:
        """The label map of a frame, an 8-bit grey PNG of train ids, 255 = ignore.

        Raises:
            NotFound: The frame has no label map.
            BadDataset: The pack is damaged.
        """
        if frame.label is None:
            raise NotFound(f"Frame {frame.name} has no label map.")
        return self._bytes(frame.label)

    def member_range(self, member: str) -> tuple[int, int]:
        """Where the bytes of a member lie in the file: `(start, length)`.

        Raises:
            NotFound: There is no such member.
            BadDataset: The pack is damaged.
        """
        found = self._members.get(member)
        if found is None:
            raise NotFound(f"The dataset has no file {member!r}.")
        if found.compress_type != zipfile.ZIP_STORED or found.flag_bits & 1:
            raise self._damaged(member)
        try:
            return data_start(self._read, found.header_offset), found.file_size
        except ValueError as error:
            raise self._damaged(member) from error

    def close(self) -> None:
        """Closes the file; nothing can be read any more."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, file: BinaryIO, read: ReadRange) -> None:
        self._file, self._read = file, read
        try:
            with zipfile.ZipFile(file) as archive:
                self._members = {found.filename: found for found in archive.infolist()}
        except (zipfile.BadZipFile, NotImplementedError, struct.error) as error:
            file.close()
            raise BadDataset(
                f"{self.name} is no dataset of dyncell, or a damaged one: choose another file."
            ) from error
        if not self._begins_with(MARK):
            file.close()
            raise BadDataset(
                f"{self.name} is no dataset of dyncell: it does not hold an index {INDEX} of ours."
            )

    def _begins_with(self, mark: bytes) -> bool:
        return INDEX in self._members and self._read(self.member_range(INDEX)[0], len(mark)) == mark

    def _bytes(self, member: str) -> bytes:
        start, length = self.member_range(member)
        data = self._read(start, length)
        if len(data) != length or zlib.crc32(data) != self._members[member].CRC:
            raise self._damaged(member)
        return data

    def _damaged(self, member: str) -> BadDataset:
        return BadDataset(f"{member} in the dataset file {self.name} is damaged: import it again.")


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def is_pack(path: Path) -> bool:
    """Whether a file is a pack, sound or not."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open(INDEX) as file:
            return file.read(len(MARK)) == MARK
    except (OSError, KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, struct.error):
        return False
