"""A static network with a dynamic cell: labels a frame from the frame before it."""

from typing import NamedTuple

import torch
from torch import nn

from core.nn.cell import CellInputs, DynamicCell
from core.nn.head import Head
from core.nn.segmenter import Segmenter


class CellState(NamedTuple):
    """What one stream keeps from frame to frame.

    Attributes:
        low: `low` of the last frame, (B, C_low, H / low_stride, W / low_stride).
        high: The last frame in the space of `high`, (B, C, H / 8, W / 8).
    """

    low: torch.Tensor
    high: torch.Tensor

    @property
    def num_bytes(self) -> int:
        """Bytes of both maps."""
        return sum(values.numel() * values.element_size() for values in self)

    @property
    def strength(self) -> float:
        """The root mean square of `high`."""
        return float(self.high.float().square().mean().sqrt())


class DynamicSegmenter(nn.Module):
    """Labels frames of a stream; keeps nothing between calls, the state goes in and out.

    Args:
        static: The static network, which runs on key frames.
        cell: What runs on the other frames; None copies the key frame (`copy`).
        cell_head: The head of the cell's frames; None = the static network's own.
    """

    def __init__(
        self, static: Segmenter, cell: DynamicCell | None, *, cell_head: Head | None = None
    ) -> None:
        super().__init__()
        self.static = static
        self.cell = cell
        self.cell_head = cell_head

    def key(self, images: torch.Tensor) -> CellState:
        """Runs the static network on images (B, 3, H, W) in [0, 1]: the state begins anew."""
        low = self.static.low(images)
        return CellState(low, self.static.high(low))

    def follow(self, images: torch.Tensor, state: CellState) -> CellState:
        """Runs the cell on the next images (B, 3, H, W) in [0, 1].

        The deep encoder and the decoder run only if the cell reads `high`; a copy runs nothing.
        """
        if self.cell is None:
            return state
        low = self.static.low(images)
        high = None if self.cell.genotype.is_light else self.static.high(low)
        return CellState(low, self.cell(CellInputs(low, high, state.low, state.high)))

    def carry(self, seen: CellState, state: CellState) -> CellState:
        """Runs the cell on a frame whose `key` is there already: as `follow`, without an encoder.

        Any number of streams can share what was `seen`.
        """
        if self.cell is None:
            return state
        high = None if self.cell.genotype.is_light else seen.high
        return CellState(seen.low, self.cell(CellInputs(seen.low, high, state.low, state.high)))

    def head(self, *, is_key: bool) -> Head:
        """The head that labels a key frame or one of the cell's frames."""
        if is_key or self.cell_head is None:
            return self.static.classifier
        return self.cell_head
