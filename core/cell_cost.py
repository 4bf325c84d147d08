"""What a model with a dynamic cell costs: exact parameters and multiply-accumulates, node by node.

Counts what `core.nn.cell` runs, without building it.
"""

from dataclasses import dataclass

from core.cost import UNCOUNTED, Convolution, Cost, PartCost, part_cost, static_cost
from core.genotype import Genotype, Node
from core.nn.cell_config import CellConfig
from core.nn.cell_plan import (
    GATE_SHARE,
    GRID_STRIDE,
    MATCH_CHANNELS,
    is_eased_in,
    is_raw,
    node_window,
    projected_inputs,
)
from core.nn.config import StaticConfig
from core.nn.encoder_plan import LAST_CHANNELS, scaled_channels

CELL_UNCOUNTED = (
    *UNCOUNTED,
    "products and sums per value (weights of a sum, gates, blends)",
    "pooling",
    "bilinear warps",
    "lengths and softmax of a correlation",
)
"""Operations that the MACs of a cell leave out."""

_KERNELS = {"conv1x1": 1, "conv3x3": 3}
_SEPARABLE = {"sep3x3": 3, "sep5x5": 5, "sep3x3_dilated3": 3, "sep3x3_dilated6": 3}
_BYTES = 4  # of a value of the state in fp32


@dataclass(frozen=True)
class CellCost:
    """The cost of a model with a cell, part by part.

    Attributes:
        static: The static network.
        projections: Inputs brought to the cell's channels.
        nodes: One cost per node of the genotype, in its order.
        join: From the nodes to the answer.
        own_head: Parameters of the head that only the cell's frames use.
        is_light: Whether `static.high` rests on the cell's frames.
        runs_low: Whether `static.low` runs on the cell's frames; a copy runs nothing.
        state_bytes: Bytes that one stream keeps from frame to frame, in fp32.
        uncounted: What the MACs leave out.
    """

    static: Cost
    projections: PartCost
    nodes: tuple[PartCost, ...]
    join: PartCost
    own_head: int
    is_light: bool
    runs_low: bool
    state_bytes: int
    uncounted: tuple[str, ...] = CELL_UNCOUNTED

    @property
    def cell(self) -> PartCost:
        """The cell alone."""
        parts = (self.projections, *self.nodes, self.join)
        return PartCost(sum(part.parameters for part in parts), sum(part.macs for part in parts))

    @property
    def parameters(self) -> int:
        """All deployed parameters."""
        return self.static.parameters + self.cell.parameters + self.own_head

    @property
    def macs_key(self) -> int:
        """MACs of a key frame, on which the static network runs."""
        return self.static.macs

    @property
    def macs_steady(self) -> int:
        """MACs of one of the cell's frames; 0 for a copy, whose labels stand."""
        if not self.runs_low:
            return 0
        high = 0 if self.is_light else self.static.high.macs
        return self.static.low.macs + high + self.cell.macs + self.static.head.macs


def cell_cost(
    static: StaticConfig,
    cell: CellConfig | Genotype,
    *,
    height: int,
    width: int,
) -> CellCost:
    """The cost of a model with a cell for one frame.

    Args:
        static: The static network's sizes.
        cell: The cell's sizes; a genotype means the usual ones.
        height: Rows of the frame as the network sees it, at least 16.
        width: Columns of it, at least 16.

    Raises:
        ValueError: The frame is too small for the network.
    """
    config = CellConfig.of(cell) if isinstance(cell, Genotype) else cell
    base = static_cost(static, height=height, width=width)
    counter = _Counter(static, config.reach, height, width)
    genotype = config.genotype
    nothing = PartCost(0, 0)
    return CellCost(
        static=base,
        projections=counter.projections(genotype) if genotype is not None else nothing,
        nodes=tuple(counter.node(node) for node in genotype.nodes) if genotype is not None else (),
        join=counter.join(genotype) if genotype is not None else nothing,
        own_head=base.head.parameters if config.own_head else 0,
        is_light=config.is_light,
        runs_low=genotype is not None,
        state_bytes=counter.state_bytes,
    )


class _Counter:
    """Knows the sizes of all maps a cell meets."""

    def __init__(self, static: StaticConfig, reach: int, height: int, width: int) -> None:
        self.channels, self.reach = static.channels, reach
        self.low_stride = static.low_stride
        self.low_channels = scaled_channels(LAST_CHANNELS[self.low_stride], static.width)
        self.grid = (-(-height // GRID_STRIDE), -(-width // GRID_STRIDE))
        self.fine = (-(-height // self.low_stride), -(-width // self.low_stride))

    @property
    def state_bytes(self) -> int:
        low = self.low_channels * self.fine[0] * self.fine[1]
        return _BYTES * (low + self.channels * self.grid[0] * self.grid[1])

    def projections(self, genotype: Genotype) -> PartCost:
        own = {"low": self.low_channels, "prev_low": self.low_channels}
        names = projected_inputs(genotype)
        return part_cost(self._pointwise(own.get(name, self.channels)) for name in names)

    def join(self, genotype: Genotype) -> PartCost:
        outputs = len(genotype.outputs)
        cost = part_cost([self._pointwise(outputs * self.channels)] if outputs > 1 else [])
        weights = self.channels if is_eased_in(genotype) else 0
        return PartCost(cost.parameters + weights, cost.macs)

    def node(self, node: Node) -> PartCost:
        halves = ((node.left, node.left_op), (node.right, node.right_op))
        layers, values, macs = [], 0, 0
        for source, op in halves:
            if not (node.combine == "correlate" and is_raw(source, op)):
                layers += self._op(op)
        if node.combine in ("concat", "blend"):
            layers.append(self._pointwise(2 * self.channels))
        elif node.combine == "sum":
            values = 2 * self.channels
        elif node.combine in ("correlate", "align"):
            window = node_window(node, reach=self.reach, low_stride=self.low_stride)
            macs, values = window.macs(*self.grid), 1  # the sharpness
            layers += [self._match(source, op) for source, op in halves]
            seen = window.displacements
            if node.combine == "correlate":
                layers.append(self._pointwise(seen))
            else:
                layers.append(Convolution(seen + self.channels, 2, 3, 1, *self.grid))
        cost = part_cost(layers)
        return PartCost(cost.parameters + values, cost.macs + macs)

    def _op(self, op: str) -> list[Convolution]:
        channels = self.channels
        if op in _KERNELS:
            return [Convolution(channels, channels, _KERNELS[op], 1, *self.grid)]
        if op in _SEPARABLE:
            kernel = _SEPARABLE[op]
            depthwise = Convolution(channels, channels, kernel, channels, *self.grid, False)
            return [depthwise, self._pointwise(channels)]
        if op == "global_pool":
            return [Convolution(channels, channels, 1, 1, 1, 1)]
        if op == "channel_gate":
            hidden = max(1, channels // GATE_SHARE)
            return [
                Convolution(channels, hidden, 1, 1, 1, 1),
                Convolution(hidden, channels, 1, 1, 1, 1),
            ]
        return []

    def _match(self, source: str, op: str) -> Convolution:
        if is_raw(source, op):
            return Convolution(self.low_channels, MATCH_CHANNELS, 1, 1, *self.fine)
        return Convolution(self.channels, MATCH_CHANNELS, 1, 1, *self.grid)

    def _pointwise(self, in_channels: int) -> Convolution:
        return Convolution(in_channels, self.channels, 1, 1, *self.grid)
