"""The drive: a camera in a street as plain as a box, at the last frame and at those before.

The street has a ground, a facade on either side and a far end. It is seen from inside and hides
nothing of itself, so every pixel's way from frame to frame is a closed formula.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.video.simulation.motion import Motion

REFERENCE_WIDTH = 480
"""The picture width that lengths in `Motion` are meant for."""

NEAREST = 0.02
"""Depth, as a share of the last frame's, before which a point counts as behind the camera."""

Matrix = NDArray[np.float64]
Map = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Street:
    """The box around the camera of the last frame, in camera heights.

    Attributes:
        left: Distance to the left facade.
        right: Distance to the right one.
        end: Distance to the far end.
    """

    left: float
    right: float
    end: float

    def nearness(self, rays: Map | Matrix, position: Map | Matrix) -> Map:
        """One over how many times a ray fits between `position` and the street.

        Args:
            rays: (3, ...) directions in the axes of the last frame.
            position: (3,) where they begin, inside the street.

        Returns:
            (...) float32.
        """
        x, y, z = rays
        found = np.maximum(y / (1 - position[1]), z / (self.end - position[2]))
        sides = np.maximum(x / (self.right - position[0]), x / -(self.left + position[0]))
        return np.asarray(np.maximum(found, sides), np.float32)


@dataclass(frozen=True, eq=False)
class Drive:
    """A camera's way through a street. World axes are those of the last frame's camera.

    Attributes:
        street: What is driven through.
        lens: (3, 3) float64 intrinsics.
        rotations: (T, 3, 3) float64, from world axes to camera axes.
        positions: (T, 3) float64, in camera heights.
    """

    street: Street
    lens: Matrix
    rotations: Matrix
    positions: Matrix

    @classmethod
    def draw(cls, rng: np.random.Generator, *, motion: Motion, width: int, height: int) -> Self:
        """Draws a drive that ends in an unmoved camera.

        Args:
            rng: Source of all randomness.
            motion: How fast and how varied.
            width: Picture width in pixels.
            height: Picture height in pixels.
        """
        street = Street(
            left=_log_uniform(rng, 1.8, 7.0),
            right=_log_uniform(rng, 1.8, 7.0),
            end=_log_uniform(rng, 15.0, 60.0),
        )
        focal = rng.uniform(1.0, 1.3) * max(width, height * 4 / 3)
        centre = (width * rng.uniform(0.38, 0.62), height * rng.uniform(0.42, 0.54))
        lens = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1.0]])
        scale = width / REFERENCE_WIDTH
        pace = float(np.exp(motion.variety * rng.standard_normal() - motion.variety**2 / 2))
        speed = motion.speed * scale * pace
        turning = float(np.clip(motion.turn * rng.standard_normal(), -0.95, 0.95))
        forward = speed * np.sqrt(1 - turning**2)
        advance = forward / _pixels_of_a_step(street, lens, width, height)
        before, driven = np.arange(motion.length - 1, -1, -1.0), steady(rng, motion.length)
        room = 0.5 * min(street.left, street.right) / motion.length
        drift = np.clip(rng.uniform(-0.06, 0.06) * advance, -room, room)
        positions = np.stack([-drift * before, np.zeros_like(before), -advance * driven], axis=1)
        tremble = motion.shake * scale / focal
        angles = np.stack(
            [
                -turning * speed / focal * driven + _sway(rng, tremble, before),
                _sway(rng, tremble, before),
                _sway(rng, 0.7 * tremble, before),
            ],
            axis=1,
        )
        rotations = np.stack([_rotation(*each) for each in angles])
        return cls(street, lens, rotations, positions)

    def homography(self, t: int, *, place: Matrix, nearness: float) -> Matrix:
        """(3, 3) from pixels of the last frame to pixels of frame `t`, for an upright flat thing.

        Args:
            t: The frame.
            place: (3,) how far the thing was from its last place at `t`, in camera heights.
            nearness: One over its distance in the last frame.
        """
        moved = np.eye(3)
        moved[:, 2] += (place - self.positions[t]) * nearness
        found: Matrix = self.lens @ self.rotations[t] @ moved @ np.linalg.inv(self.lens)
        return found


class View:
    """One frame's pixels as points on the street.

    Args:
        drive: The drive.
        t: The frame.
        width: Picture width in pixels.
        height: Picture height in pixels.
    """

    def __init__(self, drive: Drive, t: int, *, width: int, height: int) -> None:
        self._drive, self._t = drive, t
        self._x = np.arange(width, dtype=np.float32)
        self._y = np.arange(height, dtype=np.float32)[:, None]
        self._out = drive.rotations[t].T @ np.linalg.inv(drive.lens)
        rays = np.stack([self._linear(row) for row in self._out])
        self._nearness = drive.street.nearness(rays, drive.positions[t].astype(np.float32))

    def seen_at(self, other: int) -> tuple[Map, Map, NDArray[np.bool_]]:
        """Where the pixels' points are in frame `other`: x, y, and whether before its camera."""
        drive = self._drive
        project = drive.lens @ drive.rotations[other]
        warp = project @ self._out
        shift = project @ (drive.positions[self._t] - drive.positions[other])
        x, y, depth = (
            self._linear(row) + np.float32(offset) * self._nearness
            for row, offset in zip(warp, shift, strict=True)
        )
        before = depth > NEAREST
        depth = np.where(before, depth, np.float32(1)).astype(np.float32, copy=False)
        return x / depth, y / depth, before

    def _linear(self, row: Matrix) -> Map:
        a, b, c = row.astype(np.float32)
        found: Map = a * self._x + (b * self._y + c)
        return found


def _pixels_of_a_step(street: Street, lens: Matrix, width: int, height: int) -> float:
    """Mean motion of the picture, in pixels, for one camera height of driving, from a small one."""
    y, x = np.mgrid[0.5:24, 0.5:32]
    x, y = x / 32 * width - 0.5, y / 24 * height - 0.5
    rays = np.stack([(x - lens[0, 2]) / lens[0, 0], (y - lens[1, 2]) / lens[1, 1], np.ones_like(x)])
    nearness = street.nearness(rays, np.zeros(3))
    return float((np.hypot(x - lens[0, 2], y - lens[1, 2]) * nearness).mean())


def steady(rng: np.random.Generator, length: int) -> Matrix:
    """(T,) frames before the last one, as time goes for what slowly speeds up or slows down."""
    before = np.arange(length - 1, -1, -1.0)
    return np.asarray(before * (1 + rng.uniform(-0.15, 0.15) * before / length), np.float64)


def _log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _sway(rng: np.random.Generator, size: float, before: Matrix) -> Matrix:
    """Two sines that are 0 at the last frame and move by `size` (rms) a frame."""
    found = np.zeros_like(before)
    for low, high in ((0.3, 0.9), (0.9, 2.0)):
        rate, phase = rng.uniform(low, high), rng.uniform(0, 2 * np.pi)
        found += size / rate * (np.sin(phase + rate * before) - np.sin(phase))
    return found


def _rotation(yaw: float, pitch: float, roll: float) -> Matrix:
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    turn = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    nod = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    tilt = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    rotation: Matrix = tilt @ nod @ turn
    return rotation
