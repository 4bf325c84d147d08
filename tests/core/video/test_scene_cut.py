import cv2
import numpy as np
import pytest

from core.video.clip import Rgb
from core.video.scene_cut import SceneCuts
from core.video.synthetic import SyntheticScene
from tests.media import CAMVID, needs_camvid


def cuts(frames: list[Rgb]) -> list[int]:
    """Numbers of the frames with which a new scene begins."""
    found = SceneCuts()
    return [number for number, frame in enumerate(frames) if found.update(frame)]


def street(seed: int, frames: int = 8) -> list[Rgb]:
    scene = SyntheticScene(seed, width=240, height=180)
    return [scene.render(t).image for t in range(frames)]


def test_a_drive_has_no_cut_and_two_drives_spliced_have_one() -> None:
    assert cuts(street(1)) == []
    assert cuts(street(1) + street(2)) == [8]


@needs_camvid
def test_a_real_drive_has_no_cut_and_every_jump_to_another_drive_is_found() -> None:
    def read(split: str) -> list[Rgb]:
        paths = sorted((CAMVID / split / "images").iterdir())
        return [np.asarray(cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)) for path in paths]

    val = read("val")
    assert cuts(val) == []
    others = read("train")[::60]
    spliced = [frame for other in others for frame in (*val[:2], other)]
    found = SceneCuts()
    jumps = [found.update(frame) for frame in spliced]
    assert jumps == [
        number % 3 == 2 or (number % 3 == 0 and number > 0) for number in range(len(jumps))
    ]


def test_neither_exposure_nor_noise_nor_a_still_is_a_cut() -> None:
    frame = street(3, 1)[0]
    rng = np.random.default_rng(0)
    brighter = np.clip(frame * 1.3 + 20, 0, 255).astype(np.uint8)
    noise = [rng.integers(0, 256, (180, 240, 3), dtype=np.uint8) for _ in range(5)]
    assert cuts([frame, brighter, frame]) == []
    assert cuts(noise) == []
    assert cuts([frame] * 3) == []


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_plain_picture_after_a_street_is_a_cut(shade: int) -> None:
    plain = np.full((180, 240, 3), shade, np.uint8)
    assert cuts([*street(4, 2), plain, plain]) == [2]
