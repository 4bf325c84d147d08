"""How many different cells there are, counted without listing them."""

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import comb, factorial, prod


def count_cells(nodes: int, *, inputs: int, ops: int, symmetric: int, ordered: int) -> int:
    """Counts acyclic wirings of nodes, two that differ by numbering or a free swap being one.

    By Burnside's lemma: the number of classes is the mean, over all permutations of the nodes, of
    the wirings that the permutation leaves as they are. That number depends on the lengths of the
    permutation's cycles alone. Whether every input is read does not matter here.

    Args:
        nodes: How many nodes.
        inputs: How many inputs a node may read besides other nodes.
        ops: How many operations one half may have.
        symmetric: How many combines whose halves may be swapped.
        ordered: How many combines whose halves may not.
    """
    total = 0
    for lengths in _partitions(nodes):
        cycles = {length: lengths.count(length) for length in lengths}
        alike = prod(length**many * factorial(many) for length, many in cycles.items())
        unmoved = _unmoved(cycles, inputs=inputs, ops=ops, symmetric=symmetric, ordered=ordered)
        total += factorial(nodes) // alike * unmoved
    return total // factorial(nodes)


def _partitions(total: int, largest: int | None = None) -> Iterator[tuple[int, ...]]:
    if total == 0:
        yield ()
    for first in range(min(total, largest or total), 0, -1):
        for rest in _partitions(total - first, first):
            yield (first, *rest)


def _unmoved(cycles: dict[int, int], *, inputs: int, ops: int, symmetric: int, ordered: int) -> int:
    """Wirings that a permutation with so many `cycles` of each length leaves as they are.

    Such a wiring is known from one node of every cycle, and it is acyclic where the wiring of
    whole cycles is. By inclusion and exclusion over the cycles that nothing reads.
    """
    lengths = tuple(cycles)

    def contents(length: int, below: tuple[int, ...]) -> int:
        """What a node of a cycle may be when it reads inputs and the cycles `below`.

        Going once around its cycle must bring the node back: either each half to itself, or, in a
        symmetric combine, each half to the other.
        """
        sizes = dict(zip(lengths, below, strict=True))
        stay = sum(size * many for size, many in sizes.items() if length % size == 0)
        trade = sum(
            size * many
            for size, many in sizes.items()
            if length % size and (2 * length) % size == 0
        )
        halves = ops * (inputs + stay)
        pairs = halves * (halves + 1) // 2 + ops * trade // 2
        return ordered * halves**2 + symmetric * pairs

    @cache
    def wirings(counts: tuple[int, ...]) -> int:
        if not any(counts):
            return 1
        total = 0
        for unread in product(*(range(many + 1) for many in counts)):
            if not any(unread):
                continue
            rest = tuple(many - gone for many, gone in zip(counts, unread, strict=True))
            ways = prod(
                comb(many, gone) * contents(length, rest) ** gone
                for length, many, gone in zip(lengths, counts, unread, strict=True)
            )
            total -= (-1) ** sum(unread) * ways * wirings(rest)
        return total

    return wirings(tuple(cycles.values()))
