"""Tells where a stream jumps to another scene."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.clip import Rgb

_SIZE = (32, 24)
_UNLIKE = 0.12
"""Consecutive CamVid frames (15 a second) stay under 0.051; frames of two drives are over 0.14."""
_CHANGED = 8.0
_PLAIN = 15.0
"""In grey levels: a smaller change is no cut, and two pictures flatter than this (CamVid has
over 38) are noise or haze, whose shapes mean nothing."""


class SceneCuts:
    """Compares each frame with the one before it on a thumbnail.

    A cut is a thumbnail that no longer correlates with the last one and has clearly changed:
    neither a change of exposure nor noise is one. Fades and dissolves are not found.
    """

    def __init__(self) -> None:
        self._last: NDArray[np.float32] | None = None

    def update(self, frame: Rgb) -> bool:
        """Takes the next frame (H, W, 3) and says whether a new scene begins with it."""
        small = cv2.resize(frame, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        last, self._last = self._last, small
        if last is None or float(np.abs(small - last).mean()) < _CHANGED:
            return False
        if max(small.std(), last.std()) < _PLAIN:
            return False
        a, b = small - small.mean(), last - last.mean()
        scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
        likeness = float((a * b).sum()) / scale if scale > 0 else 0.0
        return 1 - likeness > _UNLIKE
