import random
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.pareto import hypervolume, pareto_front, reference_point

Points = list[tuple[float, ...]]


def drawn(seed: int, dimensions: int, count: int, *, levels: int = 0) -> Points:
    """Random points in 0..1; on a few levels only where equal coordinates are wanted."""
    rng = random.Random(seed)
    gain = (lambda: rng.randint(0, levels) / levels) if levels else rng.random
    return [tuple(gain() for _ in range(dimensions)) for _ in range(count)]


def beats(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a != b and all(x >= y for x, y in zip(a, b, strict=True))


def cells_reached(points: Points, reference: tuple[float, ...]) -> float:
    """The volume by brute force: every box of the grid that the coordinates span is looked at."""
    axes = [
        sorted({level, *(point[axis] for point in points if point[axis] > level)})
        for axis, level in enumerate(reference)
    ]
    total = 0.0
    for box in product(*(list(pairwise(axis)) for axis in axes)):
        if any(all(p >= high for p, (_, high) in zip(point, box, strict=True)) for point in points):
            volume = 1.0
            for low, high in box:
                volume *= high - low
            total += volume
    return total


few = settings(max_examples=40)
several = st.builds(
    drawn,
    st.integers(0, 2**32),
    st.integers(1, 4),
    st.integers(0, 7),
    levels=st.sampled_from([0, 1, 3]),
)


@few
@given(several)
def test_the_front_is_what_nothing_beats_and_equal_points_count_once(points: Points) -> None:
    wanted = [
        n
        for n, point in enumerate(points)
        if not any(beats(other, point) for other in points) and point not in points[:n]
    ]
    assert pareto_front(points) == wanted


@few
@given(several, st.sampled_from([0.0, 0.25, -0.5]))
def test_the_volume_is_that_of_all_boxes_of_the_grid(points: Points, level: float) -> None:
    reference = (level,) * (len(points[0]) if points else 3)
    assert hypervolume(points, reference) == pytest.approx(cells_reached(points, reference))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_the_volume_is_the_share_of_random_places_that_are_reached(dimensions: int) -> None:
    points, places = drawn(1, dimensions, 40), drawn(2, dimensions, 4000)
    reached = sum(
        any(point == place or beats(point, place) for point in points) for place in places
    )
    assert hypervolume(points, (0.0,) * dimensions) == pytest.approx(
        reached / len(places), abs=0.03
    )


@few
@given(several, st.randoms())
def test_the_volume_knows_no_order_and_only_the_front_counts(
    points: Points, rng: random.Random
) -> None:
    reference = (0.1,) * (len(points[0]) if points else 2)
    volume = hypervolume(points, reference)
    mixed = rng.sample(points, len(points))
    assert hypervolume(mixed, reference) == pytest.approx(volume)
    front = [points[number] for number in pareto_front(points)]
    assert hypervolume(front, reference) == pytest.approx(volume)


@few
@given(several)
def test_one_more_point_never_takes_volume_away(points: Points) -> None:
    if not points:
        return
    reference = (0.0,) * len(points[0])
    assert hypervolume(points, reference) >= hypervolume(points[1:], reference) - 1e-12


def test_a_point_that_is_no_better_than_the_reference_somewhere_adds_nothing() -> None:
    assert hypervolume([], (0.0, 0.0)) == 0
    assert hypervolume([(0.9, 0.0, 0.9), (2.0, -1.0, 2.0)], (0.0, 0.0, 0.0)) == 0
    assert hypervolume([(0.5, 0.4), (0.4, 0.5)], (0.0, 0.0)) == pytest.approx(0.24)


def test_points_of_other_coordinates_are_refused() -> None:
    with pytest.raises(ValueError, match="same coordinates"):
        hypervolume([(1.0, 1.0)], (0.0, 0.0, 0.0))
    with pytest.raises(ValueError, match="different numbers"):
        pareto_front([(1.0,), (1.0, 2.0)])


def test_the_reference_is_a_cell_that_spares_nothing() -> None:
    every = ("accuracy", "stability", "macs", "latency")
    assert reference_point("light", every) == (0.0, 0.0, -1.0, -1.0)
    assert reference_point("full", every) == reference_point("any", every) == (0.0, 0.0, -2.0, -2.0)
    assert reference_point("light", ("macs", "accuracy")) == (-1.0, 0.0)
