"""`python -m tests.benchmarks.simulated_motion --data DIR`: are clips like driving?

DIR is a folder like ../shared/camvid. Prints how fast simulated clips move beside CamVid's real
video, how well labels follow the motion, what perfect and frozen labels score along it, and what a
clip costs.
"""

import argparse
import itertools
import statistics
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np
import psutil

from core.metrics.motion import Match
from core.metrics.trajectories import TrajectoryAccuracy
from core.palette import CAMVID, IGNORE
from core.video.clip import Rgb
from core.video.simulate import Motion, SimulatedClip, simulate_clip
from tests.benchmarks.labelled_images import LABELLED, camvid, read_rgb

SPARSE = 3
"""Every third row and column stands for all pixels where motion is measured."""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take every n-th training image")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    images = list(camvid(options.data, split="train", every=options.every))
    motion = Motion.for_palette(CAMVID)
    print(f"{len(images)} images of CamVid's train split, one clip of {motion.length} frames each")
    _speeds(images, motion, sorted((options.data / "val" / "images").glob("*.jpg")))
    _labels(images, motion)
    _rounding(images)
    _costs(images)


def _speeds(images: Sequence[LABELLED], motion: Motion, video: Sequence[Path]) -> None:
    exact, judged = [], []
    for clip in _clips(images, motion):
        exact += [_lengths(flow) for flow in clip.flow_back[1:]]
        judged += _estimated(clip.frames)
    print("pixels a frame at 480x360          median   mean    90%    99%")
    _print_speeds("simulated, exact", exact)
    _print_speeds("simulated, by DIS medium", judged)
    _print_speeds("CamVid val, by DIS medium", _estimated(read_rgb(path) for path in video))


def _print_speeds(name: str, measured: list[np.ndarray]) -> None:
    lengths = np.concatenate(measured)
    found = [np.median(lengths), lengths.mean(), *np.percentile(lengths, [90, 99])]
    print(f"  {name:<32}" + "".join(f"{value:>7.2f}" for value in found))


def _estimated(frames: Iterable[Rgb]) -> list[np.ndarray]:
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    greys = [np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)) for frame in frames]
    still = np.zeros((*greys[0].shape, 2), np.float32)
    return [
        _lengths(np.asarray(dis.calc(here, before, still.copy())))
        for before, here in itertools.pairwise(greys)
    ]


def _lengths(flow: np.ndarray) -> np.ndarray:
    return np.hypot(flow[::SPARSE, ::SPARSE, 0], flow[::SPARSE, ::SPARSE, 1]).ravel()


def _labels(images: Sequence[LABELLED], motion: Motion) -> None:
    tvacc = {name: TrajectoryAccuracy((motion.length,)) for name in ("perfect", "frozen")}
    agree = visible = followed = labelled = 0
    known = np.zeros(motion.length)
    for clip in _clips(images, motion):
        for metric in tvacc.values():
            metric.start_sequence()
        frozen = np.where(clip.labels[0] == IGNORE, np.uint8(0), clip.labels[0])
        path = np.ones(clip.labels[0].shape, bool)
        for t in range(motion.length):
            match = Match.exact(clip.flow_back[t], clip.visible_back[t]) if t else None
            tvacc["perfect"].update(clip.labels[t], clip.labels[t], match)
            tvacc["frozen"].update(frozen, clip.labels[t], match)
            has_class = clip.labels[t] != IGNORE
            known[t] += has_class.mean() / len(images)
            path = has_class if match is None else path.take(match.source) & match.valid & has_class
            if match is not None:
                seen = match.valid & has_class
                agree += int((clip.labels[t - 1].take(match.source) == clip.labels[t])[seen].sum())
                visible += int(seen.sum())
        followed, labelled = followed + int(path.sum()), labelled + int(has_class.sum())
    print(f"labels of visible pixels equal those one frame earlier: {100 * agree / visible:.3f}%")
    print(f"labelled pixels of the last frame seen in all: {100 * followed / labelled:.1f}%")
    print("pixels with a class, by frame: " + " ".join(f"{100 * share:.1f}%" for share in known))
    scores = {name: metric.compute().tvacc[motion.length] or 0.0 for name, metric in tvacc.items()}
    print("TVacc: " + ", ".join(f"{name} labels {100 * s:.2f}" for name, s in scores.items()))


def _rounding(images: Sequence[LABELLED]) -> None:
    """Without things nothing is hidden: a label that differs one frame back is rounding alone."""
    motion = Motion(movers=())
    agree = compared = 0
    for clip in _clips(images, motion):
        for t in range(1, motion.length):
            match = Match.exact(clip.flow_back[t], np.ones(clip.labels[t].shape, bool))
            before, here = clip.labels[t - 1].take(match.source), clip.labels[t]
            both = match.valid & (before != IGNORE) & (here != IGNORE)
            agree += int((before == here)[both].sum())
            compared += int(both.sum())
    print(f"the same without things, visibility not asked: {100 * agree / compared:.2f}%")


def _costs(images: Sequence[LABELLED]) -> None:
    load = psutil.getloadavg()[0]
    for length in (4, 6):
        motion = Motion.for_palette(CAMVID, length=length)
        times = []
        for number, (image, labels) in enumerate(images[:: max(1, len(images) // 60)]):
            began = time.process_time_ns()
            simulate_clip(image, labels, motion=motion, rng=number)
            times.append((time.process_time_ns() - began) / 1e6)
        median = statistics.median(times)
        print(
            f"a clip of {length} frames: {median:.0f} ms CPU (median, most {max(times):.0f}), "
            f"{median / length:.1f} a frame; one core, load average {load:.1f}"
        )


def _clips(images: Sequence[LABELLED], motion: Motion) -> Iterable[SimulatedClip]:
    for number, (image, labels) in enumerate(images):
        yield simulate_clip(image, labels, motion=motion, rng=number)


if __name__ == "__main__":
    main()
