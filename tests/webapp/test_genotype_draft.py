import json

import pytest
from hypothesis import given

from core.genotype import Genotype, InvalidGenotype, Node
from core.named_genotypes import NAMED
from tests.core.genotypes import genotypes, one_node
from webapp.genotype_address import json_within, nodes_text
from webapp.genotype_draft import (
    Draft,
    draft_json,
    read_draft,
    source_choices,
    with_another_node,
    with_field,
    without_node,
)

CORRECT = NAMED["correct"].nodes
PAST_ONLY = json.dumps(one_node(right="prev_low"))


@given(genotypes)
def test_an_address_holds_a_cell_as_it_was_written(genotype: Genotype) -> None:
    document = json_within(nodes_text(genotype.nodes, name="mine"))
    assert document is not None
    assert read_draft(document) == Draft(genotype.nodes, genotype, name="mine")
    assert set(nodes_text(genotype.nodes)) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_plain_json_in_an_address_is_read_too() -> None:
    assert json_within(draft_json(CORRECT)) == draft_json(CORRECT).encode()


@pytest.mark.parametrize("text", ["", "blend", "model:1", "????", "eyJ", "e30=x", "x" * 3_000_000])
def test_other_text_holds_no_json_object(text: str) -> None:
    found = json_within(text)
    assert found is None or found.startswith(b"{")


def test_nodes_that_lack_a_frame_are_drawn_with_what_they_lack() -> None:
    draft = read_draft(PAST_ONLY)
    assert draft.genotype is None
    assert len(draft.nodes) == 1
    assert draft.problem.startswith("No node reads anything of the current frame")


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (one_node(left_op="conv9x9"), "left_op is 'conv9x9'; one of identity"),
        (one_node(left="3"), "Node 0 reads '3', which is no earlier node"),
        (one_node(right=0), "Node 0 reads itself"),
        (one_node() | {"version": 2}, "version is 2; this program reads version 1"),
        (one_node() | {"nodes": one_node()["nodes"] * 10_000}, "10000 nodes; 1 to 8 are allowed"),
        (one_node() | {"nodes": []}, "0 nodes"),
        (one_node() | {"key": "0" * 16}, "key is '0000000000000000', but that of these nodes"),
        (one_node() | {"name": "<b>x</b>"}, "name is '<b>x</b>'; a short text without slashes"),
        (one_node(right="prev_low") | {"author": "me"}, "has the key 'author'"),
        (one_node(right="prev_low") | {"version": 2}, "version is 2"),
        ({}, "lacks the key 'version'"),
    ],
)
def test_what_cannot_even_be_drawn_is_refused(document: object, said: str) -> None:
    with pytest.raises(InvalidGenotype) as refused:
        read_draft(json.dumps(document, separators=(",", ":")))
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["", "x", "[]", "{", b"\xff", '{"a": NaN}'])
def test_what_is_no_json_object_is_refused(text: str | bytes) -> None:
    with pytest.raises(InvalidGenotype, match="cannot be read"):
        read_draft(text)


def test_one_field_changes_and_the_rest_stays() -> None:
    changed = with_field(CORRECT, 2, "left_op", "conv1x1")
    assert changed[2].left_op == "conv1x1"
    assert [n for n in range(4) if changed[n] != CORRECT[n]] == [2]


def test_a_new_node_reads_the_last_one_and_the_cell_stays_one() -> None:
    nodes = CORRECT
    while len(nodes) < 8:
        nodes = with_another_node(nodes)
        assert nodes[-1].left == str(len(nodes) - 2)
        assert Draft.of(nodes).genotype is not None


def test_what_read_a_removed_node_reads_what_its_left_half_read() -> None:
    nodes = (
        Node("prev_high", "low", "identity", "sep3x3", "sum"),
        Node("0", "low", "identity", "sep3x3", "sum"),
        Node("1", "0", "identity", "sep3x3", "sum"),
    )
    assert without_node(nodes, 1) == (
        Node("prev_high", "low", "identity", "sep3x3", "sum"),
        Node("0", "0", "identity", "sep3x3", "sum"),
    )
    assert without_node(nodes, 0)[0].left == "prev_high"


@given(genotypes)
def test_removing_any_node_leaves_nodes_that_can_be_drawn(genotype: Genotype) -> None:
    for number in range(len(genotype.nodes)):
        if len(genotype.nodes) == 1:
            continue
        left = without_node(genotype.nodes, number)
        for place, node in enumerate(left):
            assert {node.left, node.right} <= set(source_choices(place))
