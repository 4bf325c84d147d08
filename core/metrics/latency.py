"""Latency: percentiles of collected timings, the first frame apart."""

from array import array
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class LatencyScores:
    """Milliseconds per frame; None where no frame was timed.

    Attributes:
        first_ms: The first frame, warm-up and all.
        p50_ms: Median of the frames after the warm-up.
        p95_ms: 95th percentile of them, linear between ranks.
        fps: 1000 / p50.
        frames_timed: How many frames the percentiles are of.
        reason: Why there are no percentiles; None where there are.
    """

    first_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    fps: float | None
    frames_timed: int
    reason: str | None = None


class Latency:
    """Collects one time per frame, 8 bytes each.

    Args:
        warm_up: Frames at the start that count for no percentile; the first never does.
    """

    def __init__(self, *, warm_up: int = 1) -> None:
        if warm_up < 1:
            raise ValueError(f"warm_up is {warm_up}; the first frame is always apart")
        self.warm_up = warm_up
        self._milliseconds = array("d")

    def update(self, milliseconds: float) -> None:
        """Adds the time of the next frame."""
        self._milliseconds.append(milliseconds)

    def compute(self) -> LatencyScores:
        """The percentiles of all frames so far."""
        return latency_scores(self._milliseconds, warm_up=self.warm_up)


def latency_scores(milliseconds: "array[float]", *, warm_up: int = 1) -> LatencyScores:
    """The percentiles of the times after the first `warm_up` ones."""
    first = milliseconds[0] if milliseconds else None
    timed = np.asarray(milliseconds[warm_up:], dtype=np.float64)
    if timed.size == 0:
        reason = f"{len(milliseconds)} frames came, {warm_up} of them are warm-up"
        return LatencyScores(first, None, None, None, 0, reason)
    p50, p95 = (float(value) for value in np.percentile(timed, [50, 95]))
    return LatencyScores(first, p50, p95, 1000 / p50 if p50 else None, int(timed.size))
