"""A cell as the drawing shows it: which text stands where, and what each box says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from core.cell_description import CellDescription, MapShape
from core.cost import PartCost
from core.genotype import PREVIOUS, Node
from webapp.components.cell_graph import GraphBox, GraphText, GraphWire, cell_graph
from webapp.genotype_columns import JOIN
from webapp.genotype_layout import Box, Layout, lay_out
from webapp.genotype_timing_data import CellTimes
from webapp.genotype_words import (
    COMBINE_MEANINGS,
    FRAMES,
    INPUT_MEANINGS,
    OP_MEANINGS,
    milliseconds_text,
    short,
    source_name,
)

Outline = Literal["plain", "idle", "shared", "own"]
Look = Literal["title", "word", "plain", "faint", "number"]

_LEFT = 10.0
_LINES = (20.0, 37.0, 53.0, 69.0)  # of boxes without ports of their own


@dataclass(frozen=True)
class Mark:
    """How a node stands in a comparison.

    Attributes:
        outline: `shared` where the other cell has it too, else `own`.
        tag: The same in a word or two.
    """

    outline: Outline
    tag: str


def render_cell_graph(
    nodes: Sequence[Node],
    cell: CellDescription | None,
    *,
    key: str,
    label: str,
    times: CellTimes | None = None,
    marks: Mapping[int, Mark] | None = None,
) -> None:
    """Draws a cell.

    Args:
        nodes: Its nodes, which may be no valid cell yet.
        cell: What is known of it; None where the nodes are no cell, or nothing can be counted.
        key: Key of the drawing on the page.
        label: What it is, for who does not see it.
        times: How long its nodes take, where they were timed.
        marks: Node -> how it stands in a comparison.
    """
    layout = lay_out(nodes)
    boxes = graph_boxes(nodes, cell, layout=layout, times=times, marks=marks or {})
    wires: list[GraphWire] = [
        {
            "source": wire.reading.source,
            "target": wire.reading.target,
            "points": [list(point) for point in wire.points],
            "is_past": wire.reading.source in PREVIOUS,
        }
        for wire in layout.wires
    ]
    cell_graph(key, boxes=boxes, wires=wires, width=layout.width, height=layout.height, label=label)


def graph_boxes(
    nodes: Sequence[Node],
    cell: CellDescription | None,
    *,
    layout: Layout,
    times: CellTimes | None,
    marks: Mapping[int, Mark],
) -> list[GraphBox]:
    """The boxes with their texts, from left to right and from top to bottom."""
    read = {source for node in nodes for source in (node.left, node.right)}
    found = []
    for box in sorted(layout.boxes, key=lambda each: (each.x, each.y)):
        if box.kind == "input":
            found.append(_input(box, cell, is_read=box.id in read))
        elif box.kind == "node":
            number = int(box.id)
            mark = marks.get(number)
            taken = None if times is None else times.nodes[number]
            found.append(_node(box, nodes[number], cell, taken=taken, mark=mark))
        elif box.kind == JOIN:
            found.append(_join(box, cell, read=read, nodes=len(nodes)))
        else:
            found.append(_answer(box, cell))
    return found


def _input(box: Box, cell: CellDescription | None, *, is_read: bool) -> GraphBox:
    shape = None if cell is None else str(cell.inputs[box.id])
    lines = [FRAMES[box.id]]
    told = [f"{box.id}, of {FRAMES[box.id]}", INPUT_MEANINGS[box.id]]
    if not is_read:
        lines.append("not read")
    elif cell is not None:
        lines.append(_narrow(cell.inputs[box.id]))
    if shape is not None:
        told.append(f"{shape} (channels x height x width)")
    if not is_read:
        told.append("No node reads it.")
    elif cell is not None and box.id in cell.projected:
        told.append(f"Projected 1x1 to {cell.grid.channels} channels on the cell's grid.")
    elif cell is not None:
        told.append("Compared at its own resolution, without a projection.")
    return _plain(box, box.id, lines, told, outline="plain" if is_read else "idle")


def _node(
    box: Box, node: Node, cell: CellDescription | None, *, taken: float | None, mark: Mark | None
) -> GraphBox:
    texts = [
        _text(_LEFT, 20, box.id, "title"),
        _text(_LEFT + 18, 20, node.combine, "title"),
        _text(_LEFT, 49, "a", "faint"),
        _text(_LEFT + 18, 49, node.left_op, "word"),
        _text(_LEFT, 69, "b", "faint"),
        _text(_LEFT + 18, 69, node.right_op, "word"),
    ]
    if mark is not None:
        texts.append(_text(box.width - _LEFT, 20, mark.tag, "faint", end=True))
    elif taken is not None:
        texts.append(_text(box.width - _LEFT, 20, milliseconds_text(taken), "number", end=True))
    told = [
        f"Node {box.id}: {node.combine}",
        COMBINE_MEANINGS[node.combine],
        *(f"{side} = {_half(source, op)}" for side, source, op in _halves(node)),
    ]
    share = None
    if cell is not None:
        cost = cell.cost.nodes[int(box.id)]
        share = macs_share(cell, cost)
        texts += [
            _text(_LEFT, 91, _narrow(cell.grid), "faint"),
            _text(box.width - _LEFT, 91, f"{short(cost.parameters)} par.", "faint", end=True),
            _text(_LEFT, 109, f"{short(cost.macs)} MACs", "number"),
            _text(box.width - _LEFT, 109, share_text(share), "number", end=True),
        ]
        told += [f"{cell.grid} (channels x height x width)", cost_told(cell, cost)]
    if taken is not None:
        told.append(f"{milliseconds_text(taken)} (median, hooks included)")
    if mark is not None:
        told.append(mark.tag)
    outline = "plain" if mark is None else mark.outline
    return _box(box, texts, told, outline=outline, share=share)


def _join(box: Box, cell: CellDescription | None, *, read: set[str], nodes: int) -> GraphBox:
    outputs = [f"node {number}" for number in range(nodes) if str(number) not in read]
    told = [f"The outputs side by side: {', '.join(outputs)}", "Mixed by a 1x1 convolution."]
    lines = ["concat, conv1x1"]
    if cell is not None:
        cost = cell.cost.join
        lines.append(f"{short(cost.macs)} MACs, {share_text(macs_share(cell, cost))}")
        told.append(cost_told(cell, cost))
    return _plain(box, "join", lines, told)


def _answer(box: Box, cell: CellDescription | None) -> GraphBox:
    told = [
        "What the cell answers",
        "In the space of high: the head labels it, and the next frame reads it as prev_high.",
    ]
    if cell is None:
        return _plain(box, "answer", ["to the head,", "next prev_high"], told)
    lines = [_narrow(cell.grid), "to the head,", "next prev_high"]
    if cell.is_eased_in:
        told.append(f"It begins as {cell.base}; learned weights per channel then let the nodes in.")
    else:
        told.append(f"Untrained it is exactly {cell.base}.")
    return _plain(box, "answer", lines, told)


def macs_share(cell: CellDescription, cost: PartCost) -> float:
    """The share of a part in all MACs of a frame of the cell."""
    return cost.macs / cell.cost.macs_steady if cell.cost.macs_steady else 0.0


def share_text(share: float) -> str:
    """A share in percent: `8.1 %`."""
    return f"{100 * share:.1f} %"


def cost_told(cell: CellDescription, cost: PartCost) -> str:
    """Parameters and MACs of a part, exactly."""
    return (
        f"{cost.parameters:,} parameters, {cost.macs:,} MACs "
        f"({share_text(macs_share(cell, cost))} of a frame of the cell)"
    )


def _halves(node: Node) -> list[tuple[str, str, str]]:
    return [("a", node.left, node.left_op), ("b", node.right, node.right_op)]


def _half(source: str, op: str) -> str:
    if op == "identity":
        return f"{source_name(source)}, {OP_MEANINGS[op]}"
    return f"{op} of {source_name(source)}: {OP_MEANINGS[op]}"


def _narrow(shape: MapShape) -> str:
    return str(shape).replace(" ", "")


def _plain(
    box: Box, title: str, lines: list[str], told: list[str], *, outline: Outline = "plain"
) -> GraphBox:
    looks: list[Look] = ["title", "faint", "faint", "faint"]
    texts = [
        _text(_LEFT, y, text, look)
        for y, text, look in zip(_LINES, [title, *lines], looks, strict=False)
    ]
    return _box(box, texts, told, outline=outline)


def _box(
    box: Box,
    texts: list[GraphText],
    told: list[str],
    *,
    outline: Outline,
    share: float | None = None,
) -> GraphBox:
    return {
        "id": box.id,
        "kind": box.kind,
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
        "look": outline,
        "texts": texts,
        "share": share,
        "told": told,
    }


def _text(x: float, y: float, text: str, look: Look, *, end: bool = False) -> GraphText:
    return {"x": x, "y": y, "text": text, "look": look, "end": end}
