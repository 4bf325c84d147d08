import numpy as np
import pytest

from core.metrics.latency import Latency


def slow_percentile(values: list[float], share: float) -> float:
    """Linear between ranks, the slow way."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


@pytest.mark.parametrize("frames", [2, 3, 20, 301])
@pytest.mark.parametrize("warm_up", [1, 2])
def test_percentiles_equal_the_slow_reference(frames: int, warm_up: int) -> None:
    times = np.random.default_rng(frames).gamma(3, 5, frames).tolist()
    latency = Latency(warm_up=warm_up)
    for time in times:
        latency.update(time)
    scores = latency.compute()
    timed = times[warm_up:]
    assert scores.first_ms == times[0]
    assert scores.frames_timed == len(timed)
    if timed:
        assert scores.p50_ms == pytest.approx(slow_percentile(timed, 0.5))
        assert scores.p95_ms == pytest.approx(slow_percentile(timed, 0.95))
        assert scores.fps == pytest.approx(1000 / slow_percentile(timed, 0.5))
        assert scores.reason is None


def test_a_slow_first_frame_spoils_no_percentile() -> None:
    latency = Latency()
    for time in (900.0, 10.0, 10.0, 10.0):
        latency.update(time)
    scores = latency.compute()
    assert (scores.first_ms, scores.p50_ms, scores.p95_ms, scores.fps) == (900, 10, 10, 100)


@pytest.mark.parametrize("frames", [0, 1])
def test_too_few_frames_have_no_percentiles_but_a_reason(frames: int) -> None:
    latency = Latency()
    for _ in range(frames):
        latency.update(7.0)
    scores = latency.compute()
    assert scores.first_ms == (7 if frames else None)
    assert scores.p50_ms is scores.p95_ms is scores.fps is None
    assert scores.reason == f"{frames} frames came, 1 of them are warm-up"


def test_the_first_frame_cannot_be_counted_in() -> None:
    with pytest.raises(ValueError, match="the first frame is always apart"):
        Latency(warm_up=0)
