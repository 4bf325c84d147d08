"""The difference between two means over seeds, and how sure it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.metrics.statistics import spread, student_t_quantile

Method = Literal["paired", "welch"]
"""How an interval was found: from the differences seed by seed, or from two groups of runs."""

ENOUGH_RUNS = 2
"""Runs of either side below which a difference has no interval."""

SeedValue = tuple[int | None, float]
"""The seed of a run (None where nobody knows it), and what was measured of it."""


@dataclass(frozen=True)
class Difference:
    """The mean of the second group minus that of the first, in the unit of the values.

    Attributes:
        value: The difference.
        low: Lower end of its interval; None where there is none.
        high: Its upper end.
        method: How the interval was found; None where there is none.
        freedom: Degrees of freedom of its Student's t; None where there is none.
        reason: Why there is no interval; None where there is one.
    """

    value: float
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    freedom: float | None = None
    reason: str | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both ends; None where there is no interval."""
        return None if self.low is None or self.high is None else (self.low, self.high)


def difference(
    first: Sequence[SeedValue], second: Sequence[SeedValue], *, confidence: float = 0.95
) -> Difference:
    """The difference of the means, with the interval that the runs allow.

    Where both groups have the same seeds, run by run, what a seed decides (the order of the data,
    the start of the weights) cancels out: the interval is that of the mean of the differences.
    Otherwise it is Welch's, for two groups of unequal variance ("The generalization of
    'Student's' problem", Biometrika 34, 1947; freedom after Satterthwaite).

    Raises:
        ValueError: A group is empty.
    """
    if not first or not second:
        raise ValueError("a difference needs a run on either side")
    one, other = ([value for _, value in group] for group in (first, second))
    value = math.fsum(other) / len(other) - math.fsum(one) / len(one)
    if min(len(one), len(other)) < ENOUGH_RUNS:
        return Difference(value, reason=_too_few(len(one), len(other)))
    if seeds_pair(first, second):
        return _paired(value, first, second, confidence)
    return _welch(value, one, other, confidence)


def seeds_pair(first: Sequence[SeedValue], second: Sequence[SeedValue]) -> bool:
    """Whether every run of either group has a seed that one run of the other has."""
    seeds = [[seed for seed, _ in group if seed is not None] for group in (first, second)]
    is_known = len(seeds[0]) == len(first) and len(seeds[1]) == len(second)
    is_single = all(len(set(each)) == len(each) for each in seeds)
    return is_known and is_single and set(seeds[0]) == set(seeds[1])


def _paired(
    value: float, first: Sequence[SeedValue], second: Sequence[SeedValue], confidence: float
) -> Difference:
    before = dict(first)
    found = spread([after - before[seed] for seed, after in second], confidence=confidence)
    return Difference(value, found.low, found.high, "paired", found.count - 1.0)


def _welch(
    value: float, one: Sequence[float], other: Sequence[float], confidence: float
) -> Difference:
    shares = [(spread(group).sd or 0.0) ** 2 / len(group) for group in (one, other)]
    total = sum(shares)
    if total == 0.0:  # neither varies: no doubt that these runs could show
        return Difference(value, value, value, "welch", float(len(one) + len(other) - 2))
    parts = [
        (share / total) ** 2 / (len(group) - 1)
        for share, group in zip(shares, (one, other), strict=True)
    ]
    # Never under the smaller group's own freedom, but for rounding.
    freedom = max(1 / sum(parts), min(len(one), len(other)) - 1.0)
    half = student_t_quantile(0.5 + confidence / 2, freedom) * math.sqrt(total)
    return Difference(value, value - half, value + half, "welch", freedom)


def _too_few(first: int, second: int) -> str:
    which = "both have" if first == second else "one of the two has"
    return f"{which} one run alone; an interval needs at least {ENOUGH_RUNS} seeds on either side"
