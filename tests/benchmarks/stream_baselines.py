"""What a cell competes with on a stream: the static network with a flow or a running mean."""

from collections.abc import Callable

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.nn.labelling import upsampled_labels
from core.predict import VideoPredictor
from core.video.clip import Flow, Labels, Rgb

Step = Callable[[Rgb], Labels]
"""Labels the next frame of a stream."""


def dis_flow() -> Callable[[Rgb], Flow | None]:
    """OpenCV's DIS flow, preset medium, from each frame back to the one before; None at first."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    last: list[NDArray[np.uint8]] = []

    def flow(frame: Rgb) -> Flow | None:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
        found = None if not last else dis.calc(grey, last.pop(), None)
        last.append(grey)
        return None if found is None else np.asarray(found, np.float32)

    return flow


def softmax_mean(static: VideoPredictor, *, new: float, warped: bool = False) -> Step:
    """A running mean of class probabilities, `new` being the share of the new frame.

    `warped` brings the old mean along the DIS flow first.
    """
    flow = dis_flow()
    mean: list[torch.Tensor] = []

    def step(frame: Rgb) -> Labels:
        engine = static.engine
        probabilities = engine.logits(engine.prepare(frame)).softmax(1)  # (1, K, h, w)
        back = flow(frame) if warped else None
        if mean:
            old = mean.pop()
            if back is not None:
                old = _warped(old, back)
            probabilities = new * probabilities + (1 - new) * old
        mean.append(probabilities)
        return upsampled_labels(probabilities, frame.shape[:2])

    return step


def warped_labels(static: VideoPredictor, *, key_interval: int) -> Step:
    """The key frame's labels, carried along the DIS flow to the nearest pixel."""
    flow = dis_flow()
    kept: list[Labels] = []
    seen = [0]

    def step(frame: Rgb) -> Labels:
        back = flow(frame)
        if seen[0] % key_interval == 0 or back is None:
            labels = static.step(frame)
        else:
            x, y = _places(back)
            labels = np.asarray(
                cv2.remap(kept.pop(), x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE),
                np.uint8,
            )
        kept[:] = [labels]
        seen[0] += 1
        return labels

    return step


def _warped(probabilities: torch.Tensor, back: Flow) -> torch.Tensor:
    height, width = probabilities.shape[-2:]
    scale = np.array([width / back.shape[1], height / back.shape[0]], np.float32)
    small = cv2.resize(back, (width, height), interpolation=cv2.INTER_AREA) * scale
    x, y = _places(np.asarray(small, np.float32))
    maps = [
        cv2.remap(layer, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for layer in probabilities[0].numpy()
    ]
    return torch.from_numpy(np.stack(maps)).unsqueeze(0)


def _places(back: Flow) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    height, width = back.shape[:2]
    x = back[..., 0] + np.arange(width, dtype=np.float32)
    y = back[..., 1] + np.arange(height, dtype=np.float32)[:, None]
    return x, y
