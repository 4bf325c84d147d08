"""What lens, sensor and codec do to frames."""

import cv2
import numpy as np
import pytest

from core.video.simulation.motion import Motion
from core.video.simulation.shot import Shot

CLEAN = {"grain": 0.0, "exposure": 0.0, "sharpness": 0.0, "quality": None}


def picture(blur: float = 0.0) -> np.ndarray:
    image = np.random.default_rng(0).integers(60, 196, (72, 96, 3), dtype=np.uint8)
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.0))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), blur)) if blur else image


def detail(frame: np.ndarray) -> float:
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    return float((cv2.Laplacian(grey, cv2.CV_32F)[12:-12, 16:-16] ** 2).mean())


def taken(pictures: list[np.ndarray], seed: int = 0, **settings: object) -> np.ndarray:
    return Shot(**{**CLEAN, **settings}).take(pictures, np.random.default_rng(seed))


def test_a_shot_without_any_loss_is_the_pictures() -> None:
    motion = Motion(sharpness=0, noise=0, exposure=0, compression=0)
    shot = Shot.draw(np.random.default_rng(0), motion)
    pictures = [picture(), picture(1.0)]
    assert np.array_equal(shot.take(pictures, np.random.default_rng(0)), pictures)


def test_blurred_and_sharp_pictures_become_equally_sharp_on_average() -> None:
    pictures = [picture(0.5), picture(0.6), picture()]
    assert detail(pictures[2]) > 1.5 * detail(pictures[0])
    shares = []
    for seed in range(60):
        logs = np.log([detail(frame) for frame in taken(pictures, seed, sharpness=0.15)])
        shares.append(logs)
    found = np.array(shares)
    assert found.mean(axis=0) == pytest.approx(found.mean(), abs=0.12)
    assert found.std(axis=0) == pytest.approx(0.3, abs=0.1)


def test_flat_pictures_stay_flat() -> None:
    flat = np.full((32, 32, 3), 77, np.uint8)
    assert (taken([flat, flat], sharpness=0.5) == 77).all()


def test_noise_is_as_strong_as_said_and_new_in_every_frame() -> None:
    flat = np.full((200, 300, 3), 128, np.uint8)
    frames = taken([flat] * 3, grain=5.0).astype(np.float32) - 128
    assert frames.std(axis=(1, 2, 3)) == pytest.approx(5, rel=0.1)
    assert abs(np.corrcoef(frames.reshape(3, -1)) - np.eye(3)).max() < 0.05


def test_brightness_varies_around_what_it_was() -> None:
    flat = np.full((16, 16, 3), 100, np.uint8)
    means = taken([flat] * 200, exposure=0.05).mean(axis=(1, 2, 3))
    assert means.mean() == pytest.approx(100, abs=1.5)
    assert means.std() == pytest.approx(5, rel=0.25)


def test_lower_quality_loses_more() -> None:
    image = picture()
    losses = [
        abs(taken([image], quality=quality)[0].astype(int) - image).mean()
        for quality in (95.0, 60.0, 30.0)
    ]
    assert 0 < losses[0] < losses[1] < losses[2]
