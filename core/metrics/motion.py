"""Where every pixel was in the frame before: from given motion or from a flow that only judges."""

from dataclasses import dataclass
from typing import Self, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from core.protocol import FlowPreset
from core.video.clip import Flow, Rgb

_PRESETS = {
    "ultrafast": cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST,
    "fast": cv2.DISOPTICAL_FLOW_PRESET_FAST,
    "medium": cv2.DISOPTICAL_FLOW_PRESET_MEDIUM,
}

RELATIVE, ABSOLUTE = 0.01, 0.5
"""A pixel is occluded where |f + b|^2 > RELATIVE * (|f|^2 + |b|^2) + ABSOLUTE, in pixels^2.

The forward-backward check of Sundaram, Brox, Keutzer, ECCV 2010.
"""


SMALLEST = 16
"""The shortest side in pixels that the flow is asked about."""


@dataclass(frozen=True, eq=False)
class Match:
    """The way back from every pixel of a frame to the pixel it was in the frame before.

    Attributes:
        source: (H, W) intp: flat index of the nearest pixel in the frame before; 0 where not valid.
        valid: (H, W) bool: inside the picture and not occluded.
    """

    source: NDArray[np.intp]
    valid: NDArray[np.bool_]

    @classmethod
    def exact(cls, flow_back: Flow, visible_back: NDArray[np.bool_]) -> Self:
        """A match from motion that is known, as of rendered streets and simulated clips.

        Args:
            flow_back: (H, W, 2) float32 pixels from this frame to the one before.
            visible_back: (H, W) bool: the pixel arrived at shows the same surface.

        Raises:
            ValueError: The shapes do not fit.
        """
        if flow_back.shape != (*visible_back.shape, 2):
            raise ValueError(f"flow {flow_back.shape} and visibility {visible_back.shape} differ")
        source, inside = _nearest(flow_back)
        return cls(source, inside & visible_back)

    @classmethod
    def checked(cls, flow_back: Flow, flow_forward: Flow) -> Self:
        """A match from two estimated flows, which must agree where a pixel is not occluded.

        Args:
            flow_back: (H, W, 2) from this frame to the one before.
            flow_forward: (H, W, 2) from the frame before to this one, on that frame's grid.

        Raises:
            ValueError: The shapes do not fit.
        """
        if flow_back.shape != flow_forward.shape or flow_back.shape[2:] != (2,):
            raise ValueError(f"flows of {flow_back.shape} and {flow_forward.shape} differ")
        source, inside = _nearest(flow_back)
        forward = flow_forward.reshape(-1, 2).take(source.ravel(), axis=0)
        forward = forward.reshape(flow_back.shape)
        slack = RELATIVE * (_squared(flow_back) + _squared(forward)) + ABSOLUTE
        return cls(source, inside & (_squared(flow_back + forward) <= slack))


class FlowJudge:
    """Matches consecutive pictures with OpenCV's DIS flow both ways (Kroeger et al., ECCV 2016).

    The flow is a judge only. Its own error is measured against exact motion in
    docs/MEASUREMENTS.md.

    Args:
        preset: One of OpenCV's presets.
    """

    def __init__(self, *, preset: FlowPreset = "medium") -> None:
        if preset not in _PRESETS:
            raise ValueError(f"preset is {preset!r}; it must be one of {get_args(FlowPreset)}")
        self._dis = cv2.DISOpticalFlow.create(_PRESETS[preset])
        self._previous: NDArray[np.uint8] | None = None

    def start_sequence(self) -> None:
        """The next picture does not follow the last one."""
        self._previous = None

    def update(self, image: Rgb) -> Match | None:
        """Matches the next picture (H, W, 3) with the last; None where there is no last one.

        Pictures of which a side is under 16 pixels, too small for the flow, match nowhere.
        """
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        previous, self._previous = self._previous, grey
        if previous is None or previous.shape != grey.shape:
            return None
        if min(grey.shape) < SMALLEST:
            return Match(np.zeros(grey.shape, np.intp), np.zeros(grey.shape, np.bool_))
        return Match.checked(self._flow(grey, previous), self._flow(previous, grey))

    def _flow(self, here: NDArray[np.uint8], there: NDArray[np.uint8]) -> Flow:
        start = np.zeros((*here.shape, 2), np.float32)
        return np.asarray(self._dis.calc(here, there, start), dtype=np.float32)


def _nearest(flow: Flow) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    height, width = flow.shape[:2]
    x = np.rint(flow[..., 0] + np.arange(width, dtype=np.float32))
    y = np.rint(flow[..., 1] + np.arange(height, dtype=np.float32)[:, None])
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    column, row = (np.where(inside, value, 0).astype(np.intp) for value in (x, y))
    return row * width + column, inside


def _squared(flow: Flow) -> NDArray[np.float32]:
    squared: NDArray[np.float32] = flow[..., 0] ** 2 + flow[..., 1] ** 2
    return squared
