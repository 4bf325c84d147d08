"""`python -m tests.benchmarks.simulated_sharpness --data DIR`: does blur tell the past?

DIR is a folder like ../shared/camvid. In a simulated clip only the last frame is not resampled.
Prints how well single statistics of sharpness, and eleven together, tell the last frame from the
earlier ones, with and without what makes frames equally sharp; the same between two earlier frames
and in CamVid's real video.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from core.palette import CAMVID
from core.video.clip import Rgb
from core.video.simulate import Motion, simulate_clip
from tests.benchmarks.labelled_images import LABELLED, camvid, read_rgb

DIFFERENCES = ((1, -1), (1, -2, 1), (1, -3, 3, -1))


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take every n-th training image")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    images = list(camvid(options.data, split="train", every=options.every))
    print(f"{len(images)} images of CamVid's train split, clips of 4 frames; 50% = chance")
    print(f"{'':<34}{'threshold':>10}{'pair':>8}{'11 in pair':>12}")
    for sharpness in (Motion().sharpness, 0.0):
        found = _clips(images, Motion.for_palette(CAMVID, sharpness=sharpness))
        print(f"sharpness {sharpness:g}")
        _print("  frame 4 (last) against 1 to 3", found[:, 3:], found[:, :3])
        for late, early in ((4, 3), (3, 2), (4, 2), (3, 1)):
            name = f"  frame {late} against {early}"
            _print(name, found[:, late - 1 : late], found[:, early - 1 : early])
        _print_places(found[..., 0])
    paths = sorted((options.data / "val" / "images").glob("*.jpg"))
    video = np.array([statistics_of(read_rgb(path)) for path in paths])[:, None]
    print("CamVid val, real video")
    for step in (1, 2):
        _print(f"  frame against {step} before", video[step:], video[:-step])


def _print_places(sharpness: np.ndarray) -> None:
    last = sharpness.argsort(axis=1).argsort(axis=1)[:, -1]
    shares = " ".join(f"{100 * (last == place).mean():.0f}%" for place in range(4))
    print(f"  place of the last frame by sharpness, the least sharp first: {shares}")


def statistics_of(frame: Rgb) -> np.ndarray:
    """Logarithms of eleven statistics of the middle of a frame; the first is the usual one."""
    height, width = frame.shape[:2]
    middle = frame[height // 5 : -height // 5, width // 5 : -width // 5]
    grey = np.asarray(cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY), np.float32)
    inner = (slice(3, -3), slice(3, -3))
    laplacian = np.asarray(cv2.Laplacian(grey, cv2.CV_32F))
    found = [laplacian.var()]
    for taps in DIFFERENCES:
        row = np.array([taps], np.float32)
        found += [(cv2.filter2D(grey, -1, k)[inner] ** 2).mean() for k in (row, row.T.copy())]
    second = np.array([[1, -2, 1]], np.float32)
    finest = np.asarray(cv2.filter2D(grey, -1, second.T @ second))[inner] ** 2
    local = np.log(np.asarray(cv2.resize(finest, (12, 9), interpolation=cv2.INTER_AREA)) + 0.1)
    heavy = np.sqrt((laplacian**4).mean()) / (laplacian**2).mean()
    found += [finest.mean(), np.exp(local.std()), heavy, np.abs(laplacian).mean()]
    return np.log(np.array(found) + 1e-3)


def _clips(images: Sequence[LABELLED], motion: Motion) -> np.ndarray:
    found = []
    for number, (image, labels) in enumerate(images):
        clip = simulate_clip(image, labels, motion=motion, rng=number)
        found.append([statistics_of(frame) for frame in clip.frames])
    return np.array(found)


def _print(name: str, late: np.ndarray, early: np.ndarray) -> None:
    """Prints how often frames of a clip, `late` (N, 1, F) and `early` (N, M, F), are told apart."""
    threshold = (np.subtract.outer(late[..., 0].ravel(), early[..., 0].ravel()) > 0).mean()
    pair = (late[..., 0] > early[..., 0]).mean()
    shares = (threshold, pair, _accuracy(late - early))
    print(f"{name:<34}{100 * shares[0]:>9.1f}%{100 * shares[1]:>7.1f}%{100 * shares[2]:>11.1f}%")


def _accuracy(differences: np.ndarray) -> float:
    """Of logistic regression that says which of two frames is the later, on the other clips."""
    signs = np.random.default_rng(0).choice([-1.0, 1.0], differences.shape[:2])
    seen = differences * signs[..., None] / differences.std(axis=(0, 1))
    first = np.arange(len(seen)) < len(seen) // 2
    right = []
    for train, test in ((first, ~first), (~first, first)):
        weights = _fitted(seen[train].reshape(-1, seen.shape[2]), signs[train].ravel() > 0)
        right.append(((seen[test] @ weights > 0) == (signs[test] > 0)).mean())
    return float(np.mean(right))


def _fitted(seen: np.ndarray, later: np.ndarray) -> np.ndarray:
    weights = np.zeros(seen.shape[1])
    for _ in range(30):
        said = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (said - later) / len(seen) + 1e-3 * weights
        bend = (seen.T * (said * (1 - said))) @ seen / len(seen) + 1e-3 * np.eye(len(weights))
        weights -= np.linalg.solve(bend, slope)
    return weights


if __name__ == "__main__":
    main()
