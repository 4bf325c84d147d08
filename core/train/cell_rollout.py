"""A cell unrolled over a clip of cached features, its own output fed back."""

from collections.abc import Iterator
from typing import NamedTuple

import torch

from core.features import FeatureBatch
from core.nn.cell import CellInputs, DynamicCell


class Rolled(NamedTuple):
    """One of the cell's frames.

    Attributes:
        number: Its number in the clip, from 1; 0 is the key frame.
        high: The cell's answer, (B, C, h, w).
    """

    number: int
    high: torch.Tensor


def roll_out(
    cell: DynamicCell, clips: FeatureBatch, *, length: int, memoryless: bool = False
) -> Iterator[Rolled]:
    """Runs a cell from the key frame of each clip on.

    Args:
        cell: The cell.
        clips: Features of clips of at least `length` frames, in the cell's type.
        length: Frames to go, the key frame counted.
        memoryless: Replace everything of the frame before by the same of this frame.

    Raises:
        ValueError: The clips are shorter.
    """
    if clips.low.shape[1] < length:
        raise ValueError(f"clips of {clips.low.shape[1]} frames; {length} are needed")
    is_light = cell.genotype.is_light
    past = clips.high[:, 0]
    for number in range(1, length):
        low, high = clips.low[:, number], clips.high[:, number]
        prev_low = low if memoryless else clips.low[:, number - 1]
        prev_high = high if memoryless else past
        past = cell(CellInputs(low, None if is_light else high, prev_low, prev_high))
        yield Rolled(number, past)
