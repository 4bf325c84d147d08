"""`python -m tests.benchmarks.metrics_speed [--frames 60]`: what judging one frame costs.

Prints, per metric, the process's own CPU time for one 480x360 frame of rendered streets on one
core, and the ratio to one frame of the shipped static network measured in the same run. CPU time
of the process does not count what others run meanwhile, but shared caches and clocks still do.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np
import psutil
import torch

from core.metrics.accuracy import Accuracy
from core.metrics.boundary import BoundaryIou
from core.metrics.consistency import VideoConsistency
from core.metrics.flow_consistency import FlowConsistency
from core.metrics.motion import FlowJudge, Match
from core.metrics.stability import Stability
from core.metrics.trajectories import TrajectoryAccuracy
from core.palette import CAMVID, IGNORE
from core.predict import VideoPredictor
from core.video.clip import Labels, Rgb
from core.video.synthetic import sequence

RENDERED = 20
"""Different frames; they are taken in a circle."""

FLOW_FREE = ("accuracy", "stability", "ground truth's stability", "video consistency")

Clip = list[tuple[Rgb, Labels, Labels, Match]]


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=60)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    clip = _clip()
    predictor = VideoPredictor.load("camvid")
    network = _milliseconds(lambda n: predictor.step(clip[n][0]), options.frames)
    load = psutil.getloadavg()[0]
    print(f"480x360, one core, {options.frames} frames, load average {load:.1f}")
    print(f"{'':<26}{'median ms':>10}{'least ms':>10}{'of a network frame':>20}")
    medians = {"network frame": _print("network frame", network, network)}
    for name, step in _steps(clip):
        medians[name] = _print(name, _milliseconds(step, options.frames), network)
    total = sum(medians[name] for name in FLOW_FREE)
    print(f"all flow-free but boundary IoU: {total:.2f} ms (sum of medians)")


def _clip() -> Clip:
    rng = np.random.default_rng(0)
    clip: Clip = []
    for frame in sequence(7, RENDERED):
        wrong = rng.random(frame.labels.shape) < 0.1
        prediction = np.where(wrong, rng.integers(0, 11, wrong.shape), frame.labels)
        target = np.where(rng.random(wrong.shape) < 0.05, IGNORE, frame.labels)
        match = Match.exact(frame.flow_back, frame.visible_back)
        clip.append((frame.image, prediction.astype(np.uint8), target.astype(np.uint8), match))
    return clip


def _steps(clip: Clip) -> Iterator[tuple[str, Callable[[int], object]]]:
    classes = CAMVID.num_classes
    accuracy, stability, truth = Accuracy(classes), Stability(), Stability()
    consistency, boundary = VideoConsistency(), BoundaryIou(classes)
    judge, followed, paths = FlowJudge(), FlowConsistency(classes), TrajectoryAccuracy()
    yield "accuracy", lambda n: accuracy.update(clip[n][1], clip[n][2])
    yield "stability", lambda n: stability.update(clip[n][1], image=clip[n][0])
    yield (
        "ground truth's stability",
        lambda n: truth.update(np.where(clip[n][2] == IGNORE, np.uint8(0), clip[n][2])),
    )
    yield "video consistency", lambda n: consistency.update(clip[n][1], clip[n][2])
    yield "boundary IoU", lambda n: boundary.update(clip[n][1], clip[n][2])
    yield "flow both ways (medium)", lambda n: judge.update(clip[n][0])
    yield "labels along a flow", lambda n: followed.update(clip[n][1], clip[n][3])
    yield "trajectories", lambda n: paths.update(clip[n][1], clip[n][2], clip[n][3])


def _milliseconds(step: Callable[[int], object], frames: int) -> list[float]:
    times = []
    for count in range(frames + 5):
        began = time.process_time_ns()
        step(count % RENDERED)
        times.append((time.process_time_ns() - began) / 1e6)
    return times[5:]


def _print(name: str, times: list[float], network: list[float]) -> float:
    median = statistics.median(times)
    share = median / statistics.median(network)
    print(f"{name:<26}{median:>10.2f}{min(times):>10.2f}{share:>20.3f}")
    return median


if __name__ == "__main__":
    main()
