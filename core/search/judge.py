"""The reward of a trained cell: right, and right in all frames, on roll-outs from a key frame."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from core.clip_source import MOTION_STRIDE
from core.features import FeatureBatch, FeatureCache, batch
from core.metrics.accuracy import Accuracy
from core.metrics.motion import Match
from core.metrics.trajectories import TrajectoryAccuracy
from core.nn.cell import DynamicCell
from core.nn.head import Head
from core.train.cell_rollout import roll_out

_TOGETHER = 2  # clips that are rolled out side by side


@dataclass(frozen=True)
class Judgement:
    """Shares in 0..1.

    Attributes:
        accuracy: A = (mIoU * mean class accuracy * fwIoU)^(1/3) over the cell's frames, pooled.
        stability: S = TVacc over the whole roll-out, key frame included.
        miou: Mean IoU over the cell's frames.
    """

    accuracy: float
    stability: float
    miou: float

    @property
    def reward(self) -> float:
        """R = sqrt(A * S)."""
        return sqrt(self.accuracy * self.stability)


@torch.inference_mode()
def judge(
    cell: DynamicCell,
    head: Head,
    features: FeatureCache,
    *,
    length: int,
    num_classes: int,
    device: torch.device,
    judged: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Judges a cell, in evaluation mode, on every cached clip, at every second pixel.

    Args:
        cell: The cell.
        head: The head of its frames.
        features: Clips of `length` frames with exact motion.
        length: Frames of a roll-out, the key frame counted.
        num_classes: Number of classes.
        device: Where to compute.
        judged: Told clips judged and clips in all; may raise to stop.

    Returns:
        The judgement; a half of it is 0 where the clips hold nothing to judge it by.
    """
    accuracy, trajectories = Accuracy(num_classes), TrajectoryAccuracy([length])
    for first in range(0, len(features), _TOGETHER):
        numbers = range(first, min(first + _TOGETHER, len(features)))
        clips = batch(features, numbers)
        answers = _answers(cell, head, clips, length=length, device=device)  # (T, B, h, w)
        targets = clips.labels[:, :, ::MOTION_STRIDE, ::MOTION_STRIDE].numpy()
        for place in range(len(numbers)):
            trajectories.start_sequence()
            for number in range(length):
                target = np.ascontiguousarray(targets[place, number])
                if number:
                    accuracy.update(answers[number, place], target)
                sources = clips.sources[place, number].numpy()
                match = Match(np.maximum(sources, 0).astype(np.intp), sources >= 0)
                trajectories.update(answers[number, place], target, match if number else None)
        if judged is not None:
            judged(numbers.stop, len(features))
    scores = accuracy.compute()
    return Judgement(
        scores.half or 0.0, trajectories.compute().tvacc[length] or 0.0, scores.miou or 0.0
    )


def _answers(
    cell: DynamicCell, head: Head, clips: FeatureBatch, *, length: int, device: torch.device
) -> NDArray[np.uint8]:
    """The labels of all frames on the grid of the motion: (T, B, h, w)."""
    size = clips.sources.shape[-2:]
    on_device = clips._replace(low=clips.low.to(device).float(), high=clips.high.to(device).float())

    def labels(high: torch.Tensor) -> torch.Tensor:
        logits = head.logits(high)
        if logits.shape[-2:] != size:
            logits = functional.interpolate(
                logits, size=(size[0], size[1]), mode="bilinear", align_corners=False
            )
        return logits.argmax(1).to(torch.uint8)

    frames = [labels(on_device.high[:, 0])]
    frames += [labels(high) for _, high in roll_out(cell, on_device, length=length)]
    return torch.stack(frames).cpu().numpy()
