"""Homographies that are known, and pictures from which none can be told."""

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.baselines.camera import LIKE, camera_motion, moved_scores, similarity
from core.video.clip import Rgb

SIZE = (160, 200)  # height, width
TURNED = np.array([[1.02, 0.03, -6.0], [-0.02, 0.99, 4.0], [5e-5, -4e-5, 1.0]])
"""From a pixel of the new frame to where it was in the last one."""


def texture(seed: int = 0) -> Rgb:
    noise = np.random.default_rng(seed).normal(128, 60, (*SIZE, 3))
    return np.clip(cv2.GaussianBlur(noise, (0, 0), 2) * 4 - 384, 0, 255).astype(np.uint8)


def moved(last: Rgb, back: NDArray[np.float64]) -> Rgb:
    how = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (SIZE[1], SIZE[0])
    warped = cv2.warpPerspective(last, back, size, flags=how, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(warped, np.uint8)


def places(back: NDArray[np.float64], x: float, y: float) -> tuple[float, float]:
    a, b, c = back @ np.array([x, y, 1.0])
    return a / c, b / c


def test_a_known_homography_is_recovered_to_a_fraction_of_a_pixel() -> None:
    last = texture()
    found = camera_motion(last, moved(last, TURNED))
    assert found is not None
    for x in (20, 100, 180):
        for y in (20, 80, 140):
            assert places(found, x, y) == pytest.approx(places(TURNED, x, y), abs=0.3)


def test_it_is_recovered_although_a_third_of_the_picture_goes_its_own_way() -> None:
    last = texture()
    frame = moved(last, TURNED)
    frame[:, 130:] = np.roll(texture(1), 9, axis=1)[:, 130:]
    last[:, 130:] = texture(1)[:, 130:]
    found = camera_motion(last, frame)
    assert found is not None
    assert places(found, 60, 80) == pytest.approx(places(TURNED, 60, 80), abs=0.5)


@pytest.mark.parametrize("what", ["plain", "other scene", "tiny", "turned over"])
def test_where_nothing_can_be_told_there_is_none(what: str) -> None:
    plain = np.full((*SIZE, 3), 90, np.uint8)
    pairs = {
        "plain": (plain, plain),
        "other scene": (texture(0), texture(5)),
        "tiny": (plain[:8, :8], plain[:8, :8]),
        "turned over": (texture(), np.ascontiguousarray(texture()[:, ::-1])),
    }
    assert camera_motion(*pairs[what]) is None


def test_similarity_is_that_of_a_slow_reference() -> None:
    back = np.array([[1, 0, 3.0], [0, 1, -2.0], [0, 0, 1]])  # whole pixels: nothing to interpolate
    last, frame = texture(0), texture(1)
    found = similarity(last, frame, back)
    was, now = (cv2.GaussianBlur(image, (5, 5), 0).astype(float) for image in (last, frame))
    height, width = SIZE
    for y in range(0, height, 7):
        for x in range(0, width, 7):
            row, column = y - 2, x + 3
            expected = 0.0
            if 0 <= row < height and 0 <= column < width:
                difference = abs(was[row, column] - now[y, x]).mean()
                expected = np.exp(-((difference / LIKE) ** 2))
            assert found[y, x] == pytest.approx(expected, abs=1e-5)


def test_scores_move_on_their_grid_as_pixels_move_in_the_picture() -> None:
    """8 pixels to the right are 2 places of a grid of a quarter of the size."""
    scores = torch.rand(
        1, 3, SIZE[0] // 4, SIZE[1] // 4, generator=torch.Generator().manual_seed(0)
    )
    back = np.array([[1, 0, -8.0], [0, 1, 0], [0, 0, 1]])
    found = moved_scores(scores, back, SIZE)
    assert torch.allclose(found[..., 2:], scores[..., :-2], atol=1e-5)
    assert not found[..., :2].any()


def test_a_zoom_keeps_the_middle_of_the_picture_where_it_is() -> None:
    """A grid whose centres are taken for corners would drift by half a place."""
    middle_x, middle_y = (SIZE[1] - 1) / 2, (SIZE[0] - 1) / 2
    back = np.array([[0.5, 0, middle_x / 2], [0, 0.5, middle_y / 2], [0, 0, 1]])
    columns = torch.arange(50.0).expand(1, 1, 40, 50).contiguous()
    found = moved_scores(columns, back, SIZE)[0, 0, 20]
    expected = 24.5 + (torch.arange(50.0) - 24.5) / 2
    assert torch.allclose(found, expected, atol=0.05)
