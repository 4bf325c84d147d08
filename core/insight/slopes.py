"""Slopes of a score over features, each with an interval that needs no equal variances."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.statistics import incomplete_beta, student_t_quantile

Vector = NDArray[np.float64]

_MOST_LEVERAGE = 1 - 1e-9


@dataclass(frozen=True)
class Slope:
    """How much a score changes with one more of a feature, in the score's unit.

    Attributes:
        effect: The slope; of a feature that is there or not, the difference of the means.
        low: Lower end of its 95% interval.
        high: Upper end.
        p: Probability of a slope this far from 0 where there is none.
    """

    effect: float
    low: float
    high: float
    p: float


def slopes(
    features: Vector, scores: Vector, groups: Sequence[object], *, penalty: float = 0.0
) -> list[Slope | None]:
    """The slope over every feature while the others are held.

    Least squares within the groups (both sides centred per group), with a ridge that counts as
    `penalty` cells that say a feature does nothing; variances by HC2, which lets every cell have a
    spread of its own (MacKinnon and White, 1985), and degrees of freedom by Bell and McCaffrey
    (2002). For one feature that is there or not, without a ridge, in one group, this is the
    difference of the means with Welch's standard error.

    Args:
        features: (N, F) values.
        scores: (N,) scores.
        groups: N names of groups, such as settings, whose levels are not compared.
        penalty: Strength of the ridge, in cells.

    Returns:
        One per feature; None for one that never varies within a group, or that the others tell
        already where there is no ridge.
    """
    count, width = features.shape
    if not count:
        return [None] * width
    indicators = _indicators(groups)
    centred, target = _within(features, indicators), _within(scores[:, None], indicators)[:, 0]
    spread = np.sqrt((centred**2).mean(axis=0))
    varies = spread > 1e-9
    found: list[Slope | None] = [None] * width
    if not varies.any():
        return found
    x = centred[:, varies] / spread[varies]
    gram = x.T @ x + penalty * np.eye(x.shape[1])
    if np.linalg.cond(gram) > 1e10:
        return found
    inverse = np.linalg.inv(gram)
    weights = inverse @ x.T  # (F, N): a slope is the weighted sum of the scores
    effects = weights @ target
    residuals = target - x @ effects
    root = np.linalg.cholesky(inverse)
    basis = np.concatenate([x @ root, indicators / np.sqrt(indicators.sum(axis=0))], axis=1)
    leverage = np.minimum((basis**2).sum(axis=1), _MOST_LEVERAGE)
    for place, number in enumerate(np.flatnonzero(varies)):
        share = weights[place] ** 2 / (1 - leverage)
        variance = float((share * residuals**2).sum())
        freedom = _freedom(share, leverage, basis)
        scale = float(spread[number])
        found[int(number)] = _slope(float(effects[place]) / scale, variance / scale**2, freedom)
    return found


def holm(p_values: Sequence[float], *, level: float = 0.05) -> list[bool]:
    """Which of several effects hold when all of them were looked at, by Holm (1979).

    The chance that even one is said to hold though it does not is at most `level`.
    """
    order = sorted(range(len(p_values)), key=lambda n: p_values[n])
    holds = [False] * len(p_values)
    for rank, number in enumerate(order):
        if p_values[number] > level / (len(order) - rank):
            break
        holds[number] = True
    return holds


def _slope(effect: float, variance: float, freedom: int) -> Slope:
    if variance <= 0:
        return Slope(effect, effect, effect, 0.0 if effect else 1.0)
    error = math.sqrt(variance)
    half = student_t_quantile(0.975, freedom) * error
    t = effect / error
    p = incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)
    return Slope(effect, effect - half, effect + half, p)


def _freedom(share: Vector, leverage: Vector, basis: Vector) -> int:
    """Degrees of freedom of an HC2 variance, as if all cells had the same spread; at least 1."""
    trace = float((share * (1 - leverage)).sum())
    inner = basis.T @ (share[:, None] * basis)
    square = float((share**2 * (1 - 2 * leverage)).sum() + (inner**2).sum())
    return max(1, int(trace**2 / square + 1e-9)) if square > 0 else 1


def _indicators(groups: Sequence[object]) -> Vector:
    """(N, G): which group each is in."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(groups))}
    return np.eye(len(numbers))[[numbers[each] for each in groups]]


def _within(values: Vector, indicators: Vector) -> Vector:
    means = (indicators.T @ values) / indicators.sum(axis=0)[:, None]
    centred: Vector = values - indicators @ means
    return centred
