"""Segments a video file: the one loop behind the page, the command and the tests."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from core.errors import BadMedia
from core.frame_series import SeriesBuilder
from core.metrics.latency import Latency
from core.metrics.stability import Stability
from core.other_work import OtherWork
from core.predict import VideoPredictor
from core.segmentation_outputs import Outputs, Source, open_sinks
from core.video.reader import VideoReader

WARM_UP = 50
"""Frames that count for no percentile, where the video is long enough to spare them."""

STAGES = ("decode", "preprocess", "network", "upsample", "stability", "draw_and_encode")


def segment_file(
    source: Source,
    predictor: VideoPredictor,
    outputs: Outputs,
    *,
    start: int = 0,
    end: int | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Labels the frames `start` up to but without `end`, and writes the outputs.

    Memory does not grow with the number of frames but for 21 bytes of numbers for each. Every
    output is written whole or not at all.

    Args:
        source: The video.
        predictor: A fresh predictor; its palette colours the overlay.
        outputs: What to write.
        start: Number of the first frame.
        end: Number after the last one; None = to the end.
        progress: Called after every frame read, also before the range, with frames done and
            frames in all; may raise.

    Returns:
        The report: sizes in pixels, latencies in ms, rates in frames per second, shares in
        percent (None where the video is too short for them); `busy` says that other processes
        were at work meanwhile.

    Raises:
        BadMedia: There is no frame in the range, or the video stopped decoding.
        StorageFull: The disk is full.
    """
    chosen = _chosen(source, start, end)
    timer = StageTimer(warm_up=min(WARM_UP, max(1, len(chosen) // 4)))
    stability, series, done = Stability(), SeriesBuilder(), 0
    other_work = OtherWork()
    began = time.perf_counter()
    with ExitStack() as stack:
        reading = VideoReader(
            source.path,
            start=chosen.start,
            end=chosen.stop,
            name=source.name,
            skipped=lambda _: progress(0, len(chosen)),
        )
        reader = stack.enter_context(reading)
        size = predictor.label_size(source.width, source.height)
        sinks = open_sinks(stack, source, outputs, palette=predictor.palette, size=size)
        timer.start()
        for frame in reader:
            timer.lap("decode")
            labels = predictor.step(frame.rgb)
            timer.add_step(predictor)
            before = stability.state
            stability.update(labels, image=frame.rgb)
            series.add(before, stability.state, **_computed(predictor))
            timer.lap("stability")
            for sink in sinks:
                sink(frame, labels)
            timer.lap("draw_and_encode")
            done += 1
            progress(done, len(chosen))
            timer.start()
    if done == 0:
        raise BadMedia(f"{source.name}: no frame of the chosen range could be decoded.")
    wall = time.perf_counter() - began
    built = series.build()
    if outputs.series is not None:
        built.save(outputs.series)
    report = _report(source, predictor, timer, stability, frames=done, size=size, wall=wall)
    confidence = _rounded(built.mean("confidence"))
    return report | {"confidence": confidence, "busy": other_work.was_busy()}


class StageTimer:
    """Collects how long each stage of each frame took."""

    def __init__(self, *, warm_up: int) -> None:
        self.stages = {stage: Latency(warm_up=warm_up) for stage in STAGES}
        self.step = Latency(warm_up=warm_up)
        self.start()

    def start(self) -> None:
        """The next stage begins now."""
        self._began = time.perf_counter()

    def lap(self, stage: str) -> None:
        """The stage that began last ends now and the next one begins."""
        now = time.perf_counter()
        self.stages[stage].update(1e3 * (now - self._began))
        self._began = now

    def add_step(self, predictor: VideoPredictor) -> None:
        """Takes over the timings of the predictor's last step; the next stage begins now."""
        timings = predictor.timings
        if timings is not None:
            self.stages["preprocess"].update(timings.preprocess)
            self.stages["network"].update(timings.network)
            self.stages["upsample"].update(timings.upsample)
            self.step.update(timings.total)
        self.start()

    def medians(self) -> dict[str, float | None]:
        """Milliseconds per stage, the median over the frames after the warm-up."""
        return {name: _rounded(stage.compute().p50_ms) for name, stage in self.stages.items()}


def _computed(predictor: VideoPredictor) -> dict[str, Any]:
    """What the predictor tells of the frame it labelled last."""
    timings = predictor.timings
    return {
        "confidence": predictor.confidence(),
        "network_ms": 0.0 if timings is None else timings.network,
        "path": predictor.compute_path,
    }


def _chosen(source: Source, start: int, end: int | None) -> range:
    chosen = range(source.frames)[max(0, start) : end]
    if start < 0 or (end is not None and end <= start) or not chosen:
        raise BadMedia(
            f"There is no frame from {start} up to {'the end' if end is None else end}: "
            f"{source.name} has the frames 0 to {source.frames - 1}."
        )
    return chosen


def _report(
    source: Source,
    predictor: VideoPredictor,
    timer: StageTimer,
    stability: Stability,
    *,
    frames: int,
    size: tuple[int, int],
    wall: float,
) -> dict[str, Any]:
    engine, scores = predictor.engine, stability.compute()
    latency, network = timer.step.compute(), timer.stages["network"].compute()
    return {
        "frames": frames,
        "frames_timed": latency.frames_timed,
        "width": size[0],
        "height": size[1],
        "fps": round(source.fps, 4),
        "model": predictor.model_id,
        "backend": engine.backend,
        "device": engine.device,
        "precision": engine.precision,
        "threads": engine.threads,
        "key_frames": predictor.key_frames,
        "latency_first_ms": _rounded(latency.first_ms),
        "latency_p50_ms": _rounded(latency.p50_ms),
        "latency_p95_ms": _rounded(latency.p95_ms),
        "stages_p50_ms": timer.medians(),
        "fps_model": _rounded(network.fps),
        "fps_e2e": _rounded(frames / wall),
        "aba_flicker": _percent(scores.aba_flicker),
        "pcr": _percent(scores.pcr),
        "static_flicker": _percent(scores.static_flicker),
        "static_coverage": _percent(scores.static_coverage),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 4)
