"""The boxes of a cell's graph in columns: what is right of what, and in which order from the top.

Nodes stand in columns, each right of all it reads. What is read across a column gets a lane there:
a place of its own between the boxes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.genotype import INPUTS, Node

JOIN, ANSWER = "join", "answer"
"""The boxes behind the nodes: where several outputs meet, and what the cell gives."""

_ROUNDS = 24


@dataclass(frozen=True)
class Reading:
    """One thing read.

    Attributes:
        source: The box it comes from: an input's name, a node's number as text, or `JOIN`.
        target: The box that reads it.
        rank: Which of the target's ways in, from the top: 0 and 1 are a node's left and right.
    """

    source: str
    target: str
    rank: int


@dataclass(frozen=True)
class Link:
    """The part of a reading between two neighbouring columns; `rank` is that of its end."""

    begin: str
    end: str
    rank: int


@dataclass(frozen=True)
class Columns:
    """Boxes and lanes in columns.

    Attributes:
        readings: Everything that is read.
        column: Box -> its column.
        members: Boxes and lanes of every column, from the top.
        links: Per column what comes from the column before.
    """

    readings: tuple[Reading, ...]
    column: dict[str, int]
    members: list[list[str]]
    links: list[list[Link]]

    def crossings(self) -> int:
        """How many pairs of links cross."""
        place = {name: number for names in self.members for number, name in enumerate(names)}
        count = 0
        for links in self.links:
            ends = [(place[link.begin], (place[link.end], link.rank)) for link in links]
            for number, (begin, end) in enumerate(ends):
                count += sum(
                    (begin < other and end > last) or (begin > other and end < last)
                    for other, last in ends[:number]
                )
        return count


def lane(source: str, column: int) -> str:
    """The name of what runs from a box through a column."""
    return f"{source}>{column}"


def arrange(nodes: Sequence[Node]) -> Columns:
    """Puts the nodes of a cell, all four inputs and what comes after the nodes into columns.

    The inputs keep their order; the others are ordered so that few links cross.

    Args:
        nodes: Each reads inputs and nodes before it.
    """
    readings = tuple(_readings(nodes))
    column = dict.fromkeys(INPUTS, 0)
    for reading in readings:  # what a box reads has its place before it
        after = column[reading.source] + 1
        column[reading.target] = max(column.get(reading.target, 0), after)
    members: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
    for box, number in column.items():
        members[number].append(box)
    columns = Columns(readings, column, members, [[] for _ in members])
    _link(columns)
    _order(columns)
    return columns


def _readings(nodes: Sequence[Node]) -> Iterator[Reading]:
    """What is read comes before what reads it."""
    for number, node in enumerate(nodes):
        yield Reading(node.left, str(number), 0)
        yield Reading(node.right, str(number), 1)
    read = {source for node in nodes for source in (node.left, node.right)}
    outputs = [str(number) for number in range(len(nodes)) if str(number) not in read]
    if len(outputs) == 1:
        yield Reading(outputs[0], ANSWER, 0)
        return
    for rank, output in enumerate(outputs):
        yield Reading(output, JOIN, rank)
    yield Reading(JOIN, ANSWER, 0)


def _link(columns: Columns) -> None:
    for reading in columns.readings:
        before, last = reading.source, columns.column[reading.target]
        for number in range(columns.column[reading.source] + 1, last):
            through = lane(reading.source, number)
            if through not in columns.members[number]:  # shared by all who read the source
                columns.members[number].append(through)
                columns.links[number].append(Link(before, through, 0))
            before = through
        columns.links[last].append(Link(before, reading.target, reading.rank))


def _order(columns: Columns) -> None:
    for _ in range(_ROUNDS):
        before = columns.crossings()
        for number in range(1, len(columns.members)):
            _order_by_what_is_read(columns, number)
        _swap_neighbours(columns)
        if columns.crossings() >= before:
            return


def _order_by_what_is_read(columns: Columns, number: int) -> None:
    """Orders a column by the mean place of what its members read, unless more links cross then."""
    place = {name: place for place, name in enumerate(columns.members[number - 1])}
    old, before = list(columns.members[number]), columns.crossings()

    def mean(name: str) -> float:
        read = [place[link.begin] for link in columns.links[number] if link.end == name]
        return sum(read) / len(read)

    columns.members[number].sort(key=mean)
    if columns.crossings() > before:
        columns.members[number][:] = old


def _swap_neighbours(columns: Columns) -> None:
    """Swaps neighbours within columns for as long as fewer links cross then."""
    is_better = True
    while is_better:
        is_better = False
        for names in columns.members[1:]:
            for upper in range(len(names) - 1):
                before = columns.crossings()
                names[upper], names[upper + 1] = names[upper + 1], names[upper]
                if columns.crossings() < before:
                    is_better = True
                else:
                    names[upper], names[upper + 1] = names[upper + 1], names[upper]
