"""`python -m tests.benchmarks.whole_models ../shared/camvid FILE...`: whole models.

Per model file: mIoU in percent on the CamVid val clip (frames 52..100 to report, 0..49 to select,
all), on the bundled sample after its H.264 coding, and on six streets nobody chose; and the share
of the sample's pixels that change and come straight back (ABA), in percent. More than one file:
their mean and standard deviation.
"""

import argparse
import tempfile
from pathlib import Path
from statistics import mean, stdev

import cv2

from core.labels import LabelReader
from core.metrics.accuracy import Accuracy
from core.metrics.stability import StabilityState, compute_stability, update_stability
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.video.reader import VideoReader
from core.video.sample import write_sample
from core.video.synthetic import sequence
from tests.benchmarks.cells import load, read_clip

RANGES = {"52..100": range(52, 101), "0..49": range(50), "all": range(101)}
STREETS, STREET_FRAMES = range(7000, 7006), 20


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    clip = read_clip(options.camvid, flow=False)
    rows = []
    for model in options.models:
        predictor = load(model)
        row = {}
        predicted = [predictor.step(image) for image in clip.images]
        for name, chosen in RANGES.items():
            accuracy = Accuracy(CAMVID.num_classes)
            for number in chosen:
                accuracy.update(predicted[number], clip.labels[number])
            row[name] = 100 * (accuracy.compute().miou or 0)
        row["sample"], row["sample ABA"] = _sample(predictor)
        row["streets"] = _streets(predictor)
        rows.append(row)
        print(model, "  ".join(f"{name} {value:.2f}" for name, value in row.items()), flush=True)
    if len(rows) > 1:
        for name in rows[0]:
            values = [row[name] for row in rows]
            print(f"{name:<10} mean {mean(values):.2f}  sd {stdev(values):.2f}")


def _sample(predictor: VideoPredictor) -> tuple[float, float]:
    predictor.reset()
    accuracy = Accuracy(CAMVID.num_classes)
    steadiness = StabilityState()
    with tempfile.TemporaryDirectory() as folder:
        video, truth = Path(folder) / "sample.mp4", Path(folder) / "truth.bin"
        write_sample(video, truth)
        labels = LabelReader.from_path(truth)
        with VideoReader(video) as reader:
            for frame in reader:
                answer = predictor.step(frame.rgb)
                accuracy.update(answer, labels.frame(frame.index))
                steadiness = update_stability(steadiness, answer)
    flicker = compute_stability(steadiness).aba_flicker
    return 100 * (accuracy.compute().miou or 0), 100 * (flicker or 0)


def _streets(predictor: VideoPredictor) -> float:
    accuracy = Accuracy(CAMVID.num_classes)
    for seed in STREETS:
        predictor.reset()
        for frame in sequence(seed, STREET_FRAMES, start=10):
            accuracy.update(predictor.step(frame.image), frame.labels)
    return 100 * (accuracy.compute().miou or 0)


if __name__ == "__main__":
    main()
