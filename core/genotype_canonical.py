"""The one way, out of many, in which equal cells are written down."""

from collections.abc import Collection, Iterator, Sequence

Row = tuple[str, str, str, str, str]
"""A node: left, left_op, right, right_op, combine. Rows are compared as text, field by field."""


def canonical_rows(rows: Sequence[Row], *, symmetric: Collection[str]) -> list[Row]:
    """The smallest encoding of the same nodes.

    Encodings are compared row by row, over all orders in which a node follows those it reads; the
    halves of a symmetric combine stand in the order of their text. Built from the front: each
    place gets the smallest row that can stand there, and only equal rows open several ways, of
    which those that differ by a swap of interchangeable nodes are followed once.

    Args:
        rows: The nodes; a number as text reads the node of that place, other text an input.
        symmetric: Combines whose halves may be swapped.
    """
    readers = [tuple(sorted(_readers(rows, number, symmetric))) for number in range(len(rows))]
    ways: list[dict[str, str]] = [{}]  # old number -> new number
    placed: list[Row] = []
    while len(placed) < len(rows):
        ready = [
            {
                str(number): _renumbered(row, way, symmetric)
                for number, row in enumerate(rows)
                if str(number) not in way and _is_ready(row, way)
            }
            for way in ways
        ]
        smallest = min(row for found in ready for row in found.values())
        followed: list[dict[str, str]] = []
        for way, found in zip(ways, ready, strict=True):
            tied = {readers[int(old)]: old for old, row in found.items() if row == smallest}
            followed += [way | {old: str(len(placed))} for old in tied.values()]
        placed.append(smallest)
        ways = followed
    return placed


def _readers(
    rows: Sequence[Row], number: int, symmetric: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Who reads a node, and how: nodes alike in this and in their row can be swapped."""
    for reader, (left, left_op, right, right_op, combine) in enumerate(rows):
        for source, op, side in ((left, left_op, "left"), (right, right_op, "right")):
            if source == str(number):
                yield reader, op if combine in symmetric else side


def _is_ready(row: Row, way: dict[str, str]) -> bool:
    return all(source in way or not source.isdigit() for source in (row[0], row[2]))


def _renumbered(row: Row, way: dict[str, str], symmetric: Collection[str]) -> Row:
    left, left_op, right, right_op, combine = row
    halves = [(way.get(left, left), left_op), (way.get(right, right), right_op)]
    if combine in symmetric:
        halves.sort()
    return *halves[0], *halves[1], combine
