"""The label store: deflated blocks of label maps, read by range and sent to browsers as they lie.

A file is a header of 48 bytes, zlib streams (RFC 1950, what a browser's
`DecompressionStream("deflate")` reads) of up to `block_frames` raw (count, H, W) uint8 label maps
each, and an index of the streams' offsets and lengths. The header is written last, so a file
whose writer died is recognised.
"""

import os
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.errors import DyncellError, StorageFull

OpenRange = Callable[[int, int], bytes]
"""Gives `length` bytes from `start` of one file, fewer only where the file ends."""

LEVEL = 6
"""zlib's level. Measured on CamVid's hand labels (val, 480x360, blocks of 16, one core), bytes and
milliseconds a frame: level 1 7159 and 0.3, 3 6119 and 0.3, 4 5586 and 0.5, 6 4278 and 0.9,
7 3903 and 1.1, 9 3540 and 8.1. Level 6 costs a tenth of a network step; 9 costs a whole one."""

_MAGIC = b"DYNLABEL"
_HEADER = struct.Struct("<8sIIIIQQII")  # magic version width height block frames index length crc
_ENTRY = struct.Struct("<QI")
_VERSION = 1


class LabelWriter:
    """Writes label maps one after the other; the file appears under its name when closed."""

    def __init__(self, path: Path, *, width: int, height: int, block_frames: int = 16) -> None:
        """Opens a temporary file beside `path`.

        Args:
            path: Where the complete file will be.
            width: Width of every label map, pixels.
            height: Height of every label map, pixels.
            block_frames: Frames to one zlib stream; more make the file smaller and seeking slower.

        Raises:
            ValueError: A size below 1.
        """
        if min(width, height, block_frames) < 1:
            raise ValueError(f"{width}x{height} in blocks of {block_frames}; all must be above 0")
        self._path = Path(path)
        self._part = self._path.with_name(f".{self._path.name}.{os.getpid()}.tmp")
        self._shape = (height, width)
        self._block_frames = block_frames
        self._pending: list[bytes] = []
        self._index: list[tuple[int, int]] = []
        self._frames = 0
        self._file = self._part.open("wb")
        self._write(bytes(_HEADER.size))

    def append(self, labels: NDArray[np.uint8]) -> None:
        """Adds the next label map, (H, W) uint8.

        Raises:
            ValueError: The map has another shape or type than the file.
            StorageFull: The disk is full.
        """
        if labels.shape != self._shape or labels.dtype != np.uint8:
            raise ValueError(f"labels {labels.shape} {labels.dtype}; {self._shape} uint8 are due")
        self._pending.append(np.ascontiguousarray(labels).tobytes())
        self._frames += 1
        if len(self._pending) == self._block_frames:
            self._flush()

    def close(self) -> None:
        """Completes the file durably under its name.

        Raises:
            StorageFull: The disk is full; nothing is left behind.
        """
        if self._file.closed:
            return
        self._flush()
        index = b"".join(_ENTRY.pack(*entry) for entry in self._index)
        start = self._file.tell()
        self._write(index)
        self._file.seek(0)
        height, width = self._shape
        sizes = (width, height, self._block_frames, self._frames, start, len(index))
        self._write(_HEADER.pack(_MAGIC, _VERSION, *sizes, zlib.crc32(index)))
        self._guarded(self._finish)

    def discard(self) -> None:
        """Gives up: nothing is left behind."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.discard()

    def _finish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self._path)

    def _flush(self) -> None:
        if not self._pending:
            return
        stream = zlib.compress(b"".join(self._pending), LEVEL)
        self._index.append((self._file.tell(), len(stream)))
        self._write(stream)
        self._pending.clear()

    def _write(self, data: bytes) -> None:
        self._guarded(lambda: self._file.write(data))

    def _guarded(self, action: Callable[[], object]) -> None:
        try:
            action()
        except OSError as error:
            self._abandon()
            raise StorageFull(
                f"The labels could not be written ({error.strerror}): free some space and run it "
                "again."
            ) from error

    def _abandon(self) -> None:
        # Closing flushes what is buffered, which fails for the same reason again.
        with suppress(OSError):
            self._file.close()
        self._part.unlink(missing_ok=True)


class LabelReader:
    """Reads label maps by number from a local file or an object store.

    Attributes:
        frames: How many label maps there are.
        width: Their width in pixels.
        height: Their height in pixels.
        block_frames: Frames to one stored stream.
    """

    def __init__(self, open_range: OpenRange) -> None:
        """Reads header and index.

        Args:
            open_range: Gives bytes of the file.

        Raises:
            DyncellError: It is no label file, of a newer version, incomplete or damaged.
        """
        self._open_range = open_range
        header = open_range(0, _HEADER.size)
        if len(header) < _HEADER.size or header[: len(_MAGIC)] != _MAGIC:
            raise DyncellError(
                "This is not a complete label file: segment the video again to make a new one."
            )
        _, version, width, height, block, frames, start, length, crc = _HEADER.unpack(header)
        if version != _VERSION:
            raise DyncellError(
                f"The label file has version {version}, this program reads {_VERSION}: update it."
            )
        index = open_range(start, length)
        blocks = -(-frames // block) if block else -1
        if zlib.crc32(index) != crc or length != blocks * _ENTRY.size:
            raise _damaged()
        self.frames: int = frames
        self.width: int = width
        self.height: int = height
        self.block_frames: int = block
        self._index = list(_ENTRY.iter_unpack(index))
        self._kept: tuple[int, NDArray[np.uint8]] | None = None

    @classmethod
    def from_path(cls, path: Path) -> Self:
        """Reads a local file.

        Raises:
            DyncellError: The file is missing or not a sound label file.
        """

        def read(start: int, length: int) -> bytes:
            try:
                with Path(path).open("rb") as file:
                    file.seek(start)
                    return file.read(length)
            except OSError as error:
                raise DyncellError(
                    f"The label file {Path(path).name} cannot be read ({error.strerror})."
                ) from error

        return cls(read)

    def frame(self, number: int) -> NDArray[np.uint8]:
        """One label map, (H, W) uint8.

        Raises:
            DyncellError: There is no such frame, or the file is damaged.
        """
        labels: NDArray[np.uint8] = self.range(number, 1)[0]
        return labels

    def range(self, start: int, count: int) -> NDArray[np.uint8]:
        """Consecutive label maps, (count, H, W) uint8.

        Raises:
            DyncellError: The range leaves the file, or the file is damaged.
        """
        self._check(start, count)
        step = self.block_frames
        blocks = range(start // step, -(-(start + count) // step))
        parts = []
        for block in blocks:
            low = max(start - block * step, 0)
            parts.append(self._block(block)[low : start + count - block * step])
        return np.concatenate(parts)

    def deflated(self, start: int, count: int) -> bytes:
        """The same as `range`, as one zlib stream of the raw bytes.

        A stored stream is passed on as it is; any other range is packed anew.

        Raises:
            DyncellError: The range leaves the file, or the file is damaged.
        """
        self._check(start, count)
        block, within = divmod(start, self.block_frames)
        if within == 0 and count == self._length(block):
            return self._stream(block)
        return zlib.compress(self.range(start, count).tobytes(), LEVEL)

    def _check(self, start: int, count: int) -> None:
        if start < 0 or count < 1 or start + count > self.frames:
            raise DyncellError(
                f"Frames {start} to {start + count - 1} were asked for; "
                f"there are labels for frames 0 to {self.frames - 1}."
            )

    def _length(self, block: int) -> int:
        return min(self.block_frames, self.frames - block * self.block_frames)

    def _stream(self, block: int) -> bytes:
        offset, length = self._index[block]
        stream = self._open_range(offset, length)
        if len(stream) != length:
            raise _damaged()
        return stream

    def _block(self, block: int) -> NDArray[np.uint8]:
        if self._kept is None or self._kept[0] != block:
            shape = (self._length(block), self.height, self.width)
            try:
                raw = zlib.decompress(self._stream(block))
            except zlib.error as error:
                raise _damaged() from error
            if len(raw) != shape[0] * shape[1] * shape[2]:
                raise _damaged()
            self._kept = (block, np.frombuffer(raw, np.uint8).reshape(shape))
        return self._kept[1]


def _damaged() -> DyncellError:
    return DyncellError(
        "The label file is damaged or cut off: segment the video again to make a new one."
    )
