"""Several objectives at once: which points nothing beats, and how much they reach together.

Every coordinate is a gain: more is better. What is better when smaller, as a cost, goes in with its
sign turned. It is no part of `core.search` because it decides no result of a search: what it says
may change without a search having to begin anew.
"""

from collections.abc import Sequence
from typing import Any

from core.cost import static_cost
from core.nn.config import StaticConfig
from core.search.config import Objective
from core.space import CellClass

Point = tuple[float, ...]


def reference_point(cell: CellClass, objectives: Sequence[Objective]) -> Point:
    """The point that hypervolumes of a search are measured from; fixed, so that they compare.

    It is the worst that cells of the class are allowed to be, never the worst that was found:
    nothing labelled right (accuracy 0), nothing steady (stability 0), and a cost, in MACs or in
    time, at which the cell spares nothing. For light cells that is the static network's own (1):
    one would rather run that on every frame. A full cell needs the static network on every frame
    and comes on top, so it is twice that (2), also where both classes are searched.

    Args:
        cell: Class of the cells that are searched.
        objectives: Which coordinates, in which order.

    Returns:
        One gain per objective.
    """
    cost = -1.0 if cell == "light" else -2.0
    gains = {"accuracy": 0.0, "stability": 0.0, "macs": cost, "latency": cost}
    return tuple(gains[each] for each in objectives)


def static_macs(prepared: dict[str, Any]) -> int | None:
    """MACs of one frame of a search's static network, which costs of cells are shares of.

    Args:
        prepared: `core.search_records.Search.prepared`.

    Returns:
        None where it is not prepared.
    """
    if not prepared:
        return None
    network = StaticConfig.from_dict(prepared["static"])
    return static_cost(network, height=prepared["height"], width=prepared["width"]).macs


def pareto_front(points: Sequence[Sequence[float]]) -> list[int]:
    """The points that no other point beats, as indices in the order given.

    One point beats another where it is at least as good everywhere and better somewhere. Of equal
    points the first one stands for all.

    Args:
        points: N points of the same number of coordinates.

    Raises:
        ValueError: The points have different numbers of coordinates.
    """
    if len({len(point) for point in points}) > 1:
        raise ValueError("points of different numbers of coordinates cannot be compared")
    front: list[int] = []
    # Whatever beats a point stands before it in this order, and so does the first of equals.
    by_gain = sorted(range(len(points)), key=lambda n: ([-gain for gain in points[n]], n))
    for number in by_gain:
        if not any(_covers(points[kept], points[number]) for kept in front):
            front.append(number)
    return sorted(front)


def hypervolume(points: Sequence[Sequence[float]], reference: Sequence[float]) -> float:
    """The volume of all that some point is at least as good as, above the reference; exact.

    By slices along the last coordinate, down to areas, which a sweep gives. A point that is not
    better than the reference everywhere adds nothing.

    Args:
        points: N points of D coordinates, D >= 1.
        reference: D coordinates.

    Returns:
        The volume, in the product of the coordinates' units.

    Raises:
        ValueError: A point has another number of coordinates than the reference, or it has none.
    """
    if not reference or any(len(point) != len(reference) for point in points):
        raise ValueError(f"points and a reference of the same coordinates are needed: {reference}")
    above = [tuple(p - r for p, r in zip(point, reference, strict=True)) for point in points]
    return _volume([gains for gains in above if min(gains) > 0])


def _covers(a: Sequence[float], b: Sequence[float]) -> bool:
    return all(x >= y for x, y in zip(a, b, strict=True))


def _volume(points: list[Point]) -> float:
    """Volume between the origin and points whose coordinates are all above 0."""
    if not points:
        return 0.0
    if len(points[0]) == 1:
        return max(gain for (gain,) in points)
    if len(points[0]) == 2:
        return _area(points)
    front = [points[number] for number in pareto_front(points)]
    front.sort(key=lambda point: -point[-1])
    floors = [*(point[-1] for point in front[1:]), 0.0]
    return sum(
        (point[-1] - floor) * _volume([each[:-1] for each in front[: n + 1]])
        for n, (point, floor) in enumerate(zip(front, floors, strict=True))
        if point[-1] > floor
    )


def _area(points: list[Point]) -> float:
    area = reached = 0.0
    for x, y in sorted(points, reverse=True):
        area += x * max(0.0, y - reached)
        reached = max(reached, y)
    return area
