"""DIS optical flow for the baselines that warp with it, and what is warped by a flow."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.metrics.motion import SMALLEST
from core.video.clip import Flow, Labels, Rgb


class DisFlow:
    """OpenCV's DIS flow, preset medium (Kroeger et al., ECCV 2016)."""

    def __init__(self) -> None:
        self._dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def __call__(self, last: Rgb, frame: Rgb) -> Flow:
        """The flow from each pixel of `frame` back to where it was in `last`, (H, W, 2) float32.

        Pictures of which a side is under 16 pixels, too small for the flow, stand still.
        """
        start = np.zeros((*frame.shape[:2], 2), np.float32)
        if min(frame.shape[:2]) < SMALLEST:
            return start
        here, there = (cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (frame, last))
        return np.asarray(self._dis.calc(here, there, start), np.float32)


def warped_scores(scores: torch.Tensor, back: Flow) -> torch.Tensor:
    """Scores of the last frame brought along a flow.

    Args:
        scores: (1, K, h, w) on the CPU.
        back: (H, W, 2) from the new frame to the last one, in its pixels; averaged down to (h, w).

    Returns:
        (1, K, h, w), sampled bilinearly; what came from outside repeats the border.
    """
    x, y = _places(resized_flow(back, scores.shape[-2], scores.shape[-1]))
    maps = [
        cv2.remap(layer, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for layer in scores[0].numpy()
    ]
    return torch.from_numpy(np.stack(maps)).unsqueeze(0)


def warped_labels(labels: Labels, back: Flow) -> Labels:
    """Labels (H, W) of the last frame brought along a flow to the nearest pixel."""
    x, y = _places(resized_flow(back, *labels.shape))
    carried = cv2.remap(labels, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(carried, np.uint8)


def resized_flow(flow: Flow, height: int, width: int) -> Flow:
    """The flow on another grid, in the pixels of that grid."""
    if flow.shape[:2] == (height, width):
        return flow
    scale = np.array([width / flow.shape[1], height / flow.shape[0]], np.float32)
    how = cv2.INTER_AREA if height < flow.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(flow, (width, height), interpolation=how) * scale, np.float32)


def _places(back: Flow) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = back.shape[:2]
    x = back[..., 0] + np.arange(width, dtype=np.float32)
    y = back[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return np.asarray(x, np.float32), np.asarray(y, np.float32)
