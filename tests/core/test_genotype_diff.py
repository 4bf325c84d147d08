import random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.genotype import Genotype, Node
from core.genotype_diff import diff_genotypes
from tests.core.genotypes import genotypes, rewritten

PAST = Node("prev_high", "low", "identity", "sep3x3", "gate")


@settings(max_examples=60)
@given(genotype=genotypes, seed=st.integers(0, 2**32))
def test_a_genotype_written_differently_has_the_same_nodes(genotype: Genotype, seed: int) -> None:
    again = rewritten(genotype, random.Random(seed))
    found = diff_genotypes(genotype, again)
    assert (found.only_a, found.only_b) == ((), ())
    for a, b in found.same:
        one, other = genotype.nodes[a], again.nodes[b]
        assert one.combine == other.combine
        assert {one.left_op, one.right_op} == {other.left_op, other.right_op}


@settings(max_examples=60)
@given(a=genotypes, b=genotypes)
def test_every_node_is_named_once_and_sides_can_be_swapped(a: Genotype, b: Genotype) -> None:
    found, mirrored = diff_genotypes(a, b), diff_genotypes(b, a)
    assert sorted([*(i for i, _ in found.same), *found.only_a]) == list(range(len(a.nodes)))
    assert sorted([*(j for _, j in found.same), *found.only_b]) == list(range(len(b.nodes)))
    assert len(mirrored.same) == len(found.same)


def test_what_a_node_reads_belongs_to_it() -> None:
    a = Genotype((PAST, Node("0", "high", "identity", "conv1x1", "sum")))
    b = Genotype((Node("low", "prev_high", "sep3x3", "identity", "gate"), a.nodes[1]))
    found = diff_genotypes(a, b)
    assert (found.same, found.only_a, found.only_b) == ((), (0, 1), (0, 1))


def test_halves_of_a_symmetric_combine_are_one_node_in_either_order() -> None:
    a = Genotype((PAST, Node("0", "high", "identity", "conv1x1", "sum")))
    b = Genotype((PAST, Node("high", "0", "conv1x1", "identity", "sum")))
    assert diff_genotypes(a, b).same == ((0, 0), (1, 1))


def test_two_equal_nodes_pair_with_two_not_one() -> None:
    found = diff_genotypes(Genotype((PAST, PAST)), Genotype((PAST,)))
    assert (found.same, found.only_a, found.only_b) == (((0, 0),), (1,), ())
