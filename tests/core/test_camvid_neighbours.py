from pathlib import Path

import cv2
import numpy as np
import pytest

from core.camvid_neighbours import FIRST, extract_neighbours, likeness
from core.errors import BadMedia
from core.video.clip import Rgb
from core.video.synthetic import SyntheticScene
from tests.media import make_video

NUMBERS = (7959, 7969)
"""Labelled frames; with the constant of 0016E5 they are frames 7961 and 7971, counted from 1."""


def drive(frames: int, *, seed: int = 1) -> list[Rgb]:
    scene = SyntheticScene(seed, width=160, height=120)
    return [scene.render(t).image for t in range(frames)]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Two labelled images, at half the video's size, and one of another sequence."""
    folder = tmp_path / "train" / "images"
    folder.mkdir(parents=True)
    labels = folder.with_name("labels")
    labels.mkdir()
    frames = drive(30)
    for number, frame in zip(NUMBERS, (frames[10], frames[20]), strict=True):
        write(folder / f"0016E5_{number:05d}.jpg", frame)
        write(labels / f"0016E5_{number:05d}_L.png", frame)
    write(folder / "0006R0_f00930.jpg", frames[0])
    return folder


def write(path: Path, frame: Rgb) -> None:
    half = cv2.resize(frame, (80, 60), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(path), half[..., ::-1])


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return make_video(tmp_path / "raw.mp4", drive(30), fps=30)


def extract(images: Path, video: Path, **changes: object):  # type: ignore[no-untyped-def]
    # Frame 11, counted from 1, is label 7959: the video is a part of the sequence.
    asked = {"sequence": "0016E5", "count": 3, "every": 2, "first": (7959, 11), **changes}
    return extract_neighbours(images, images.with_name("labels"), video, **asked)  # type: ignore[arg-type]


def test_the_frames_before_each_labelled_one_are_written_at_its_size(
    images: Path, video: Path
) -> None:
    done = extract(images, video)
    assert (done.labelled, done.written) == (2, 6)
    assert done.likeness > 0.98
    new = sorted(path.name for path in images.glob("*.png"))
    assert new == [f"0016E5_{n:05d}.png" for n in (7953, 7955, 7957, 7963, 7965, 7967)]
    frames = drive(30)
    for name, number in zip(new, (4, 6, 8, 14, 16, 18), strict=True):
        taken = np.asarray(cv2.imread(str(images / name), cv2.IMREAD_COLOR_RGB))
        assert taken.shape == (60, 80, 3)
        others = {n: likeness(taken, frames[n]) for n in (number - 1, number, number + 1)}
        assert max(others, key=others.__getitem__) == number


def test_a_labelled_frame_is_no_neighbour_and_a_second_run_changes_nothing(
    images: Path, video: Path
) -> None:
    done = extract(images, video, count=5)
    assert done.written == 9  # 7969 - 10 is labelled itself
    before = sorted(path.name for path in images.iterdir())
    extract(images, video, count=5)
    assert sorted(path.name for path in images.iterdir()) == before


def test_the_constants_of_the_four_sequences_are_those_of_camvid() -> None:
    shifts = {name: frame - label for name, (label, frame) in FIRST.items()}
    assert shifts == {"0001TP": -6659, "0006R0": 2, "0016E5": 2, "Seq05VD": 2}


def test_another_video_is_refused_and_leaves_nothing(
    images: Path, video: Path, tmp_path: Path
) -> None:
    before = sorted(path.name for path in images.parent.rglob("*"))
    other = make_video(tmp_path / "other.mp4", drive(30, seed=9), fps=30)
    with pytest.raises(BadMedia, match=r"Frame 11 of other\.mp4 does not show what 0016E5_07959"):
        extract(images, other)
    short = make_video(tmp_path / "short.mp4", drive(15), fps=30)
    with pytest.raises(BadMedia, match=r"ends before all labelled frames were seen \(1 of 2\)"):
        extract(images, short)
    with pytest.raises(BadMedia, match="begins after the frames"):
        extract(images, video, count=9)
    with pytest.raises(BadMedia, match="Nobody knows how the frames of X1 are numbered"):
        extract(images, video, sequence="X1", first=None)
    with pytest.raises(BadMedia, match="has no labelled image of the sequence X1"):
        extract(images, video, sequence="X1")
    assert sorted(path.name for path in images.parent.rglob("*")) == before
