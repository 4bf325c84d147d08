"""`python -m tests.benchmarks.cells ../shared/camvid --static FILE --light FILE... --full FILE...`

What cells bring on the report frames 52..100 of the CamVid val clip, beside what they compete with.
Models of one kind are seeds of one training: their mean and standard deviation are printed.

Streams begin before frame 52, so that every labelled frame has a past; only 52..100 is judged. With
a key interval n, the n streams whose key frames lie on each of the n phases are pooled.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import cv2
import numpy as np

from core.metrics.accuracy import Accuracy
from core.metrics.consistency import VideoConsistency
from core.metrics.flow_consistency import FlowConsistency
from core.metrics.motion import FlowJudge, Match
from core.metrics.stability import Stability
from core.palette import CAMVID, IGNORE
from core.predict import VideoPredictor
from core.video.clip import Labels, Rgb
from tests.benchmarks.stream_baselines import Step, softmax_mean, warped_labels

FIRST, LAST = 52, 100
"""The report frames, both included."""

FARTHEST = 30
"""The largest distance to a key frame."""


@dataclass(frozen=True)
class Clip:
    """The val clip: images, labels, and DIS matches for TC-m."""

    images: list[Rgb]
    labels: list[Labels]
    matches: list[Match | None]


@dataclass(frozen=True)
class Row:
    """Scores of one labeller, in percent."""

    miou: float
    aba: float
    vcacc16: float
    tc: float | None

    def __str__(self) -> str:
        tc = "same judge" if self.tc is None else f"{self.tc:.2f}"
        return f"mIoU {self.miou:.2f}  ABA {self.aba:.3f}  VCacc16 {self.vcacc16:.2f}  TC-m {tc}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--static", required=True, help="The static network the cells live in.")
    parser.add_argument("--light", nargs="*", default=[], help="Seeds of one light cell.")
    parser.add_argument("--full", nargs="*", default=[], help="Seeds of one full cell.")
    parser.add_argument("--control", nargs="*", default=[], help="Its memoryless control.")
    parser.add_argument("--key-interval", type=int, default=5)
    parser.add_argument("--means", type=float, nargs="*", default=[0.7, 0.5])
    parser.add_argument("--warped-means", type=float, nargs="*", default=[0.5, 0.3])
    parser.add_argument("--curve", action="store_true", help="mIoU@d for the light cells too.")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    clip = read_clip(options.camvid)
    interval = options.key_interval
    static = load(options.static)
    print("every frame")
    show("static", [judge(clip, lambda: stream(static))])
    for new in options.means:
        show(
            f"softmax mean, {new:g} new",
            [judge(clip, lambda new=new: softmax_mean(static, new=new))],
        )
    for new in options.warped_means:
        rows = [judge(clip, lambda new=new: softmax_mean(static, new=new, warped=True), flow=False)]
        show(f"DIS-warped mean, {new:g} new", rows)
    for name, files in (("full cell", options.full), ("memoryless control", options.control)):
        if files:
            show(name, [judge(clip, lambda file=file: stream(load(file))) for file in files])
    print(f"key interval {interval}, all phases")
    show("static, every frame", [judge(clip, lambda: stream(static), phases=interval)])
    copy = f"copy@{options.static}"
    show("copy", [judge(clip, lambda: stream(load(copy, interval)), phases=interval)])
    warped = [
        judge(
            clip,
            lambda: warped_labels(static, key_interval=interval),
            phases=interval,
            flow=False,
        )
    ]
    show("DIS label warp", warped)
    if options.light:
        rows = [
            judge(clip, lambda file=file: stream(load(file, interval)), phases=interval)
            for file in options.light
        ]
        show("light cell", rows)
    if options.curve:
        for name, files in (("copy", [copy]), ("light cell", options.light)):
            curves = [distance_curve(clip, load(file, 0)) for file in files]
            print(name, "mIoU@d for d = 0.." + str(FARTHEST))
            print("  " + " ".join(f"{mean(values):.1f}" for values in zip(*curves, strict=True)))


def load(model: str, key_interval: int | None = None) -> VideoPredictor:
    """A model that labels at full size on one thread."""
    return VideoPredictor.load(model, full_size=True, threads=1, key_interval=key_interval)


def stream(predictor: VideoPredictor) -> Step:
    """A fresh stream of the model."""
    predictor.reset()
    return predictor.step


def read_clip(camvid: Path, *, flow: bool = True) -> Clip:
    """Reads the val clip; void becomes 255. Matches are None without `flow`."""
    judge, images, labels, matches = FlowJudge(), [], [], []
    for path in sorted((camvid / "val" / "images").iterdir()):
        image = np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)
        target = cv2.imread(
            str(camvid / "val" / "labels" / f"{path.stem}.png"), cv2.IMREAD_GRAYSCALE
        )
        images.append(image)
        labels.append(np.where(target >= CAMVID.num_classes, IGNORE, target).astype(np.uint8))
        matches.append(judge.update(image) if flow else None)
    return Clip(images, labels, matches)


def judge(clip: Clip, start: Callable[[], Step], *, phases: int = 1, flow: bool = True) -> Row:
    """Scores of the report frames, pooled over `phases` streams, each begun a frame earlier."""
    accuracy, stability = Accuracy(CAMVID.num_classes), Stability()
    video, consistency = VideoConsistency(), FlowConsistency(CAMVID.num_classes)
    for phase in range(phases):
        step = start()
        for tally in (stability, video, consistency):
            tally.start_sequence()
        for number in range(FIRST - 10 - phase, LAST + 1):
            labels = step(clip.images[number])
            if number < FIRST:
                continue
            accuracy.update(labels, clip.labels[number])
            stability.update(labels)
            video.update(labels, clip.labels[number])
            consistency.update(labels, clip.matches[number] if number > FIRST else None)
    scores = accuracy.compute()
    vcacc = video.compute().vcacc[16]
    tc = consistency.compute().miou if flow else None
    return Row(
        100 * (scores.miou or 0),
        100 * (stability.compute().aba_flicker or 0),
        100 * (vcacc or 0),
        None if tc is None else 100 * tc,
    )


def distance_curve(clip: Clip, predictor: VideoPredictor) -> list[float]:
    """mIoU over the report frames by their distance to the key frame, 0 to 30."""
    tallies = [Accuracy(CAMVID.num_classes) for _ in range(FARTHEST + 1)]
    for begin in range(FIRST - FARTHEST, LAST + 1):
        predictor.reset()
        for distance in range(min(FARTHEST, LAST - begin) + 1):
            labels = predictor.step(clip.images[begin + distance])
            if begin + distance >= FIRST:
                tallies[distance].update(labels, clip.labels[begin + distance])
    return [100 * (tally.compute().miou or 0) for tally in tallies]


def show(name: str, rows: Sequence[Row]) -> None:
    """Prints the row, or mean and standard deviation of several."""
    if len(rows) == 1:
        print(f"{name:<28} {rows[0]}", flush=True)
        return
    for row in rows:
        print(f"  {name:<26} {row}")
    parts = []
    for label, values in (
        ("mIoU", [row.miou for row in rows]),
        ("ABA", [row.aba for row in rows]),
        ("VCacc16", [row.vcacc16 for row in rows]),
        ("TC-m", [row.tc or 0 for row in rows]),
    ):
        parts.append(f"{label} {mean(values):.3f} sd {stdev(values):.3f}")
    print(f"{name:<28} " + "  ".join(parts), flush=True)


if __name__ == "__main__":
    main()
