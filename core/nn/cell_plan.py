"""The sizes inside a cell as plain data; imports no torch, so that costs can be counted."""

from typing import Literal, NamedTuple

from core.genotype import INPUTS, Genotype, Node

GRID_STRIDE = 8
"""The stride of `high`, on whose grid every node lives."""

MATCH_CHANNELS = 16
"""Channels by which places of two maps are compared."""

MATCH_BLOCK = 6
"""Neighbouring queries of a row that share one matrix product."""

GATE_SHARE = 4
"""A channel gate looks at the scene through a quarter of the channels."""

Kept = Literal["left", "right"]
"""A half of a node, the one that it starts out repeating."""


class Window(NamedTuple):
    """Which displacements a local correlation looks at.

    Attributes:
        radius: Largest displacement, in places of the keys.
        step: How many times finer than the cell's grid the keys are.
    """

    radius: int
    step: int

    @property
    def side(self) -> int:
        """Displacements along one axis."""
        return 2 * self.radius + 1

    @property
    def displacements(self) -> int:
        """Displacements in all."""
        return self.side**2

    @property
    def block_reach(self) -> int:
        """Keys of one row that a block of queries is compared with."""
        return self.step * (MATCH_BLOCK - 1) + self.side

    def macs(self, height: int, width: int) -> int:
        """Multiply-accumulates over a grid of height x width, as computed, spare products too."""
        queries = height * -(-width // MATCH_BLOCK) * MATCH_BLOCK
        return queries * MATCH_CHANNELS * self.side * self.block_reach


def window(reach: int, *, grid_stride: int, key_stride: int) -> Window:
    """The window that covers motion of `reach` pixels.

    Args:
        reach: Largest motion in pixels of the frame.
        grid_stride: Stride of the cell's grid.
        key_stride: Stride of the finer of the two maps, at most that of the grid.
    """
    return Window(radius=-(-reach // key_stride), step=grid_stride // key_stride)


def is_raw(source: str, op: str) -> bool:
    """Whether a comparison sees this half at the resolution of `low`, before any projection."""
    return op == "identity" and source in ("low", "prev_low")


def node_window(node: Node, *, reach: int, low_stride: int) -> Window:
    """What a node that compares its halves looks at: the finer of their resolutions."""
    has_raw = is_raw(node.left, node.left_op) or is_raw(node.right, node.right_op)
    return window(reach, grid_stride=GRID_STRIDE, key_stride=low_stride if has_raw else GRID_STRIDE)


def projected_inputs(genotype: Genotype) -> tuple[str, ...]:
    """The inputs that some node reads on the cell's grid; others are only compared as they came."""
    on_grid = {
        source
        for node in genotype.nodes
        for source, op in ((node.left, node.left_op), (node.right, node.right_op))
        if not (node.combine == "correlate" and is_raw(source, op))
    }
    return tuple(name for name in genotype.inputs if name in on_grid)


def base_input(genotype: Genotype) -> str:
    """What a cell's answer is at first: a light cell copies, a full one is the static network."""
    return "prev_high" if genotype.is_light else "high"


def repeated_halves(genotype: Genotype) -> list[Kept | None]:
    """For every node the half through which it can start out as `base_input`; None = it cannot."""
    base = base_input(genotype)
    kept: list[Kept | None] = []
    for node in genotype.nodes:
        sides: list[Kept] = []
        if _repeats(node.left, node.left_op, kept, base):
            sides.append("left")
        if _repeats(node.right, node.right_op, kept, base):
            sides.append("right")
        if node.combine == "align":
            sides = [side for side in sides if side == "left"]
        elif node.combine not in ("sum", "concat"):
            sides = []
        kept.append(sides[0] if sides else None)
    return kept


def _repeats(source: str, op: str, kept: list[Kept | None], base: str) -> bool:
    if op != "identity":
        return False
    return source == base if source in INPUTS else kept[int(source)] is not None


def is_eased_in(genotype: Genotype) -> bool:
    """Whether no output can start out as `base_input`: learned weights then let the nodes in."""
    kept = repeated_halves(genotype)
    return all(kept[number] is None for number in genotype.outputs)
