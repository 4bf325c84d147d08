"""Where the boxes and wires of a cell's graph lie: inputs on the left, the answer on the right.

A wire that has to pass a column runs straight between its boxes, in a lane of its own; it bends
only between columns. So nothing lies on anything else. Lengths are pixels at scale 1, y grows
downwards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.genotype import INPUTS, Node
from webapp.genotype_columns import ANSWER, JOIN, Columns, Reading, arrange, lane

Point = tuple[float, float]

_SIZES = {
    "input": (112.0, 60.0),
    "node": (150.0, 132.0),
    JOIN: (124.0, 78.0),
    ANSWER: (112.0, 78.0),
}
_LANE_SIZE = (0.0, 0.0)
_HALVES = (45.0, 65.0)
"""How far below the upper edge of a node its left and its right half begin."""

_JOINED = 15.0  # between two wires that end in the join
_BETWEEN_COLUMNS, _BETWEEN_BOXES, _BETWEEN_LANES = 42.0, 16.0, 10.0
_ROUNDS = 24


@dataclass(frozen=True)
class Box:
    """One box.

    Attributes:
        id: The input's name, the node's number as text, `JOIN` or `ANSWER`.
        kind: `input`, `node`, `join` or `answer`.
        x: Its left edge.
        y: Its upper edge.
        width: From left to right.
        height: From top to bottom.
    """

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Wire:
    """One thing read.

    Attributes:
        reading: What reads what.
        points: Its way: from the first point a bend to the second, from there straight on to the
            third, and so on in turns.
    """

    reading: Reading
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Layout:
    """Boxes and wires within `width` x `height`."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    width: float
    height: float

    def box(self, box_id: str) -> Box:
        """The box of that id."""
        return next(box for box in self.boxes if box.id == box_id)


def lay_out(nodes: Sequence[Node]) -> Layout:
    """Places the nodes of a cell, all four inputs, and what comes after the nodes.

    Args:
        nodes: Each reads inputs and nodes before it.
    """
    columns = arrange(nodes)
    lefts = _lefts(columns)
    middles = _middles(columns)
    top = min(middles[name] - _height(name, columns) / 2 for name in middles)
    middles = {name: round(middle - top, 1) for name, middle in middles.items()}
    boxes = tuple(
        Box(
            box,
            _kind(box),
            lefts[column],
            middles[box] - _height(box, columns) / 2,
            _width(box),
            _height(box, columns),
        )
        for box, column in columns.column.items()
    )
    wires = tuple(Wire(each, _way(each, columns, lefts, middles)) for each in columns.readings)
    return Layout(
        boxes,
        wires,
        width=lefts[-1] + _width(ANSWER),
        height=max(middles[name] + _height(name, columns) / 2 for name in middles),
    )


def _kind(name: str) -> str:
    if name in INPUTS:
        return "input"
    return name if name in (JOIN, ANSWER) else "node"


def _is_lane(name: str) -> bool:
    return ">" in name


def _width(name: str) -> float:
    return (_LANE_SIZE if _is_lane(name) else _SIZES[_kind(name)])[0]


def _height(name: str, columns: Columns) -> float:
    if name == JOIN:
        return max(_SIZES[JOIN][1], (_joined(columns) + 1) * _JOINED)
    return (_LANE_SIZE if _is_lane(name) else _SIZES[_kind(name)])[1]


def _joined(columns: Columns) -> int:
    return sum(reading.target == JOIN for reading in columns.readings)


def _way_in(name: str, rank: int, columns: Columns) -> float:
    """How far below the middle of a box or lane one of its ways in is."""
    if name == JOIN:
        return _JOINED * (rank - (_joined(columns) - 1) / 2)
    if _is_lane(name) or _kind(name) != "node":
        return 0.0
    return _HALVES[rank] - _height(name, columns) / 2


def _lefts(columns: Columns) -> list[float]:
    """The left edge of every column."""
    lefts, left = [], 0.0
    for names in columns.members:
        lefts.append(left)
        left += max(map(_width, names)) + _BETWEEN_COLUMNS
    return lefts


def _way(
    reading: Reading, columns: Columns, lefts: Sequence[float], middles: Mapping[str, float]
) -> tuple[Point, ...]:
    first, last = columns.column[reading.source], columns.column[reading.target]
    points = [(lefts[first] + _width(reading.source), middles[reading.source])]
    for column in range(first + 1, last):
        y = middles[lane(reading.source, column)]
        points += [(lefts[column], y), (lefts[column + 1] - _BETWEEN_COLUMNS, y)]
    end = middles[reading.target] + _way_in(reading.target, reading.rank, columns)
    return (*points, (lefts[last], round(end, 1)))


def _middles(columns: Columns) -> dict[str, float]:
    """The middles of boxes and lanes, as near to those of their neighbours as can be."""
    middles: dict[str, float] = {}
    for names in columns.members:
        middles |= _stacked(names, [0.0] * len(names), columns)
    numbers = range(len(columns.members))
    for turn in range(_ROUNDS):
        for number in numbers if turn % 2 == 0 else reversed(numbers):
            names = columns.members[number]
            wanted = [_wanted(name, number, columns, middles) for name in names]
            middles |= _stacked(names, wanted, columns)
    return middles


def _wanted(name: str, number: int, columns: Columns, middles: Mapping[str, float]) -> float:
    """Where the links of a box or lane would be level in the mean."""
    before = columns.links[number]
    after = columns.links[number + 1] if number + 1 < len(columns.links) else []
    pulls = [
        *(middles[x.begin] - _way_in(name, x.rank, columns) for x in before if x.end == name),
        *(middles[x.end] + _way_in(x.end, x.rank, columns) for x in after if x.begin == name),
    ]
    return sum(pulls) / len(pulls) if pulls else middles[name]


def _stacked(names: Sequence[str], wanted: Iterable[float], columns: Columns) -> dict[str, float]:
    """The middles nearest to the wanted ones (least squares) where nothing overlaps.

    Without the room that those above need, middles must only never fall from one to the next;
    groups whose wishes cross share their mean (pool adjacent violators).
    """
    offsets = [0.0]
    for upper, lower in pairwise(names):
        gap = _BETWEEN_LANES if _is_lane(upper) and _is_lane(lower) else _BETWEEN_BOXES
        room = (_height(upper, columns) + _height(lower, columns)) / 2 + gap
        offsets.append(offsets[-1] + room)
    groups: list[list[float]] = []
    for wish, offset in zip(wanted, offsets, strict=True):
        groups.append([wish - offset])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            groups[-2:] = [groups[-2] + groups[-1]]
    means = [_mean(group) for group in groups for _ in group]
    places = [mean + offset for mean, offset in zip(means, offsets, strict=True)]
    return dict(zip(names, places, strict=True))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
