from typing import Any

import pytest

from core.cell_description import describe_cell
from core.genotype import COMBINES, INPUTS, OPS, Genotype, Node
from core.named_genotypes import NAMED
from core.nn.config import StaticConfig
from webapp.components.cell_graph import GraphBox
from webapp.genotype_columns import ANSWER, JOIN
from webapp.genotype_facts import cell_facts, uncounted_line
from webapp.genotype_graph import Mark, graph_boxes
from webapp.genotype_layout import lay_out
from webapp.genotype_parts import cell_parts
from webapp.genotype_timing_data import CellTimes
from webapp.genotype_words import (
    COMBINE_MEANINGS,
    FRAMES,
    INPUT_MEANINGS,
    OP_MEANINGS,
    is_extended,
    milliseconds_text,
    short,
    source_name,
)

STATIC = StaticConfig(num_classes=11)
TWO_OUTPUTS = Genotype(
    (
        Node("prev_low", "low", "conv1x1", "sep3x3", "product"),
        Node("prev_high", "low", "global_pool", "sep3x3", "gate"),
    )
)
_WIDTHS = {"title": 6.9, "word": 6.4, "plain": 6.2, "faint": 5.7, "number": 6.0}
"""Pixels that a letter of each look takes in the mean."""

MEASURED = {"low_p50_ms": 4.0, "high_p50_ms": 9.0, "head_p50_ms": 1.0}


def drawn(
    genotype: Genotype, *, is_counted: bool = True, height: int = 360, **options: Any
) -> dict[str, GraphBox]:
    size = {"height": height, "width": 4 * height // 3}
    cell = describe_cell(genotype, STATIC, **size) if is_counted else None
    values: dict[str, Any] = {"times": None, "marks": {}} | options
    boxes = graph_boxes(genotype.nodes, cell, layout=lay_out(genotype.nodes), **values)
    return {box["id"]: box for box in boxes}


def words(box: GraphBox) -> list[str]:
    return [text["text"] for text in box["texts"]]


def times(genotype: Genotype) -> CellTimes:
    nodes = tuple(float(number + 1) for number in range(len(genotype.nodes)))
    return CellTimes(0.0, {}, MEASURED, nodes, projections=0.5, join=0.25)


def test_every_word_of_a_genotype_has_a_meaning() -> None:
    assert set(OP_MEANINGS) == set(OPS["extended"])
    assert set(COMBINE_MEANINGS) == set(COMBINES["extended"])
    assert set(INPUT_MEANINGS) == set(FRAMES) == set(INPUTS)


def test_words_of_the_extended_space_are_known() -> None:
    assert is_extended("align")
    assert is_extended("max_pool3x3")
    assert not any(map(is_extended, ("sum", "sep3x3", "low", "0", "prev_high")))
    assert (source_name("low"), source_name("3")) == ("low", "node 3")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (853, "853"),
        (999.6, "1.00 k"),
        (2640, "2.64 k"),
        (12_440_000, "12.4 M"),
        (368_300_000, "368 M"),
        (1_140_000_000, "1.14 G"),
        (99_960, "100 k"),
    ],
)
def test_counts_have_three_digits(number: float, shown: str) -> None:
    assert short(number) == shown


def test_times_have_three_digits() -> None:
    assert (milliseconds_text(0.714), milliseconds_text(12.34)) == ("0.71 ms", "12.3 ms")


def test_a_node_shows_its_ops_shape_parameters_macs_and_share() -> None:
    cell = describe_cell(NAMED["propagate"], STATIC, height=360, width=480)
    node = drawn(NAMED["propagate"])["0"]
    cost = cell.cost.nodes[0]
    assert node["share"] == cost.macs / cell.cost.macs_steady
    assert words(node) == [
        "0",
        "correlate",
        "a",
        "identity",
        "b",
        "identity",
        "48x45x60",
        f"{short(cost.parameters)} par.",
        f"{short(cost.macs)} MACs",
        f"{100 * cost.macs / cell.cost.macs_steady:.1f} %",
    ]
    told = " ".join(node["told"])
    assert f"{cost.macs:,} MACs" in told
    assert "a = prev_low, as it is" in told


