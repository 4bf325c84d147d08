"""Random parts of cached clips: what one step of a trial learns."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from core.clip_source import MOTION_STRIDE, UNKNOWN
from core.features import ClipFeatures, FeatureBatch, FeatureCache
from core.nn.cell_plan import GRID_STRIDE

_CROP = 7  # a stream of randomness of its own


class Window(NamedTuple):
    """A part of a clip, in places of `high`."""

    top: int
    left: int
    height: int
    width: int


def random_windows(
    grid: tuple[int, int], crop: tuple[int, int], *, count: int, seed: int, step: int
) -> list[Window]:
    """Draws one window per clip of a step; the whole grid where the crop is (0, 0) or larger.

    Args:
        grid: Height and width of `high`.
        crop: Height and width of the windows.
        count: How many.
        seed: Of the trial.
        step: The step's number.
    """
    rng = np.random.default_rng((seed, _CROP, step))
    height, width = (min(wanted or whole, whole) for wanted, whole in zip(crop, grid, strict=True))
    tops = rng.integers(0, grid[0] - height + 1, size=count)
    lefts = rng.integers(0, grid[1] - width + 1, size=count)
    return [
        Window(int(top), int(left), height, width) for top, left in zip(tops, lefts, strict=True)
    ]


def cropped_batch(
    features: FeatureCache, indices: Sequence[int], windows: Sequence[Window], *, length: int
) -> FeatureBatch:
    """Copies windows of the last `length` frames of cached clips into one batch.

    `low`, labels and motion are cut where the window is; motion that leaves it is not known.

    Args:
        features: The cache.
        indices: Numbers of the clips.
        windows: One per clip, all of one size.
        length: Frames of each clip.
    """
    cut = [
        _cut(features[index], window, length=length)
        for index, window in zip(indices, windows, strict=True)
    ]
    return FeatureBatch(
        low=torch.stack([clip.low for clip in cut]).permute(0, 1, 4, 2, 3).float(),
        high=torch.stack([clip.high for clip in cut]).permute(0, 1, 4, 2, 3).float(),
        labels=torch.stack([clip.labels for clip in cut]),
        sources=torch.stack([clip.sources for clip in cut]),
    )


def _cut(clip: ClipFeatures, window: Window, *, length: int) -> ClipFeatures:
    """The window of a clip, `low` and `high` as (T, h, w, C)."""
    grid_height = clip.high.shape[-2]
    finer = -(-clip.low.shape[-2] // grid_height)  # how much finer than `high` `low` is
    motion = GRID_STRIDE // MOTION_STRIDE

    def part(values: torch.Tensor, scale: int) -> torch.Tensor:
        top, left = window.top * scale, window.left * scale
        return values[
            -length:, top : top + window.height * scale, left : left + window.width * scale
        ]

    row_length = clip.sources.shape[-1]
    sources = part(clip.sources, motion)
    rows, columns = sources // row_length, sources % row_length
    height, width = sources.shape[-2:]
    rows, columns = rows - window.top * motion, columns - window.left * motion
    is_inside = (sources >= 0) & (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return ClipFeatures(
        low=part(clip.low.permute(0, 2, 3, 1), finer),
        high=part(clip.high.permute(0, 2, 3, 1), 1),
        labels=part(clip.labels, GRID_STRIDE),
        sources=torch.where(is_inside, rows * width + columns, UNKNOWN),
    )
