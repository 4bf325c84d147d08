"""The labelled images that benchmarks make simulated clips from."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from core.datasets.camvid import VOID_ID
from core.palette import IGNORE
from core.video.clip import Labels, Rgb
from core.video.synthetic import SyntheticScene

LABELLED = tuple[Rgb, Labels]
"""An image (H, W, 3) and its labels (H, W), both uint8."""


def camvid(folder: Path, *, split: str, every: int = 1) -> Iterator[LABELLED]:
    """Every n-th labelled image of a split of CamVid, laid out `SPLIT/images`, `SPLIT/labels`."""
    paths = sorted((folder / split / "images").glob("*.jpg"))
    if not paths:
        raise SystemExit(f"no images in {folder / split / 'images'}")
    for path in paths[::every]:
        stored = folder / split / "labels" / f"{path.stem}.png"
        labels = np.asarray(cv2.imread(str(stored), cv2.IMREAD_GRAYSCALE), np.uint8)
        yield read_rgb(path), np.where(labels == VOID_ID, np.uint8(IGNORE), labels)


def streets(count: int, *, first_seed: int = 7000) -> Iterator[LABELLED]:
    """One frame of each of some rendered streets."""
    for seed in range(first_seed, first_seed + count):
        yield SyntheticScene(seed).render_still(45)


def read_rgb(path: Path) -> Rgb:
    """One picture file, (H, W, 3) uint8."""
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB), np.uint8)
