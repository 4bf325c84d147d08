"""One step of a stream from bytes to bytes: what `core.predict` does to a frame, as a module.

The pixels go in as they were decoded and class ids come out, so that nobody who runs a step
elsewhere needs a constant of ours.
"""

import torch
from torch import nn

from core.nn.dynamic import CellState, DynamicSegmenter

STATE = ("low", "high")
"""What a step of a network with a cell returns after the labels; the next one reads it as
`prev_low` and `prev_high`."""


class KeyStep(nn.Module):
    """Labels a key frame: the static network runs and the state begins anew.

    Args:
        network: The network, in eval mode.
        size: (H, W) of the frames and of the labels.
    """

    def __init__(self, network: DynamicSegmenter, size: tuple[int, int]) -> None:
        super().__init__()
        self.network = network
        self.size = size

    def forward(self, frame: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Labels a frame (1, H, W, 3) uint8 RGB.

        Returns:
            Labels (1, H, W) uint8; of a network with a cell also the state, `low` and `high`.
        """
        state = self.network.key(_images(frame))
        labels = _labels(self.network, state, size=self.size, is_key=True)
        return (labels,) if self.network.cell is None else (labels, *state)


class SteadyStep(nn.Module):
    """Labels the frame after another one: the cell runs.

    Args:
        network: The network, in eval mode; it has a cell.
        size: (H, W) of the frames and of the labels.
    """

    def __init__(self, network: DynamicSegmenter, size: tuple[int, int]) -> None:
        if network.cell is None:
            raise ValueError("the network has no cell, so nothing runs between its key frames")
        super().__init__()
        self.network = network
        self.size = size

    def forward(
        self, frame: torch.Tensor, prev_low: torch.Tensor, prev_high: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Labels a frame (1, H, W, 3) uint8 RGB after the state that the step before returned.

        Returns:
            Labels (1, H, W) uint8 and the state, `low` and `high`.
        """
        state = self.network.follow(_images(frame), CellState(prev_low, prev_high))
        return _labels(self.network, state, size=self.size, is_key=False), *state


def _images(frame: torch.Tensor) -> torch.Tensor:
    return frame.permute(0, 3, 1, 2).float() / 255  # (1, 3, H, W)


def _labels(
    network: DynamicSegmenter, state: CellState, *, size: tuple[int, int], is_key: bool
) -> torch.Tensor:
    logits: torch.Tensor = network.head(is_key=is_key)(state.high, size)  # (1, K, H, W)
    return logits.argmax(1).to(torch.uint8)
