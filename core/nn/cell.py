"""The dynamic cell: what a genotype describes, as a network between two frames."""

from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional

from core.genotype import Genotype, Node
from core.nn.cell_plan import (
    Kept,
    base_input,
    is_eased_in,
    is_raw,
    node_window,
    projected_inputs,
    repeated_halves,
)
from core.nn.combines import COMBINES, Align, Correlate, start_as_part
from core.nn.config import StaticConfig
from core.nn.correlation import Matching
from core.nn.decoder import Lateral
from core.nn.ops import OPS


class CellInputs(NamedTuple):
    """What a cell may read, for a batch of frames.

    Attributes:
        low: `low` of this frame, (B, C_low, H / low_stride, W / low_stride).
        high: `high` of this frame, (B, C, H / 8, W / 8); None for a light cell.
        prev_low: `low` of the frame before.
        prev_high: The frame before in the space of `high`: the cell's own output, or `high` of a
            key frame.
    """

    low: torch.Tensor
    high: torch.Tensor | None
    prev_low: torch.Tensor
    prev_high: torch.Tensor


class Half(nn.Module):
    """One half of a node: its operation, and the map a comparison should see."""

    def __init__(self, source: str, op: str, channels: int) -> None:
        super().__init__()
        self.source = source
        self.op = OPS[op](channels)
        self.is_raw = is_raw(source, op)


class CellNode(nn.Module):
    """Two halves and how they are joined.

    Args:
        node: What the genotype says.
        channels: Channels on the grid.
        reach: Motion in pixels that comparisons cover.
        low: Channels and stride of `low`.
        kept: The half to repeat at first, where the combine can.
    """

    def __init__(
        self, node: Node, channels: int, *, reach: int, low: tuple[int, int], kept: Kept | None
    ) -> None:
        super().__init__()
        self.left = Half(node.left, node.left_op, channels)
        self.right = Half(node.right, node.right_op, channels)
        self.combine: nn.Module
        if node.combine in COMBINES:
            self.combine = COMBINES[node.combine](channels, kept)
            return
        low_channels, low_stride = low
        halves = (self.left, self.right)
        a, b = (low_channels if half.is_raw else channels for half in halves)
        matching = Matching(
            a,
            b,
            window=node_window(node, reach=reach, low_stride=low_stride),
            alike=all(half.is_raw for half in halves),
        )
        build = Correlate if node.combine == "correlate" else Align
        self.combine = build(channels, matching=matching)

    def forward(self, maps: dict[str, torch.Tensor], raw: dict[str, torch.Tensor]) -> torch.Tensor:
        """Joins two of the `maps` (B, C, h, w); `raw` holds all inputs as they came."""
        halves = (self.left, self.right)
        if isinstance(self.combine, Correlate):
            fine = [
                raw[half.source] if half.is_raw else half.op(maps[half.source]) for half in halves
            ]
            correlated: torch.Tensor = self.combine(fine[0], fine[1], raw["prev_high"].shape[-2:])
            return correlated
        left, right = (half.op(maps[half.source]) for half in halves)
        if isinstance(self.combine, Align):
            a, b = (
                raw[half.source] if half.is_raw else value
                for half, value in zip(halves, (left, right), strict=True)
            )
            aligned: torch.Tensor = self.combine(left, right, fine=(a, b))
            return aligned
        joined: torch.Tensor = self.combine(left, right)
        return joined


class DynamicCell(nn.Module):
    """Carries the space of `high` from one frame to the next.

    Every input that is read is projected 1x1 to the channels of `high` and brought to its grid.
    Maps in the space of `high` start out projected to themselves. Nodes that nothing reads are
    the outputs: one is the answer as it is, several are mixed by a 1x1 convolution. At first the
    answer is exactly `prev_high` (a light cell: it copies) or `high` (a full cell: it is the
    static network), either because the nodes start out repeating it or, where they cannot,
    because learned weights per channel first keep it and then let the nodes in.

    Args:
        genotype: The description.
        static: The network the cell lives in.
        reach: Motion in pixels from frame to frame that correlations cover.
    """

    def __init__(self, genotype: Genotype, static: StaticConfig, *, low_channels: int, reach: int):
        super().__init__()
        channels = static.channels
        self.genotype = genotype
        self.project = nn.ModuleDict(
            {
                name: _projection(name, low_channels=low_channels, channels=channels)
                for name in projected_inputs(genotype)
            }
        )
        kept = repeated_halves(genotype)
        self.nodes = nn.ModuleList(
            CellNode(
                node,
                channels,
                reach=reach,
                low=(low_channels, static.low_stride),
                kept=kept[number],
            )
            for number, node in enumerate(genotype.nodes)
        )
        outputs = genotype.outputs
        repeating = [place for place, number in enumerate(outputs) if kept[number] is not None]
        self.join = None
        if len(outputs) > 1:
            self.join = nn.Conv2d(len(outputs) * channels, channels, 1)
            if repeating:
                start_as_part(self.join, part=repeating[0])
        self.trust = None
        if is_eased_in(genotype):
            self.trust = nn.Parameter(torch.zeros(1, channels, 1, 1))

    def forward(self, inputs: CellInputs) -> torch.Tensor:
        """Computes this frame in the space of `high`: (B, C, h, w).

        Raises:
            ValueError: The cell reads `high`, and it is missing.
        """
        grid = inputs.prev_high.shape[-2:]
        raw = inputs._asdict()
        if raw["high"] is None and not self.genotype.is_light:
            raise ValueError("this cell reads high, which is missing")
        maps = {name: layer(_on_grid(raw[name], grid)) for name, layer in self.project.items()}
        for number, node in enumerate(self.nodes):
            maps[str(number)] = node(maps, raw)
        outputs = [maps[str(number)] for number in self.genotype.outputs]
        answer: torch.Tensor = (
            outputs[0] if self.join is None else self.join(torch.cat(outputs, dim=1))
        )
        if self.trust is None:
            return answer
        base: torch.Tensor = raw[base_input(self.genotype)]
        return base + self.trust * (answer - base)


def _projection(name: str, *, low_channels: int, channels: int) -> nn.Module:
    if name in ("low", "prev_low"):
        return Lateral(low_channels, channels)
    projection = nn.Conv2d(channels, channels, 1)
    start_as_part(projection, part=0)
    return projection


def _on_grid(values: torch.Tensor, grid: torch.Size) -> torch.Tensor:
    if values.shape[-2:] == grid:
        return values
    return functional.interpolate(values, size=tuple(grid), mode="bilinear", align_corners=False)
