"""`python -m tests.benchmarks.simulated_flicker --data DIR`: do clips flicker like video?

DIR is a folder like ../shared/camvid. The shipped static network on CamVid's real val video and on
clips simulated from frames of the same video, with several strengths of noise, exposure and
compression.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from core.palette import CAMVID, IGNORE
from core.predict import VideoPredictor
from core.video.simulate import Motion, simulate_clip
from tests.benchmarks.labelled_images import camvid

STRENGTHS = {
    "none": {"noise": 0, "exposure": 0, "compression": 0},
    "default": {},
    "doubled": {"noise": 8, "exposure": 0.06, "compression": 0.8},
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=4, help="make clips of every n-th frame")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    predictor = VideoPredictor.load("camvid-static")
    images = list(camvid(options.data, split="val"))
    said = np.stack([predictor.step(image) for image, _ in images])
    truth = np.stack([labels for _, labels in images])
    print("changed pixels, ABA flicker and pixel accuracy of the static network, percent")
    whole = np.ones(said.shape, bool)
    _print(
        "CamVid val, real video",
        [(said, whole)],
        [(said[truth != IGNORE] == truth[truth != IGNORE]).mean()],
    )
    for name, settings in STRENGTHS.items():
        motion = Motion.for_palette(CAMVID, **settings)
        runs, right = [], []
        for number, (image, labels) in enumerate(images[:: options.every]):
            clip = simulate_clip(image, labels, motion=motion, rng=number)
            answers = np.stack([predictor.step(frame) for frame in clip.frames])
            known = clip.labels != IGNORE
            runs.append((answers, known))
            right.append(
                [(a == y)[k].mean() for a, y, k in zip(answers, clip.labels, known, strict=True)]
            )
        _print(f"simulated, {name}", runs, list(np.mean(right, axis=0)))


def _print(name: str, runs: list[tuple[np.ndarray, np.ndarray]], accuracy: list[float]) -> None:
    changed, steps, back, triples = 0, 0, 0, 0
    for said, known in runs:
        both = known[1:] & known[:-1]
        change = said[1:] != said[:-1]
        changed, steps = changed + change[both].sum(), steps + both.sum()
        three = both[1:] & both[:-1]
        returned = (said[2:] == said[:-2]) & change[:-1]
        back, triples = back + returned[three].sum(), triples + three.sum()
    shares = " ".join(f"{100 * value:.1f}" for value in accuracy)
    print(f"  {name:<26}{100 * changed / steps:>7.2f}{100 * back / triples:>7.2f}   {shares}")


if __name__ == "__main__":
    main()
