"""Statistics against published tables and slow loops."""

import itertools
import math

import numpy as np
import pytest

from core.metrics.statistics import (
    Spread,
    are_tied,
    block_bootstrap,
    block_length,
    incomplete_beta,
    kendall_tau,
    ranks,
    spread,
    student_t_quantile,
)


@pytest.mark.parametrize(
    ("freedom", "wanted"),
    [
        (1, 12.7062047),
        (2, 4.3026527),
        (3, 3.1824463),
        (4, 2.7764451),
        (9, 2.2621572),
        (30, 2.0422725),
        (120, 1.9799304),
    ],
)
def test_quantiles_are_those_of_the_table_of_students_t(freedom: int, wanted: float) -> None:
    assert student_t_quantile(0.975, freedom) == pytest.approx(wanted, abs=1e-6)
    assert student_t_quantile(0.025, freedom) == pytest.approx(-wanted, abs=1e-6)


def test_quantiles_have_their_closed_forms_and_limits() -> None:
    for probability in (0.6, 0.9, 0.999, 0.99999):
        cauchy = math.tan(math.pi * (probability - 0.5))
        assert student_t_quantile(probability, 1) == pytest.approx(cauchy, rel=1e-9)
        two = (2 * probability - 1) / math.sqrt(2 * probability * (1 - probability))
        assert student_t_quantile(probability, 2) == pytest.approx(two, rel=1e-9)
    assert student_t_quantile(0.975, 100_000) == pytest.approx(1.95998, abs=2e-4)
    assert student_t_quantile(0.5, 5) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [(1, 3), (2, 5), (4, 1), (6, 6)])
@pytest.mark.parametrize("x", [0.0, 0.01, 0.3, 0.8, 1.0])
def test_the_incomplete_beta_is_a_binomial_tail(a: int, b: int, x: float) -> None:
    n = a + b - 1
    tail = sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert incomplete_beta(x, a, b) == pytest.approx(tail, abs=1e-12)


