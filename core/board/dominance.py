"""Two numbers of every row against each other: rows beaten beyond doubt, and the front."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from core.board.columns import COLUMNS
from core.board.row import Row
from core.metrics.statistics import ENOUGH_SEEDS
from core.pareto import pareto_front


@dataclass(frozen=True)
class Point:
    """A row in the plane of two metrics.

    Attributes:
        row: The row.
        x: Mean of the first metric.
        y: Mean of the second.
        x_interval: 95% interval; None with fewer than two seeds.
        y_interval: The same of the second.
        is_dominated: Another row of its setting is better in both, beyond both intervals.
        is_front: No other row of its setting has both means better.
    """

    row: Row
    x: float
    y: float
    x_interval: tuple[float, float] | None
    y_interval: tuple[float, float] | None
    is_dominated: bool
    is_front: bool


def points(rows: Sequence[Row], x: str, y: str) -> list[Point]:
    """The rows that have both metrics; rows of different settings are never compared.

    A row is dominated where both its intervals lie wholly on the worse side of those of one other
    row, and both rows have at least three seeds in both metrics.
    """
    found: list[Point] = []
    for setting in dict.fromkeys(row.texts["setting"] for row in rows):
        alike = [
            row
            for row in rows
            if row.texts["setting"] == setting and x in row.means and y in row.means
        ]
        front = set(pareto_front([(_gain(r.means[x], x), _gain(r.means[y], y)) for r in alike]))
        beaten = _dominated(alike, x, y)
        found += [
            Point(
                row,
                row.means[x],
                row.means[y],
                row.interval(x),
                row.interval(y),
                is_dominated=number in beaten,
                is_front=number in front,
            )
            for number, row in enumerate(alike)
        ]
    return found


def _dominated(rows: Sequence[Row], x: str, y: str) -> set[int]:
    """Numbers of the rows that are beaten; by a sweep from the best on x."""
    sure: dict[int, tuple[tuple[float, float], tuple[float, float]]] = {}
    for number, row in enumerate(rows):
        on_x, on_y = _gains(row, x), _gains(row, y)
        if on_x is not None and on_y is not None:
            sure[number] = on_x, on_y
    order = sorted(sure.values(), key=lambda each: -each[0][0])
    worst_x = [-on_x[0] for on_x, _ in order]  # rising
    best_y: list[float] = []
    for _, on_y in order:
        best_y.append(max(on_y[0], best_y[-1]) if best_y else on_y[0])
    beaten = set()
    for number, (on_x, on_y) in sure.items():
        ahead = bisect_left(worst_x, -on_x[1])  # those whose worst x is above this one's best
        if ahead and best_y[ahead - 1] > on_y[1]:
            beaten.add(number)
    return beaten


def _gains(row: Row, key: str) -> tuple[float, float] | None:
    """The interval as gains, low to high; None under three seeds."""
    found = row.details.get("spreads", {}).get(key)
    if found is None or found[0] < ENOUGH_SEEDS:
        return None
    ends = _gain(found[2], key), _gain(found[3], key)
    return min(ends), max(ends)


def _gain(value: float, key: str) -> float:
    return -value if COLUMNS[key].better == "lower" else value
