"""The camera of the street: where it is at each frame and how it projects."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FRAME_RATE = 15
"""Frames a second of every rendered sequence."""


@dataclass(frozen=True, eq=False)
class Pose:
    """Where the camera is and where it looks.

    Attributes:
        rotation: (3, 3) float64, from world axes to camera axes.
        position: (3,) float64 metres.
    """

    rotation: NDArray[np.float64]
    position: NDArray[np.float64]


@dataclass(frozen=True)
class Sway:
    """A smooth to-and-fro: two sines.

    Attributes:
        size: The largest excursion.
        rates: The two frequencies in hertz.
        phases: Their phases in radians.
    """

    size: float
    rates: tuple[float, float]
    phases: tuple[float, float]

    def __call__(self, seconds: float) -> float:
        """The excursion at a time."""
        slow = np.sin(2 * np.pi * self.rates[0] * seconds + self.phases[0])
        fast = np.sin(2 * np.pi * self.rates[1] * seconds + self.phases[1])
        return self.size * float(0.65 * slow + 0.35 * fast)


def _sway(rng: np.random.Generator, size: float, slow: float, fast: float) -> Sway:
    rates = (slow * rng.uniform(0.7, 1.3), fast * rng.uniform(0.7, 1.3))
    return Sway(size, rates, (rng.uniform(0, 2 * np.pi), rng.uniform(0, 2 * np.pi)))


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    cr, sr = np.cos(roll), np.sin(roll)
    turn = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]])
    nod = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    tilt = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    rotation: NDArray[np.float64] = tilt @ nod @ turn
    return rotation


class Camera:
    """A camera on a car that drives forward with a steady hand and a soft suspension."""

    def __init__(self, rng: np.random.Generator, *, lane: float, width: int, height: int) -> None:
        """Draws the drive.

        Args:
            rng: Decides speed, height, sway and bob.
            lane: The x of the lane's middle, metres.
            width: Picture width in pixels.
            height: Picture height in pixels.
        """
        self.width, self.height = width, height
        self.speed = rng.uniform(3.0, 5.4)
        self._lane = lane
        self._mount = rng.uniform(1.35, 1.6)
        self._down = rng.uniform(-0.01, 0.035)
        self._gas = _sway(rng, 1.6, 0.06, 0.16)
        self._drift = _sway(rng, 0.3, 0.07, 0.19)
        self._yaw = _sway(rng, np.radians(rng.uniform(3.5, 6.5)), 0.14, 0.28)
        self._pitch = _sway(rng, np.radians(0.35), 0.9, 1.9)
        self._bob = _sway(rng, 0.025, 1.1, 2.1)
        self._roll = _sway(rng, np.radians(0.5), 0.3, 0.8)
        focal = rng.uniform(0.82, 0.98) * max(width, height * 4 / 3)
        centre = ((width - 1) / 2, (height - 1) / 2)
        self.intrinsics = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1.0]])

    def advance(self, t: int) -> float:
        """How far along the street the camera is at frame `t`, metres."""
        seconds = t / FRAME_RATE
        return self.speed * seconds + self._gas(seconds)

    def pose(self, t: int) -> Pose:
        """Where the camera is and looks at frame `t`."""
        seconds = t / FRAME_RATE
        position = np.array(
            [
                self._lane + self._drift(seconds),
                -self._mount + self._bob(seconds),
                self.advance(t),
            ]
        )
        rotation = _rotation(
            self._yaw(seconds), self._down + self._pitch(seconds), self._roll(seconds)
        )
        return Pose(rotation, position)
