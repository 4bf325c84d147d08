"""The canonical form against all permutations, and what must not change it."""

import random
from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.genotype import SYMMETRIC, Genotype, InvalidGenotype, Node
from tests.core.genotypes import drawn, genotypes, renumbered, rewritten


def by_all_permutations(genotype: Genotype) -> Genotype:
    """The smallest of all sound encodings of the same cell, each of them tried."""
    found = []
    for order in permutations(range(len(genotype.nodes))):
        for swaps in product((False, True), repeat=len(order)):
            try:
                found.append(renumbered(genotype, list(order), swaps=list(swaps)))
            except InvalidGenotype:
                break  # a forward reference, whatever the swaps
    return min(found, key=_fields)


def _fields(genotype: Genotype) -> list[tuple[str, ...]]:
    return [(n.left, n.left_op, n.right, n.right_op, n.combine) for n in genotype.nodes]


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), nodes=st.integers(1, 4), alike=st.booleans())
def test_the_canonical_form_is_the_smallest_of_all_encodings(
    seed: int, nodes: int, alike: bool
) -> None:
    genotype = drawn(seed, nodes, alike)
    assert genotype.canonical == by_all_permutations(genotype)


@settings(max_examples=200)
@given(genotype=genotypes, seed=st.integers(0, 2**32))
def test_numbering_and_the_order_of_symmetric_halves_do_not_change_the_key(
    genotype: Genotype, seed: int
) -> None:
    again = rewritten(genotype, random.Random(seed))
    assert again.canonical == genotype.canonical
    assert again.key == genotype.key
    assert sorted(_kinds(again)) == sorted(_kinds(genotype))


def _kinds(genotype: Genotype) -> list[tuple[str, ...]]:
    return [(node.combine, *sorted((node.left_op, node.right_op))) for node in genotype.nodes]


@settings(max_examples=100)
@given(genotype=genotypes)
def test_the_canonical_form_is_its_own(genotype: Genotype) -> None:
    assert genotype.canonical.canonical == genotype.canonical
    assert genotype.canonical.key == genotype.key
    assert len(genotype.canonical.nodes) == len(genotype.nodes)
    assert genotype.canonical.inputs == genotype.inputs
    assert len(genotype.canonical.outputs) == len(genotype.outputs)


def test_different_canonical_forms_have_different_keys() -> None:
    drawn_ones = [drawn(seed, 2, alike=True) for seed in range(500)]
    forms = {genotype.canonical.to_json(): genotype.key for genotype in drawn_ones}
    assert len(set(forms.values())) == len(forms) > 50


@pytest.mark.parametrize("combine", ["gate", "blend", "correlate", "align"])
def test_the_halves_of_other_combines_are_not_alike(combine: str) -> None:
    one = Genotype((Node("low", "prev_high", "identity", "identity", combine),))
    other = Genotype((Node("prev_high", "low", "identity", "identity", combine),))
    assert one.key != other.key


@pytest.mark.parametrize("combine", SYMMETRIC)
def test_an_op_goes_with_its_half(combine: str) -> None:
    one = Genotype((Node("low", "prev_high", "conv1x1", "identity", combine),))
    same = Genotype((Node("prev_high", "low", "identity", "conv1x1", combine),))
    other = Genotype((Node("prev_high", "low", "conv1x1", "identity", combine),))
    assert one.key == same.key != other.key


def test_equal_nodes_are_kept_apart() -> None:
    node = Node("prev_high", "low", "identity", "identity", "sum")
    both = Genotype((node, node, Node("0", "1", "identity", "identity", "product")))
    one = Genotype((node, node, Node("0", "0", "identity", "identity", "product")))
    assert both.key != one.key
    assert len({Genotype((node,) * nodes).key for nodes in range(1, 9)}) == 8


@pytest.mark.parametrize(
    "readers",
    [
        [],
        [("0", "1", "sum"), ("2", "3", "sum"), ("0", "2", "sum")],
        [("0", "1", "gate"), ("2", "3", "gate"), ("4", "0", "gate")],
        [("0", "1", "gate"), ("2", "3", "gate")],
        [("0", "1", "gate"), ("1", "2", "gate"), ("2", "0", "gate")],
        [("0", "0", "sum"), ("1", "1", "sum"), ("2", "2", "sum"), ("3", "3", "sum")],
    ],
    ids=["none read", "a chain of sums", "a chain of gates", "two pairs", "a ring", "one each"],
)
def test_eight_nodes_that_look_alike_have_one_form(readers: list[tuple[str, str, str]]) -> None:
    root = Node("low", "prev_low", "identity", "identity", "sum")
    nodes = [Node(left, right, "identity", "identity", join) for left, right, join in readers]
    genotype = Genotype((*[root] * (8 - len(nodes)), *nodes))
    again = [rewritten(genotype, random.Random(seed)) for seed in range(50)]
    assert {each.key for each in again} == {genotype.key}
