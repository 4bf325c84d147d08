"""`python -m tests.benchmarks.cells ../shared/camvid --static FILE --light FILE... --full FILE...`

What cells bring on the report frames 52..100 of the CamVid val clip, beside what they compete with.
Models of one kind are seeds of one training: their mean and standard deviation are printed.

Streams begin before frame 52, so that every labelled frame has a past; only 52..100 is judged. With
a key interval n, the n streams whose key frames lie on each of the n phases are pooled.

What was measured is kept in `--out`, by the digest of the model: the same command measures only
what is not there yet, and a model that is no longer there keeps its row.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import cv2
import numpy as np

from core.durable import replace_file
from core.dynamics.distance import distance_curve
from core.dynamics.follower import ModelFollower
from core.dynamics.run import Run
from core.host_lock import host_lock
from core.metrics.accuracy import Accuracy
from core.metrics.consistency import VideoConsistency
from core.metrics.flow_consistency import FlowConsistency
from core.metrics.motion import FlowJudge, Match
from core.metrics.stability import Stability
from core.model_file import model_digest, read_header
from core.named_genotypes import NAMED
from core.palette import CAMVID, IGNORE
from core.predict import VideoPredictor
from core.video.clip import Labels, Rgb

Step = Callable[[Rgb], Labels]
"""Labels the next frame of a stream."""

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

    def to_dict(self) -> dict[str, Any]:
        """The scores as plain JSON, with what no table needs left out."""
        return {
            name: None if value is None else round(value, 4) for name, value in vars(self).items()
        }


@dataclass(frozen=True)
class Case:
    """One thing to be judged: a row of the table, or one seed of it.

    Attributes:
        name: The row.
        key: What tells it from others of the row.
        judged: Measures it.
    """

    name: str
    key: str
    judged: Callable[[Clip], dict[str, Any]]


def main() -> None:
    """Measures what is missing, then prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="Where rows are kept, JSON.")
    parser.add_argument("--static", required=True, help="The static network the cells live in.")
    parser.add_argument("--light", nargs="*", default=[], help="Light cells, seeds of each.")
    parser.add_argument("--full", nargs="*", default=[], help="Seeds of one full cell.")
    parser.add_argument("--control", nargs="*", default=[], help="Its memoryless control.")
    parser.add_argument("--key-interval", type=int, default=5)
    parser.add_argument("--means", type=float, nargs="*", default=[0.7, 0.5])
    parser.add_argument("--warped-means", type=float, nargs="*", default=[0.5, 0.3])
    parser.add_argument("--no-curve", action="store_true", help="Leaves mIoU@d out.")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    clip: list[Clip] = []
    for case in cases(options):
        if not any(row["row"] == case.name and row["key"] == case.key for row in rows(options.out)):
            clip = clip or [read_clip(options.camvid)]
            add(options.out, {"row": case.name, "key": case.key, **case.judged(clip[0])})
    show(rows(options.out))