def test_a_timed_node_shows_its_milliseconds() -> None:
    boxes = drawn(NAMED["propagate"], times=times(NAMED["propagate"]))
    assert "2.00 ms" in words(boxes["1"])
    assert "2.00 ms (median, hooks included)" in boxes["1"]["told"]


def test_inputs_say_their_frame_and_shape_or_that_nothing_reads_them() -> None:
    boxes = drawn(NAMED["clockwork"])
    assert words(boxes["low"]) == ["low", "this frame", "16x90x120"]
    assert words(boxes["prev_high"]) == ["prev_high", "the frame before", "48x45x60"]
    assert words(boxes["high"])[-1] == "not read"
    assert (boxes["low"]["look"], boxes["high"]["look"]) == ("plain", "idle")
    assert "Projected 1x1 to 48 channels on the cell's grid." in boxes["low"]["told"]
    compared = drawn(NAMED["propagate"])["prev_low"]["told"]
    assert "Compared at its own resolution, without a projection." in compared


def test_several_outputs_meet_in_a_join() -> None:
    boxes = drawn(TWO_OUTPUTS)
    assert "node 0, node 1" in boxes[JOIN]["told"][0]
    assert "MACs" in words(boxes[JOIN])[-1]
    assert "It begins as prev_high; learned weights" in " ".join(boxes[ANSWER]["told"])
    assert JOIN not in drawn(NAMED["clockwork"])


def test_nodes_that_are_no_cell_yet_are_drawn_without_costs() -> None:
    boxes = drawn(NAMED["propagate"], is_counted=False)
    assert all(box["share"] is None for box in boxes.values())
    assert "correlate" in words(boxes["0"])


def test_a_comparison_is_said_by_outline_and_in_words() -> None:
    marks = {0: Mark("shared", "in both"), 1: Mark("own", "only here")}
    boxes = drawn(NAMED["propagate"], marks=marks)
    assert [boxes[str(n)]["look"] for n in range(3)] == ["shared", "own", "plain"]
    assert "in both" in words(boxes["0"])
    assert boxes["1"]["told"][-1] == "only here"


@pytest.mark.parametrize("height", [360, 1080])
@pytest.mark.parametrize("genotype", [*NAMED.values(), TWO_OUTPUTS])
def test_texts_stay_within_their_boxes_and_apart(genotype: Genotype, height: int) -> None:
    for box in drawn(genotype, height=height, times=times(genotype)).values():
        ends: dict[float, float] = {}
        for text in sorted(box["texts"], key=lambda each: each["end"]):
            wide = _WIDTHS[text["look"]] * len(text["text"])
            left = text["x"] - wide if text["end"] else text["x"]
            assert 0 < text["y"] < box["height"]
            assert left >= ends.get(text["y"], 0.0)
            assert left + wide <= box["width"]
            ends[text["y"]] = left + wide


@pytest.mark.parametrize("genotype", [*NAMED.values(), TWO_OUTPUTS])
def test_the_parts_add_up_to_a_frame_of_the_cell(genotype: Genotype) -> None:
    cell = describe_cell(genotype, STATIC, height=360, width=480)
    parts = cell_parts(cell, None)
    assert sum(part.cost.macs for part in parts) == cell.cost.macs_steady
    assert all(part.milliseconds is None for part in parts)
    timed = cell_parts(cell, times(genotype))
    assert all(part.milliseconds is not None for part in timed)


def test_the_facts_are_those_of_the_cost() -> None:
    cell = describe_cell(NAMED["propagate"], STATIC, height=360, width=480)
    facts = {fact.label: fact for fact in cell_facts(cell)}
    cost = cell.cost
    assert f"{cost.cell.parameters:,} parameters" in facts["Cell"].meaning
    assert f"{cost.parameters:,} as deployed" in facts["Whole model"].meaning
    assert f"{cost.macs_steady:,} multiply" in facts["Frame of the cell"].meaning
    assert f"{cost.macs_key:,} multiply" in facts["Key frame"].meaning
    assert facts["Against static"].text == f"{100 * cost.macs_steady / cost.macs_key:.0f} %"
    assert f"{cost.state_bytes:,} bytes" in facts["State"].meaning
    assert "softmax of a correlation" in uncounted_line(cell)
