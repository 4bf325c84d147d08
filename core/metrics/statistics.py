"""How sure a number is: intervals over seeds and over time, ties, and rank correlation."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ENOUGH_SEEDS = 3
"""Runs with different seeds below which a row has no rank."""

ENOUGH_BLOCKS = 10
"""Blocks of time below which a bootstrap interval would be pretence."""

BLOCK_SECONDS = 1.5
"""Length of a block: between 1 s and 2 s."""

CHUNK = 64
"""Resamples that are summed in one matrix product."""


@dataclass(frozen=True)
class Spread:
    """The mean of some runs and how sure it is, in the unit of the values.

    Attributes:
        count: Runs.
        mean: Their mean; None where there are none.
        sd: Sample standard deviation; None under two runs.
        low: Lower end of the t-interval of the mean; None under two runs.
        high: Its upper end.
    """

    count: int
    mean: float | None
    sd: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class BootstrapInterval:
    """An interval over resampled blocks of time, in the unit of the statistic.

    Attributes:
        low: Lower end; None where there is no interval.
        high: Upper end.
        blocks: Separate blocks that the data hold.
        reason: Why there is no interval; None where there is one.
    """

    low: float | None
    high: float | None
    blocks: int
    reason: str | None = None


def spread(values: Sequence[float], *, confidence: float = 0.95) -> Spread:
    """Mean, standard deviation and t-interval of runs that differ in their seed alone."""
    count = len(values)
    if count == 0:
        return Spread(0, None, None, None, None)
    mean = math.fsum(values) / count
    if count == 1:
        return Spread(1, mean, None, None, None)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (count - 1))
    half = student_t_quantile(0.5 + confidence / 2, count - 1) * sd / math.sqrt(count)
    return Spread(count, mean, sd, mean - half, mean + half)


def are_tied(one: Spread, other: Spread) -> bool:
    """Whether two rows are shown as a tie: their intervals overlap, or one has none."""
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return True
    return one.low <= other.high and other.low <= one.high


def ranks(rows: Sequence[Spread]) -> list[int | None]:
    """The rank of every row, higher values first; None for rows of fewer than three seeds.

    A row's rank is 1 + the number of ranked rows whose whole interval lies above its own, so
    rows that cannot be told from the best are all first.
    """
    ranked = [row for row in rows if row.count >= ENOUGH_SEEDS]
    return [
        1 + sum(_is_above(other, row) for other in ranked) if row.count >= ENOUGH_SEEDS else None
        for row in rows
    ]


def kendall_tau(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Kendall's tau-b of two lists of equal length; None where one of them never varies.

    Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).

    Raises:
        ValueError: The lengths differ.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values against {len(second)}")
    upper = np.triu_indices(len(first), k=1)
    signs = [
        np.sign(np.subtract.outer(values, values)[upper])
        for values in (np.asarray(first, np.float64), np.asarray(second, np.float64))
    ]
    varied = [np.count_nonzero(sign) for sign in signs]
    if min(varied) == 0:
        return None
    return float((signs[0] * signs[1]).sum() / math.sqrt(varied[0] * varied[1]))


def block_length(rate: float, *, seconds: float = BLOCK_SECONDS) -> int:
    """Frames in a block of `seconds` at `rate` frames a second, at least 1."""
    return max(1, round(rate * seconds))


def block_bootstrap(
    sequences: Sequence[NDArray[np.int64]],
    statistic: Callable[[NDArray[np.int64]], float | None],
    *,
    lengths: Sequence[int],
    seed: int,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> BootstrapInterval:
    """Percentile interval of a pooled score by the moving-block bootstrap.

    Neighbouring frames are alike, so whole blocks of frames are drawn, with replacement, from all
    blocks that lie within one sequence (Kuensch, Annals of Statistics 17, 1989). A sequence
    shorter than a block is one block. Where scores wander for longer than a block, and where
    blocks are few, the interval is still too narrow: it is a lower bound of the doubt.

    Args:
        sequences: Per sequence (T, ...) counts that add up over frames, such as confusions.
        statistic: The score of summed counts (...); None where it has none.
        lengths: Block length in frames, per sequence.
        seed: Decides the draws.
        resamples: How many times the data are drawn anew.
        confidence: Share of the resampled scores that lies within the interval.
    """
    pairs = [(c, n) for c, n in zip(sequences, lengths, strict=True) if len(c)]
    blocks = sum(max(1, len(counts) // length) for counts, length in pairs)
    if blocks < ENOUGH_BLOCKS:
        reason = f"one clip: {blocks} of the {ENOUGH_BLOCKS} blocks of time an interval needs"
        return BootstrapInterval(None, None, blocks, reason)
    sums = [_moving_sums(counts, length) for counts, length in pairs]
    pool = np.concatenate(sums).astype(np.float64)  # exact to 2^53, and the product is fast
    rng = np.random.default_rng(seed)
    scores = []
    for start in range(0, resamples, CHUNK):
        times = _draws(rng, min(CHUNK, resamples - start), blocks=blocks, of=len(pool))
        for counts in (times @ pool.reshape(len(pool), -1)).reshape(-1, *pool.shape[1:]):
            score = statistic(np.rint(counts).astype(np.int64))
            if score is not None:
                scores.append(score)
    if not scores:
        return BootstrapInterval(None, None, blocks, "no resample has a score")
    tail = 50 * (1 - confidence)
    low, high = np.percentile(scores, [tail, 100 - tail])
    return BootstrapInterval(float(low), float(high), blocks)


@lru_cache(maxsize=4096)
def student_t_quantile(probability: float, freedom: float) -> float:
    """The value that Student's t with `freedom` degrees of freedom, whole or not, stays under.

    Raises:
        ValueError: The probability is not within (0, 1) or `freedom` is under 1.
    """
    if not 0 < probability < 1 or freedom < 1:
        raise ValueError(f"probability {probability}, {freedom} degrees of freedom")
    if probability < 0.5:
        return -student_t_quantile(1 - probability, freedom)
    # P(|t| > q) = I_x(freedom / 2, 1/2) with x = freedom / (freedom + q^2), falling in q.
    outside = 2 * (1 - probability)
    low, high = 0.0, 1.0
    while _beyond(high, freedom) > outside:
        low, high = high, 2 * high
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if _beyond(middle, freedom) > outside else (low, middle)
    return (low + high) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), x in [0, 1] (DLMF 8.17)."""
    if x in (0.0, 1.0):
        return x
    if x > (a + 1) / (a + b + 2):  # where the continued fraction is slow, it is mirrored
        return 1 - incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    log_front += a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / a / _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """DLMF 8.17.22, 1 + d1/(1 + d2/(1 + ...)), from its far end."""
    value = 1.0
    for step in range(300, 0, -1):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        value = 1 + term / value
    return value


def _beyond(quantile: float, freedom: float) -> float:
    """P(|t| > quantile)."""
    return incomplete_beta(freedom / (freedom + quantile**2), freedom / 2, 0.5)


def _draws(rng: np.random.Generator, rows: int, *, blocks: int, of: int) -> NDArray[np.float64]:
    """(rows, of): how often each of `of` blocks is drawn when `blocks` are, with replacement."""
    drawn = rng.integers(0, of, (rows, blocks))
    return np.stack([np.bincount(row, minlength=of) for row in drawn]).astype(np.float64)


def _is_above(one: Spread, other: Spread) -> bool:
    return one.low is not None and other.high is not None and one.low > other.high


def _moving_sums(counts: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """(T, ...) to (T - length + 1, ...): the sums over all blocks of `length` frames."""
    length = min(length, len(counts))
    total = np.concatenate([np.zeros_like(counts[:1]), np.cumsum(counts, axis=0)])
    sums: NDArray[np.int64] = total[length:] - total[:-length]
    return sums