def cases(options: argparse.Namespace) -> Iterator[Case]:
    """Everything the options ask for."""
    interval, static = options.key_interval, options.static
    digest = model_digest(Path(static))[:16]

    def every_frame(start: Callable[[], Step], *, flow: bool = True, phases: int = 1) -> Any:
        return lambda clip: judge(clip, start, flow=flow, phases=phases).to_dict()

    network = cache(lambda: load(static))

    def averaged(new: float, *, warped: bool = False) -> Step:
        return loaded(f"{'dis-ema' if warped else 'ema'}-{new:g}@{static}")

    yield Case("static", digest, every_frame(lambda: stream(network())))
    for new in options.means:
        yield Case(
            f"softmax mean, {new:g} of the new frame",
            digest,
            every_frame(partial(averaged, new)),
        )
    for new in options.warped_means:
        yield Case(
            f"DIS-warped mean, {new:g} of the new frame",
            digest,
            every_frame(partial(averaged, new, warped=True), flow=False),
        )
    for name, files in (("full cell", options.full), ("memoryless control", options.control)):
        for file in files:
            key = model_digest(Path(file))[:16]
            yield Case(name, key, every_frame(partial(loaded, file)))
    pooled = f"key interval {interval}: "
    copied = f"copy@{static}"
    yield Case(
        f"{pooled}static, every frame",
        digest,
        every_frame(lambda: stream(network()), phases=interval),
    )
    yield Case(
        f"{pooled}copy",
        digest,
        every_frame(partial(loaded, copied, interval), phases=interval),
    )
    yield Case(
        f"{pooled}DIS label warp",
        digest,
        every_frame(
            partial(loaded, f"dis-labels-{interval}@{static}"), flow=False, phases=interval
        ),
    )
    light = [(file, model_digest(Path(file))[:16]) for file in options.light]
    for file, key in light:
        yield Case(
            f"{pooled}{light_cell(file)}",
            key,
            every_frame(partial(loaded, file, interval), phases=interval),
        )
    if not options.no_curve:
        for name, file, key in (
            ("copy", copied, digest),
            *((light_cell(file), file, key) for file, key in light),
        ):
            yield Case(f"mIoU@d: {name}", key, partial(curve, file))


def light_cell(file: str) -> str:
    """What rows call the cell of a model file: its name, where it has one, else its key."""
    cell = read_header(Path(file)).cell
    assert cell is not None
    assert cell.genotype is not None
    key = cell.genotype.key
    return f"light cell {next((name for name, it in NAMED.items() if it.key == key), key)}"


def rows(path: Path) -> list[dict[str, Any]]:
    """What was measured."""
    found: list[dict[str, Any]] = json.loads(path.read_text()) if path.exists() else []
    return found


def add(path: Path, row: dict[str, Any]) -> None:
    """Keeps one more row; several processes may measure at once."""
    with host_lock(path.with_suffix(".lock")), replace_file(path) as temporary:
        lines = ",\n".join(json.dumps(each) for each in [*rows(path), row])
        temporary.write_text(f"[\n{lines}\n]\n")
    print("measured", row["row"], row["key"], flush=True)


def load(model: str, key_interval: int | None = None) -> VideoPredictor:
    """A model that labels at full size on one thread."""
    return VideoPredictor.load(model, full_size=True, threads=1, key_interval=key_interval)


def loaded(model: str, key_interval: int | None = None) -> Step:
    """A fresh stream of a model that is loaded for it."""
    return stream(load(model, key_interval))


def curve(model: str, clip: Clip) -> dict[str, Any]:
    """mIoU over the report frames by the distance to a key frame, with no other in between."""
    run = Run(
        length=len(clip.images),
        judged=range(FIRST, LAST + 1),
        image=lambda number: clip.images[number],
        truth=lambda number: clip.labels[number],
    )
    follower = ModelFollower(load(model), CAMVID)
    found = distance_curve(follower, [run], num_classes=CAMVID.num_classes, farthest=FARTHEST)
    return {"miou_at": found["miou"]}


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


def show(found: Sequence[dict[str, Any]]) -> None:
    """Prints mean and standard deviation of every row over its seeds."""
    for name in dict.fromkeys(row["row"] for row in found):
        seeds = [row for row in found if row["row"] == name]
        if "miou_at" in seeds[0]:
            curve = [mean(at) for at in zip(*(row["miou_at"] for row in seeds), strict=True)]
            print(f"{name} (d = 0..{FARTHEST}): " + " ".join(f"{at:.1f}" for at in curve))
            continue
        parts = []
        for score in ("miou", "aba", "vcacc16", "tc"):
            values = [row[score] for row in seeds if row[score] is not None]
            if values:
                spread = f" sd {stdev(values):.3f}" if len(values) > 1 else ""
                parts.append(f"{score} {mean(values):.3f}{spread}")
        print(f"{name:<44} {len(seeds)} x  " + "  ".join(parts))


if __name__ == "__main__":
    main()
