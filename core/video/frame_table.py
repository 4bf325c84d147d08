"""When each frame of a video is shown: the bridge between frame numbers and times."""

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.durable import replace_file
from core.errors import DyncellError

_HEADER = struct.Struct("<8sII")  # magic, frames, crc32 of the times
_MAGIC = b"DYNTIME1"


@dataclass(frozen=True, eq=False)
class FrameTable:
    """The times of all frames in presentation order.

    Attributes:
        seconds: (frames,) float64, rising.
    """

    seconds: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.seconds.ndim != 1 or self.seconds.dtype != np.float64:
            raise ValueError(f"{self.seconds.shape} {self.seconds.dtype}; (n,) float64 is due")
        if np.any(np.diff(self.seconds) <= 0):
            raise ValueError("the times of a frame table must rise")

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return len(self.seconds)

    def is_constant(self, *, tolerance: float = 0.0015) -> bool:
        """Whether every frame lies where an even spacing puts it.

        Args:
            tolerance: Seconds of rounding to forgive; containers count in milliseconds.
        """
        if self.frames < 3:
            return True
        even = np.linspace(self.seconds[0], self.seconds[-1], self.frames)
        return bool(np.abs(self.seconds - even).max() <= tolerance)

    def save(self, path: Path) -> None:
        """Writes the table: 16 bytes and 8 more a frame, whole or not at all."""
        body = self.seconds.astype("<f8").tobytes()
        with replace_file(Path(path)) as part:
            part.write_bytes(_HEADER.pack(_MAGIC, self.frames, zlib.crc32(body)) + body)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads what `save` wrote.

        Raises:
            DyncellError: The file is missing, foreign or damaged.
        """
        try:
            return cls.from_bytes(Path(path).read_bytes())
        except OSError as error:
            raise DyncellError(
                f"The frame table {Path(path).name} cannot be read ({error.strerror})."
            ) from error

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads the content of a saved table.

        Raises:
            DyncellError: The bytes are foreign or damaged.
        """
        body = data[_HEADER.size :]
        if len(data) < _HEADER.size or data[:8] != _MAGIC:
            raise DyncellError("This is not a frame table: import the video again.")
        _, frames, crc = _HEADER.unpack_from(data)
        if len(body) != 8 * frames or zlib.crc32(body) != crc:
            raise DyncellError("The frame table is damaged: import the video again.")
        return cls(np.frombuffer(body, "<f8").astype(np.float64))
