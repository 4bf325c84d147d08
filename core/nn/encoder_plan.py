"""The layers of MobileNet-v2 as plain data; imports no torch, so that costs can be counted."""

from typing import NamedTuple

STRIDES = (4, 8, 16, 32)


class BlockPlan(NamedTuple):
    """One row of the MobileNet-v2 table: `repeats` blocks, the first with `stride`."""

    expansion: int
    channels: int
    repeats: int
    stride: int


STEM_CHANNELS = 32
BLOCKS = (
    BlockPlan(1, 16, 1, 1),
    BlockPlan(6, 24, 2, 2),
    BlockPlan(6, 32, 3, 2),
    BlockPlan(6, 64, 4, 2),
    BlockPlan(6, 96, 3, 1),
    BlockPlan(6, 160, 3, 2),
    BlockPlan(6, 320, 1, 1),
)
"""Table 2 of Sandler et al., MobileNetV2 (CVPR 2018), arXiv 1801.04381."""

LAST_FEATURE = {4: 3, 8: 6, 16: 13, 32: 17}
"""Index in `features` of the last block at each stride."""

LAST_CHANNELS = {4: 24, 8: 32, 16: 96, 32: 320}
"""Channels of that block, before the width multiplier."""


def scaled_channels(channels: int, width: float) -> int:
    """Scales a channel count, rounded to 8 and never more than 10% below the exact product."""
    exact = channels * width
    rounded = max(8, int(exact + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * exact else rounded
