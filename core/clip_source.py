"""What features are computed of: clips with labels, by number."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.palette import Palette

Clip = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Frames (T, H, W, 3) RGB and labels (T, H, W), 255 = ignore, both uint8."""


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
