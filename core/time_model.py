"""How fast a model labels real frames on this machine, as METRICS.md (cost) wants it measured."""

import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from core.metrics.latency import Latency, LatencyScores
from core.other_work import is_busy_now
from core.predict import VideoPredictor
from core.video.clip import Rgb

WARM_UP, TIMED = 50, 300
"""Frames before the clock counts, and frames that count."""

_STAGES = ("preprocess", "network", "upsample")


@dataclass(frozen=True)
class ModelTiming:
    """One timing, as `core.store.latencies` keeps it.

    Attributes:
        setting: `device precision backend threads torch host width height network_width
            network_height busy`; `busy` says that other processes were at work.
        measured: `frames_timed latency_first_ms latency_p50_ms latency_p95_ms fps_model` and the
            medians `preprocess_p50_ms network_p50_ms upsample_p50_ms`.
    """

    setting: dict[str, Any]
    measured: dict[str, Any]


def time_model(
    predictor: VideoPredictor,
    frames: Sequence[Rgb],
    *,
    warm_up: int = WARM_UP,
    timed: int = TIMED,
    progress: Callable[[int, int], None] | None = None,
) -> ModelTiming:
    """Labels the frames in a loop, one at a time, and times every step.

    Args:
        predictor: The model; it is reset first.
        frames: (H, W, 3) uint8 RGB each, of one size: a clip, looped when it is short.
        warm_up: Frames before the clock counts; the first is reported apart.
        timed: Frames that count.
        progress: Called with frames done and frames in all; may raise to stop.
    """
    if not frames:
        raise ValueError("no frames to time the model on")
    busy = is_busy_now()
    predictor.reset()
    step = Latency(warm_up=warm_up)
    stages = {name: Latency(warm_up=warm_up) for name in _STAGES}
    for number in range(warm_up + timed):
        predictor.step(frames[number % len(frames)])
        timings = predictor.timings
        assert timings is not None
        step.update(timings.total)
        for name, latency in stages.items():
            latency.update(getattr(timings, name))
        if progress is not None:
            progress(number + 1, warm_up + timed)
    network = stages["network"].compute()
    medians = {f"{name}_p50_ms": _rounded(each.compute().p50_ms) for name, each in stages.items()}
    return ModelTiming(
        _setting(predictor, frames[0], busy=busy), _measured(step.compute(), network) | medians
    )


def _setting(predictor: VideoPredictor, frame: Rgb, *, busy: bool) -> dict[str, Any]:
    height, width = frame.shape[:2]
    network_width, network_height = predictor.network_size(width, height)
    return {
        "device": predictor.engine.device,
        "precision": predictor.engine.precision,
        "backend": predictor.engine.backend,
        "threads": predictor.engine.threads,
        "cores": os.cpu_count(),
        "torch": torch.__version__,
        "host": platform.node(),
        "width": width,
        "height": height,
        "network_width": network_width,
        "network_height": network_height,
        "busy": busy,
    }


def _measured(step: LatencyScores, network: LatencyScores) -> dict[str, Any]:
    return {
        "frames_timed": step.frames_timed,
        "latency_first_ms": _rounded(step.first_ms),
        "latency_p50_ms": _rounded(step.p50_ms),
        "latency_p95_ms": _rounded(step.p95_ms),
        "fps_model": _rounded(network.fps),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
