import random
from itertools import pairwise

import pytest
from hypothesis import given, settings

from core.genotype import INPUTS, Genotype, Node
from core.named_genotypes import NAMED
from core.space import Space, sample
from tests.core.genotypes import genotypes
from webapp.genotype_columns import ANSWER, JOIN, arrange
from webapp.genotype_layout import Box, Layout, lay_out

CHAIN = (
    Node("prev_high", "low", "identity", "identity", "sum"),
    *(Node(str(n), "low", "identity", "identity", "sum") for n in range(7)),
)


def bends(layout: Layout) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return [pair for wire in layout.wires for pair in list(pairwise(wire.points))[::2]]


def runs(layout: Layout) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight parts of wires."""
    return [pair for wire in layout.wires for pair in list(pairwise(wire.points))[1::2]]


def overlap(a: Box, b: Box) -> bool:
    apart_x = a.x + a.width <= b.x or b.x + b.width <= a.x
    return not (apart_x or a.y + a.height <= b.y or b.y + b.height <= a.y)


def assert_readable(layout: Layout) -> None:
    boxes = layout.boxes
    assert [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if overlap(a, b)] == []
    for (left, y), (right, end) in runs(layout):
        assert y == end
        assert not [
            box
            for box in boxes
            if box.x < right and left < box.x + box.width and box.y <= y <= box.y + box.height
        ]
    for (left, _), (right, _) in bends(layout):
        assert not [box for box in boxes if box.x < right and left < box.x + box.width]
    for box in boxes:
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height
    for wire in layout.wires:
        assert all(0 <= y <= layout.height for _, y in wire.points)


@settings(max_examples=60)
@given(genotypes)
def test_nothing_lies_on_anything_else(genotype: Genotype) -> None:
    assert_readable(lay_out(genotype.nodes))


@pytest.mark.parametrize("name", list(NAMED))
def test_named_cells_are_readable(name: str) -> None:
    assert_readable(lay_out(NAMED[name].nodes))


@settings(max_examples=30)
@given(genotypes)
def test_every_reading_is_one_wire_from_its_source_to_its_place(genotype: Genotype) -> None:
    layout = lay_out(genotype.nodes)
    read = [(r.source, r.target, r.rank) for r in (wire.reading for wire in layout.wires)]
    for number, node in enumerate(genotype.nodes):
        assert read.count((node.left, str(number), 0)) == 1
        assert read.count((node.right, str(number), 1)) == 1
    outputs = [str(number) for number in genotype.outputs]
    end = ANSWER if len(outputs) == 1 else JOIN
    assert [source for source, target, _ in read if target == end] == outputs
    for wire in layout.wires:
        source, target = layout.box(wire.reading.source), layout.box(wire.reading.target)
        assert wire.points[0][0] == source.x + source.width
        assert source.y < wire.points[0][1] < source.y + source.height
        assert wire.points[-1][0] == target.x
        assert target.y < wire.points[-1][1] < target.y + target.height
        assert source.x + source.width < target.x


def test_halves_end_at_their_own_places_left_above_right() -> None:
    layout = lay_out(NAMED["clockwork"].nodes)
    left, right = (wire for wire in layout.wires if wire.reading.target == "0")
    assert (left.reading.rank, right.reading.rank) == (0, 1)
    assert left.points[-1][1] < right.points[-1][1]


def test_all_inputs_stand_on_the_left_in_their_order() -> None:
    layout = lay_out(NAMED["clockwork"].nodes)
    first = [box for box in layout.boxes if box.x == 0]
    assert [box.id for box in sorted(first, key=lambda box: box.y)] == list(INPUTS)


def test_the_answer_is_right_of_everything() -> None:
    for seed in range(8):
        layout = lay_out(sample(Space("extended", 8), random.Random(seed)).nodes)
        answer = layout.box(ANSWER)
        assert answer.x == max(box.x for box in layout.boxes)


def test_a_chain_of_eight_nodes_is_one_row_of_columns() -> None:
    layout = lay_out(CHAIN)
    assert_readable(layout)
    lefts = [layout.box(str(number)).x for number in range(8)]
    assert lefts == sorted(set(lefts))


def test_crossings_are_counted_and_few() -> None:
    columns = arrange(NAMED["clockwork"].nodes)
    assert columns.crossings() == 1  # low is the upper input and the lower half
    columns = arrange((Node("low", "prev_high", "identity", "identity", "sum"),))
    assert columns.crossings() == 0


def test_the_drawing_of_a_cell_is_always_the_same() -> None:
    nodes = sample(Space("extended", 8), random.Random(3)).nodes
    assert lay_out(nodes) == lay_out(nodes)
