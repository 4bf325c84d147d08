"""The CamVid validation clip, drives with exact motion, and predictors nobody should trust."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.metrics.motion import Match
from core.palette import CAMVID, IGNORE
from core.video.synthetic import SyntheticFrame, sequence

CAMVID_VAL = Path(__file__).parents[4] / "shared" / "camvid" / "val"
ROAD = CAMVID.names.index("Road")
Maps = list[np.ndarray]

needs_camvid = pytest.mark.skipif(
    not CAMVID_VAL.is_dir(), reason="shared/camvid is not on this machine"
)


@lru_cache(maxsize=1)
def camvid_names() -> tuple[str, ...]:
    return tuple(path.stem for path in sorted((CAMVID_VAL / "labels").iterdir()))


@lru_cache(maxsize=1)
def camvid_truth() -> tuple[np.ndarray, ...]:
    """The labels of the validation clip, 255 = void."""
    paths = [CAMVID_VAL / "labels" / f"{name}.png" for name in camvid_names()]
    maps = [cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths]
    return tuple(np.where(ids < 11, ids, IGNORE).astype(np.uint8) for ids in maps)


def camvid_image(name: str) -> np.ndarray:
    picture = cv2.imread(str(CAMVID_VAL / "images" / f"{name}.jpg"))
    return np.ascontiguousarray(picture[..., ::-1])


@lru_cache(maxsize=4)
def drive(seed: int, frames: int, width: int, height: int) -> tuple[SyntheticFrame, ...]:
    return tuple(sequence(seed, frames, start=10, width=width, height=height))


def motion(frames: tuple[SyntheticFrame, ...]) -> list[Match | None]:
    """The exact way back of every frame; none for the first."""
    matches = [Match.exact(frame.flow_back, frame.visible_back) for frame in frames]
    return [None, *matches[1:]]


def degenerate(truth: tuple[np.ndarray, ...] | Maps) -> dict[str, Maps]:
    """METRICS.md's predictors; one that would say void says class 0."""
    said = [np.where(ids == IGNORE, 0, ids).astype(np.uint8) for ids in truth]
    return {
        "ground truth": said,
        "all road": [np.full_like(ids, ROAD) for ids in said],
        "frozen first frame": [said[0]] * len(said),
        "one step late": [said[0], *said[:-1]],
    }


def flickering(truth: tuple[np.ndarray, ...] | Maps, share: float, *, seed: int = 0) -> Maps:
    """The truth with another class at `share` of the pixels, drawn anew in every frame."""
    rng = np.random.default_rng(seed)
    return [
        np.where(rng.random(ids.shape) < share, (ids + 1) % 11, ids).astype(np.uint8)
        for ids in truth
    ]


def random_clip(
    seed: int, *, frames: int, shape: tuple[int, int], classes: int, void: float = 0.1
) -> tuple[Maps, Maps]:
    """Truth that changes now and then with void, and a prediction that is mostly right."""
    rng = np.random.default_rng(seed)
    label = rng.integers(0, classes, shape)
    truth, said = [], []
    for _ in range(frames):
        label = np.where(rng.random(shape) < 0.1, rng.integers(0, classes, shape), label)
        truth.append(np.where(rng.random(shape) < void, IGNORE, label).astype(np.uint8))
        wrong = rng.random(shape) < 0.15
        said.append(np.where(wrong, rng.integers(0, classes, shape), label).astype(np.uint8))
    return truth, said