@pytest.mark.parametrize(("probability", "freedom"), [(0, 3), (1, 3), (0.9, 0)])
def test_impossible_quantiles_are_refused(probability: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        student_t_quantile(probability, freedom)


def test_the_spread_of_three_seeds_is_what_a_book_says() -> None:
    found = spread([54.0, 55.0, 56.0])
    assert (found.mean, found.sd) == (55, 1)
    assert found.low == pytest.approx(55 - 4.3026527 / math.sqrt(3))
    assert found.high == pytest.approx(55 + 4.3026527 / math.sqrt(3))


def test_a_95_percent_interval_holds_the_truth_95_times_in_100() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(2000):
        found = spread(rng.normal(7, 2, 4).tolist())
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 7 <= found.high
    assert held / 2000 == pytest.approx(0.95, abs=0.015)


def test_one_run_has_a_mean_but_no_interval_and_none_has_neither() -> None:
    assert spread([]) == Spread(0, None, None, None, None)
    assert spread([3.5]) == Spread(1, 3.5, None, None, None)
    assert spread([2.0, 2.0]) == Spread(2, 2, 0, 2, 2)


def row(low: float, high: float, count: int = 3) -> Spread:
    return Spread(count, (low + high) / 2, 1.0, low, high)


def test_rows_that_cannot_be_told_from_the_best_are_first_too() -> None:
    rows = [row(50, 52), row(51, 55), row(54, 56), row(10, 20), row(99, 99.5, count=2)]
    assert ranks(rows) == [2, 1, 1, 4, None]
    assert ranks([]) == []


def test_overlapping_intervals_are_ties_and_a_row_without_one_ties_with_all() -> None:
    assert are_tied(row(1, 3), row(3, 4))
    assert not are_tied(row(1, 2), row(3, 4))
    assert not are_tied(row(3, 4), row(1, 2))
    assert are_tied(spread([1.0]), row(3, 4))


def slow_tau(first: list[float], second: list[float]) -> float | None:
    agree = disagree = tied_first = tied_second = 0
    for (a, b), (c, d) in itertools.combinations(zip(first, second, strict=True), 2):
        tied_first += a == c
        tied_second += b == d
        if a != c and b != d:
            agree += (a < c) == (b < d)
            disagree += (a < c) != (b < d)
    pairs = len(first) * (len(first) - 1) / 2
    below = math.sqrt((pairs - tied_first) * (pairs - tied_second))
    return (agree - disagree) / below if below else None


@pytest.mark.parametrize("levels", [1, 2, 4, 100])
@pytest.mark.parametrize("length", [0, 1, 2, 3, 12])
def test_kendalls_tau_equals_the_slow_reference(levels: int, length: int) -> None:
    rng = np.random.default_rng(levels * 100 + length)
    for _ in range(5):
        first, second = rng.integers(0, levels, (2, length)).astype(float).tolist()
        wanted = slow_tau(first, second)
        assert kendall_tau(first, second) == (None if wanted is None else pytest.approx(wanted))


def test_kendalls_tau_of_the_same_and_of_the_reverse_order() -> None:
    assert kendall_tau([1, 2, 3], [10, 20, 90]) == 1
    assert kendall_tau([1, 2, 3], [3, 2, 1]) == -1
    with pytest.raises(ValueError, match="3 values against 2"):
        kendall_tau([1, 2, 3], [1, 2])


def share(counts: np.ndarray) -> float | None:
    return float(counts[0] / counts[1]) if counts[1] else None


def hits(rng: np.random.Generator, frames: int, *, memory: float, pixels: int = 50) -> np.ndarray:
    """(T, 2) hits of so many pixels, whose rate wanders with a memory."""
    level, rows = rng.normal(), []
    for _ in range(frames):
        level = memory * level + math.sqrt(1 - memory**2) * rng.normal()
        rows.append((rng.binomial(pixels, 1 / (1 + math.exp(-level))), pixels))
    return np.array(rows)


def test_under_ten_blocks_there_is_no_interval_but_a_reason() -> None:
    clip = hits(np.random.default_rng(0), 101, memory=0.5)  # CamVid's validation clip, 15 Hz
    found = block_bootstrap([clip], share, lengths=[block_length(15)], seed=0)
    assert (found.low, found.high, found.blocks) == (None, None, 4)
    assert found.reason == "one clip: 4 of the 10 blocks of time an interval needs"


def test_a_block_lasts_between_one_and_two_seconds_where_frames_allow() -> None:
    for rate in (5, 15, 17, 25, 30, 60):
        assert 1 <= block_length(rate) / rate <= 2
    assert block_length(0.1) == 1


def test_blocks_are_counted_within_sequences_and_short_ones_are_one_each() -> None:
    clips = [np.ones((frames, 2), np.int64) for frames in (25, 7, 3, 0)]
    found = block_bootstrap(clips, share, lengths=[5, 5, 5, 5], seed=0)
    assert found.blocks == 5 + 1 + 1
    many = block_bootstrap(clips * 2, share, lengths=[5] * 8, seed=0)
    assert (many.low, many.high, many.blocks) == (1, 1, 14)


def test_the_interval_is_decided_by_its_seed() -> None:
    clips = [hits(np.random.default_rng(n), 60, memory=0.5) for n in range(4)]
    first, again, other = (
        block_bootstrap(clips, share, lengths=[10] * 4, seed=seed, resamples=200)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def coverage(*, memory: float, length: int, runs: int) -> float:
    """How often the nominal 95% interval of simulated clips holds the true share, 1/2."""
    held = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        clips = [hits(rng, 120, memory=memory) for _ in range(4)]
        found = block_bootstrap(clips, share, lengths=[length] * 4, seed=run, resamples=200)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.5 <= found.high
    return held / runs


def test_an_interval_over_independent_frames_holds_the_truth_as_often_as_it_says() -> None:
    assert coverage(memory=0.0, length=1, runs=300) == pytest.approx(0.94, abs=0.04)


def test_blocks_see_that_neighbouring_frames_are_alike_and_single_frames_do_not() -> None:
    """With this memory blocks of 15 have 0.70 of the variance that counts: 1.96 sds become 1.64.

    That is 90% where blocks are many, a little less with 32 of them; single frames have a ninth.
    """
    assert coverage(memory=0.8, length=1, runs=200) < 0.65
    assert 0.78 < coverage(memory=0.8, length=15, runs=200) < 0.95


def test_a_score_that_no_resample_has_gives_a_reason() -> None:
    clips = [np.zeros((20, 2), np.int64)]
    found = block_bootstrap(clips, share, lengths=[2], seed=0)
    assert found.reason == "no resample has a score"
