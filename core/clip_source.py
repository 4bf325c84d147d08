"""What features are computed of: clips with labels and motion, by number."""

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core.palette import Palette

MOTION_STRIDE = 2
"""Motion is kept at half the frames' resolution."""

UNKNOWN = -1
"""Motion of a place that was hidden, outside the picture, or that nobody knows."""


class Clip(NamedTuple):
    """Consecutive frames and what is known about them.

    Attributes:
        frames: (T, H, W, 3) uint8 RGB, oldest first.
        labels: (T, H, W) uint8 class ids, 255 = ignore.
        sources: (T, ceil(H / 2), ceil(W / 2)) int32: flat index, on the same grid, of the place
            where this place's surface was in the frame before; -1 = not known. The first frame
            has no frame before: all -1.
    """

    frames: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    sources: NDArray[np.int32]


def motion_shape(length: int, height: int, width: int) -> tuple[int, int, int]:
    """The shape of `Clip.sources`."""
    return length, -(-height // MOTION_STRIDE), -(-width // MOTION_STRIDE)


def no_motion(length: int, height: int, width: int) -> NDArray[np.int32]:
    """The `Clip.sources` of frames whose motion nobody knows."""
    return np.full(motion_shape(length, height, width), UNKNOWN, np.int32)


class ClipSource(Protocol):
    """Labelled clips that can be asked for in any order, from any thread."""

    @property
    def digest(self) -> str:
        """Hash of data and transform: differs when any clip would."""
        ...

    @property
    def palette(self) -> Palette:
        """Class names and colours."""
        ...

    @property
    def description(self) -> str:
        """What the clips are, in words."""
        ...

    def __len__(self) -> int:
        """The number of clips."""
        ...

    def clip(self, index: int) -> Clip:
        """Clip number `index`: a pure function of it, all clips of equal T, H and W."""
        ...
