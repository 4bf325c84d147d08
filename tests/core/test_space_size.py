"""The count of wirings against lists of all of them."""

from itertools import combinations_with_replacement, product

import pytest

from core.genotype_canonical import canonical_rows
from core.space_size import count_cells


def listed(nodes: int, *, inputs: int, ops: int, symmetric: int, ordered: int) -> int:
    """Counts canonical forms one by one."""
    joins = [f"free{n}" for n in range(symmetric)], [f"fixed{n}" for n in range(ordered)]
    per_node = []
    for number in range(nodes):
        sources = [f"input{n}" for n in range(inputs)] + [str(n) for n in range(number)]
        halves = list(product(sources, [f"op{n}" for n in range(ops)]))
        free = combinations_with_replacement(halves, 2)
        rows = [(*a, *b, join) for (a, b), join in product(free, joins[0])]
        rows += [(*a, *b, join) for a, b, join in product(halves, halves, joins[1])]
        per_node.append(rows)
    return len({tuple(canonical_rows(rows, symmetric=joins[0])) for rows in product(*per_node)})


@pytest.mark.parametrize(
    "numbers",
    [
        (1, 1, 1, 0, 1),
        (1, 3, 2, 2, 3),
        (2, 2, 2, 1, 1),
        (2, 3, 1, 0, 1),
        (3, 1, 1, 1, 1),
        (3, 2, 1, 1, 0),
        (3, 1, 2, 1, 0),
        (4, 1, 1, 1, 0),
        (4, 1, 1, 0, 1),
        (5, 1, 1, 1, 0),
    ],
)
def test_the_count_is_that_of_the_list_of_all(numbers: tuple[int, int, int, int, int]) -> None:
    nodes, inputs, ops, symmetric, ordered = numbers
    kinds = {"inputs": inputs, "ops": ops, "symmetric": symmetric, "ordered": ordered}
    assert count_cells(nodes, **kinds) == listed(nodes, **kinds)


def test_six_nodes_where_four_may_trade_places_in_a_ring() -> None:
    # The list of all 56,700 ways has 6,430 different ones; making it takes seconds.
    assert count_cells(6, inputs=1, ops=1, symmetric=1, ordered=0) == 6430


def test_nothing_to_read_or_to_join_makes_no_cell() -> None:
    assert count_cells(3, inputs=0, ops=4, symmetric=1, ordered=1) == 0
    assert count_cells(3, inputs=2, ops=4, symmetric=0, ordered=0) == 0
