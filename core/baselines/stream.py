"""What a baseline keeps between the frames of one stream."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import torch

from core.baselines.camera import camera_motion, moved_scores, similarity
from core.baselines.config import BaselineConfig
from core.baselines.flow import DisFlow, warped_labels, warped_scores
from core.video.clip import Labels, Rgb

Past = tuple[torch.Tensor, torch.Tensor | float]
"""Probabilities of the last frame brought to the new one, (1, K, h, w), and how far they are to be
trusted, 0..1: a number, or (1, 1, h, w)."""

Bring = Callable[[Rgb, Rgb, torch.Tensor], Past | None]
"""Brings probabilities of the last frame to the new one; None where that is impossible."""


_TINY = 1e-30  # a probability that is 0 has no logarithm


class BaselineStream(Protocol):
    """The rule of a baseline, frame by frame."""

    def forget(self) -> None:
        """The next frame does not follow the last one."""

    def mix(self, frame: Rgb, logits: torch.Tensor) -> torch.Tensor:
        """Scores per class of a frame that the network has labelled.

        Args:
            frame: (H, W, 3), as the network sees it.
            logits: (1, K, h, w), the network's own.

        Returns:
            (1, K, h, w), to be enlarged and read as logits are.
        """

    def carry(self, frame: Rgb, labels: Labels) -> Labels:
        """Labels of a frame that the network does not run on, from those of the last frame."""


class RunningMean:
    """Mixes the probabilities of each frame with what is left of those before it.

    Args:
        new: Share of the new frame, above 0 and up to 1, where the past is wholly trusted.
        bring: Brings the past to the new frame.
    """

    def __init__(self, new: float, bring: Bring) -> None:
        self._new, self._bring = new, bring
        self.forget()

    def forget(self) -> None:
        """The next frame is labelled by the network alone."""
        self._last: tuple[Rgb, torch.Tensor] | None = None

    def mix(self, frame: Rgb, logits: torch.Tensor) -> torch.Tensor:
        """Logarithms of the running mean of probabilities, up to a number per place of the grid.

        They are enlarged as logits are, so without a past the labels are the network's own.
        """
        probabilities = logits.float().softmax(1).cpu()
        past = None if self._last is None else self._bring(self._last[0], frame, self._last[1])
        if past is None:
            self._last = frame.copy(), probabilities
            return logits
        old, trust = past
        share = (1 - self._new) * trust
        mean = (1 - share) * probabilities + share * old
        self._last = frame.copy(), mean
        return (mean / mean.amax(1, keepdim=True)).clamp(min=_TINY).log()

    def carry(self, frame: Rgb, labels: Labels) -> Labels:
        """Never asked for: the network runs on every frame."""
        raise ValueError("a running mean has no frames without the network")


class CarriedLabels:
    """Carries labels along DIS flow from the last frame to the next."""

    def __init__(self) -> None:
        self._flow = DisFlow()
        self.forget()

    def forget(self) -> None:
        """The network labels the next frame."""
        self._last: Rgb | None = None

    def mix(self, frame: Rgb, logits: torch.Tensor) -> torch.Tensor:
        """The logits as they are."""
        self._last = frame.copy()
        return logits

    def carry(self, frame: Rgb, labels: Labels) -> Labels:
        """The last labels, brought along the flow to the nearest pixel."""
        if self._last is None:
            raise ValueError("labels cannot be carried before a frame was labelled")
        carried = warped_labels(labels, self._flow(self._last, frame))
        self._last = frame.copy()
        return carried


def build_stream(config: BaselineConfig) -> BaselineStream:
    """The rule of a baseline, at the beginning of a stream."""
    if config.method == "dis-labels":
        return CarriedLabels()
    bring = {"ema": _as_it_is, "dis-ema": _along_flow(), "homography": _along_camera}
    return RunningMean(config.number, bring[config.method])


def _as_it_is(last: Rgb, frame: Rgb, old: torch.Tensor) -> Past:
    return old, 1.0


def _along_flow() -> Bring:
    flow = DisFlow()
    return lambda last, frame, old: (warped_scores(old, flow(last, frame)), 1.0)


def _along_camera(last: Rgb, frame: Rgb, old: torch.Tensor) -> Past | None:
    homography = camera_motion(last, frame)
    if homography is None:
        return None
    moved = moved_scores(old, homography, frame.shape[:2])
    alike = torch.from_numpy(np.ascontiguousarray(similarity(last, frame, homography)))
    height, width = moved.shape[-2:]
    trust = torch.nn.functional.adaptive_avg_pool2d(alike[None, None], (height, width))
    covered = moved.sum(1, keepdim=True).clamp(max=1)  # probabilities from outside are 0
    return moved / covered.clamp(min=1e-6), trust * covered
