"""The way through the street against rays that are cast one by one."""

import numpy as np
import pytest

from core.video.simulation.drive import Drive, View
from core.video.simulation.motion import Motion

WIDTH, HEIGHT = 48, 36


def drive_of(seed: int, **settings: object) -> Drive:
    rng = np.random.default_rng(seed)
    return Drive.draw(rng, motion=Motion(**settings), width=WIDTH, height=HEIGHT)


def cast(drive: Drive, t: int, pixel: tuple[int, int]) -> np.ndarray:
    """The first point of the street's four planes on the ray through a pixel of frame t."""
    street = drive.street
    ray = drive.rotations[t].T @ np.linalg.solve(drive.lens, [*pixel, 1.0])
    start = drive.positions[t]
    planes = (
        (np.array([0, 1.0, 0]), 1.0),
        (np.array([-1.0, 0, 0]), street.left),
        (np.array([1.0, 0, 0]), street.right),
        (np.array([0, 0, 1.0]), street.end),
    )
    steps = [(reach - normal @ start) / (normal @ ray) for normal, reach in planes if normal @ ray]
    return start + min(step for step in steps if step > 0) * ray


@pytest.mark.parametrize("seed", range(4))
def test_pixels_go_where_their_rays_meet_the_street(seed: int) -> None:
    drive = drive_of(seed, length=5, speed=15, shake=3)
    for t, other in ((0, 4), (3, 2), (2, 4), (4, 3)):
        x, y, before = View(drive, t, width=WIDTH, height=HEIGHT).seen_at(other)
        for row, column in np.random.default_rng(seed).integers(0, (HEIGHT, WIDTH), (40, 2)):
            point = cast(drive, t, (column, row))
            seen = drive.lens @ drive.rotations[other] @ (point - drive.positions[other])
            if seen[2] < 0.2:
                continue
            assert before[row, column]
            expected = pytest.approx(tuple(seen[:2] / seen[2]), abs=0.02)
            assert (x[row, column], y[row, column]) == expected


def test_the_camera_ends_unmoved_and_drives_forward() -> None:
    for seed in range(5):
        drive = drive_of(seed, length=6)
        assert np.array_equal(drive.rotations[-1], np.eye(3))
        assert np.array_equal(drive.positions[-1], np.zeros(3))
        assert (np.diff(drive.positions[:, 2]) > 0).all()


def test_the_camera_stays_between_the_facades_however_long_and_fast_it_drives() -> None:
    for seed in range(20):
        drive = drive_of(seed, length=64, speed=60, variety=1.5)
        assert (drive.positions[:, 0] > -drive.street.left).all()
        assert (drive.positions[:, 0] < drive.street.right).all()


def test_a_standing_thing_goes_with_the_ground_under_its_foot() -> None:
    drive = drive_of(1, length=4, shake=0)
    column, row = WIDTH // 2, HEIGHT - 3
    point = cast(drive, 3, (column, row))
    assert point[1] == pytest.approx(1)
    for t in range(4):
        way = drive.homography(t, place=np.zeros(3), nearness=1 / point[2])
        expected = drive.lens @ drive.rotations[t] @ (point - drive.positions[t])
        found = way @ (column, row, 1)
        assert found[:2] / found[2] == pytest.approx(expected[:2] / expected[2])


def test_speed_zero_and_no_trembling_stand_still() -> None:
    drive = drive_of(0, speed=0, shake=0)
    assert not drive.positions.any()
    assert np.allclose(drive.rotations, np.eye(3))


def test_turning_alone_moves_the_whole_picture_alike() -> None:
    drive = drive_of(3, length=2, shake=0, turn=1)
    turned = Drive(drive.street, drive.lens, drive.rotations, np.zeros((2, 3)))
    x, y, _ = View(turned, 1, width=WIDTH, height=HEIGHT).seen_at(0)
    across = x - np.arange(WIDTH)
    assert abs(across).mean() > 0.05
    assert across.std() < 0.2 * abs(across).mean()
    assert abs(y - np.arange(HEIGHT)[:, None]).mean() < abs(across).mean()
