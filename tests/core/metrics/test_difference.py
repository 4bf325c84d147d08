"""Differences of means against scipy 1.17.1 (ttest_rel, ttest_ind) and against many draws."""

import numpy as np
import pytest

from core.metrics.difference import SeedValue, difference, seeds_pair

ONE, OTHER = [61.2, 60.4, 62.1], [62.9, 62.2, 63.4]
WIDE = [55.0, 60.0, 71.0, 58.5, 64.25]


def _seeded(values: list[float], *, first: int = 0) -> list[SeedValue]:
    return list(enumerate(values, first))


def test_equal_seeds_are_paired_in_whatever_order_they_come() -> None:
    found = difference(_seeded(ONE), _seeded(OTHER)[::-1])
    assert found.method == "paired"
    assert found.freedom == 2
    assert found.value == pytest.approx(1.6)
    assert found.interval == pytest.approx((0.9427589392, 2.2572410608), abs=1e-8)


@pytest.mark.parametrize(
    ("first", "second", "interval", "freedom"),
    [
        (ONE, WIDE, (-7.0560049672, 8.0893383005), 4.2508907852),
        (ONE, OTHER, (-0.1458738619, 3.3458738619), 3.6044090215),
        ([3.0, 9.0], [1.0, 1.5], (-41.7845217586, 32.2845217586), 1.0138882191),
    ],
)
def test_other_seeds_are_two_groups_after_welch(
    first: list[float], second: list[float], interval: tuple[float, float], freedom: float
) -> None:
    found = difference(_seeded(first), _seeded(second, first=7))
    assert found.method == "welch"
    assert found.freedom == pytest.approx(freedom, abs=1e-8)
    assert found.interval == pytest.approx(interval, abs=1e-7)
    back = difference(_seeded(second, first=7), _seeded(first))
    assert back.interval == pytest.approx((-interval[1], -interval[0]), abs=1e-7)


def test_seeds_pair_only_where_all_are_known_single_and_the_same() -> None:
    assert seeds_pair([(0, 1.0), (1, 2.0)], [(1, 1.0), (0, 2.0)])
    assert not seeds_pair([(0, 1.0), (1, 2.0)], [(0, 1.0), (2, 2.0)])
    assert not seeds_pair([(0, 1.0), (1, 2.0)], [(0, 1.0), (1, 2.0), (2, 3.0)])
    assert not seeds_pair([(None, 1.0), (1, 2.0)], [(None, 1.0), (1, 2.0)])
    assert not seeds_pair([(0, 1.0), (0, 2.0)], [(0, 1.0), (0, 2.0)])


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ([60.0], [61.0], "both have one run alone"),
        ([60.0], [61.0, 62.0], "one of the two has one run alone"),
        ([60.0, 61.0], [62.0], "one of the two has one run alone"),
    ],
)
def test_a_single_run_gives_a_difference_without_interval_and_says_why(
    first: list[float], second: list[float], reason: str
) -> None:
    found = difference(_seeded(first), _seeded(second))
    assert found.value == pytest.approx(np.mean(second) - np.mean(first))
    assert (found.interval, found.method) == (None, None)
    assert reason in (found.reason or "")


def test_runs_that_do_not_vary_leave_no_doubt_and_none_is_no_number() -> None:
    for shift in (0, 9):  # paired, and as two groups
        found = difference(_seeded([2.0, 2.0]), _seeded([2.5, 2.5], first=shift))
        assert found.interval == (0.5, 0.5)
    tiny = difference(_seeded([0.0, 1e-200]), _seeded([0.0, 3e-200], first=9))
    assert all(np.isfinite(tiny.interval or (np.nan,)))


def test_a_difference_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="a run on either side"):
        difference([], [(0, 1.0)])


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    paired, apart = 0, 0
    for _ in range(400):
        luck = rng.normal(0, 3, 4)  # what a seed does to both
        one, other = luck + rng.normal(0, 1, 4), luck + 2 + rng.normal(0, 0.5, 4)
        low, high = difference(_seeded(list(one)), _seeded(list(other))).interval or (9, 9)
        paired += low <= 2 <= high
        one, other = rng.normal(0, 1, 4), rng.normal(2, 4, 6)
        found = difference(_seeded(list(one)), _seeded(list(other), first=50))
        low, high = found.interval or (9, 9)
        apart += low <= 2 <= high
    assert 0.92 < paired / 400 < 0.98
    assert 0.92 < apart / 400 < 0.98
