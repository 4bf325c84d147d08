"""Light, haze and lens: what turns painted surfaces into a photograph."""

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.street import paint
from core.video.street.camera import FRAME_RATE
from core.video.street.surface import Texture

_KINDS = ("sunny", "hazy", "overcast", "dusk")


@dataclass(frozen=True, eq=False)
class Weather:
    """The light over one street.

    Attributes:
        kind: `sunny`, `hazy`, `overcast` or `dusk`.
        sun: (3,) float64 unit vector towards the sun.
        sun_colour: (3,) float32.
        ambient: (3,) float32.
        haze: Share of light lost per metre.
        haze_colour: (3,) float32, 0..255.
        gain: Exposure.
        grain: Standard deviation of the sensor noise, grey levels.
        flicker: Phases of the slow change of light.
        seed: Decides clouds and noise.
    """

    kind: str
    sun: NDArray[np.float64]
    sun_colour: NDArray[np.float32]
    ambient: NDArray[np.float32]
    haze: float
    haze_colour: NDArray[np.float32]
    gain: float
    grain: float
    flicker: tuple[float, float, float]
    seed: int

    @classmethod
    def draw(cls, seed: int) -> "Weather":
        """Draws the weather of a street."""
        rng = np.random.default_rng([seed, 20])
        kind = _KINDS[int(rng.choice(4, p=(0.4, 0.2, 0.25, 0.15)))]
        around = rng.uniform(0, 2 * np.pi)
        height = {"dusk": rng.uniform(0.2, 0.35)}.get(kind, rng.uniform(0.45, 1.1))
        flat = np.cos(height)
        sun = np.array([np.cos(around) * flat, -np.sin(height), np.sin(around) * flat])
        direct, soft = {
            "sunny": ((0.66, 0.61, 0.5), (0.5, 0.54, 0.62)),
            "hazy": ((0.4, 0.37, 0.32), (0.68, 0.69, 0.72)),
            "overcast": ((0.1, 0.1, 0.1), (0.8, 0.82, 0.86)),
            "dusk": ((0.3, 0.22, 0.15), (0.32, 0.33, 0.42)),
        }[kind]
        haze_colour = {"dusk": (120, 112, 118)}.get(kind, (205, 212, 222))
        return cls(
            kind=kind,
            sun=sun,
            sun_colour=np.array(direct, np.float32),
            ambient=np.array(soft, np.float32),
            haze=rng.uniform(0.002, 0.006) * (1.8 if kind == "hazy" else 1.0),
            haze_colour=np.array(haze_colour, np.float32),
            gain=rng.uniform(0.95, 1.22),
            grain=rng.uniform(1.2, 3.5) * (1.6 if kind == "dusk" else 1.0),
            flicker=(rng.uniform(0, 6.3), rng.uniform(0, 6.3), rng.uniform(0.04, 0.12)),
            seed=seed,
        )

    @property
    def shade(self) -> tuple[float, float]:
        """Where the shadow of a point one metre high falls: metres in x and z, at most 2.5 long."""
        down = max(-float(self.sun[1]), 0.35)
        return -float(self.sun[0]) / down, -float(self.sun[2]) / down

    def sunshine(self, t: int) -> float:
        """How much of the sun comes through the clouds at frame `t`, 0..1."""
        seconds = t / FRAME_RATE
        wave = np.sin(2 * np.pi * self.flicker[2] * seconds + self.flicker[0])
        steady = {"sunny": 0.85, "hazy": 0.6, "overcast": 0.3, "dusk": 0.6}[self.kind]
        return float(np.clip(steady + 0.25 * wave, 0, 1))

    def darkness(self, t: int) -> float:
        """How dark shadows are at frame `t`, 0..1."""
        direct = float(self.sun_colour.mean()) * self.sunshine(t)
        return 0.22 + 0.75 * direct / (direct + float(self.ambient.mean()))

    @cached_property
    def sky(self) -> Texture:
        """The sky."""
        rng = np.random.default_rng([self.seed, 21])
        cloud = {"sunny": rng.uniform(0, 0.45), "hazy": rng.uniform(0.3, 0.6)}.get(
            self.kind, rng.uniform(0.6, 1.0)
        )
        colours: dict[str, tuple[paint.Colour, paint.Colour]] = {
            "sunny": ((84, 136, 214), (190, 212, 238)),
            "hazy": ((150, 180, 216), (226, 230, 234)),
            "overcast": ((206, 212, 220), (236, 239, 242)),
            "dusk": ((70, 80, 112), (176, 150, 134)),
        }
        top, low = colours[self.kind]
        return paint.sky(rng, top=top, low=low, cloud=float(cloud))

    @cached_property
    def _noise(self) -> NDArray[np.float32]:
        rng = np.random.default_rng([self.seed, 22])
        tile = rng.standard_normal((512, 512, 3), dtype=np.float32)
        return np.asarray(0.8 * tile + 0.5 * tile.mean(axis=2, keepdims=True), np.float32)

    def _grain(self, t: int, height: int, width: int) -> NDArray[np.float32]:
        """Sensor noise of frame `t`: the same tile, rolled differently in every frame."""
        rng = np.random.default_rng([self.seed, 23, t % 2**32])
        top, left = (int(n) for n in rng.integers(0, 512, 2))
        rows = np.arange(top, top + height) % 512
        columns = np.arange(left, left + width) % 512
        return self._noise[rows][:, columns]

    def expose(
        self,
        paint_layer: NDArray[np.uint8],
        *,
        shade: NDArray[np.float32],
        inverse_depth: NDArray[np.float32],
        t: int,
    ) -> NDArray[np.uint8]:
        """Makes the photograph of frame `t`.

        Args:
            paint_layer: (H, W, 3) uint8 unlit colours.
            shade: (H, W, 3) float32 light that falls on each pixel.
            inverse_depth: (H, W) float32, 0 at infinity.
            t: The frame number.
        """
        height, width = inverse_depth.shape
        seconds = t / FRAME_RATE
        breath = 1 + 0.05 * np.sin(0.7 * seconds + self.flicker[1])
        lit = paint_layer * shade
        near = np.maximum(inverse_depth, np.float32(1e-3))
        clear = np.exp(np.float32(-self.haze) / near)
        clear[inverse_depth == 0] = 1
        lit -= self.haze_colour
        lit *= clear[..., None]
        lit += self.haze_colour
        lit = cv2.GaussianBlur(lit, (3, 3), 0.55).astype(np.float32, copy=False)
        lit *= _vignette(height, width) * np.float32(self.gain * breath)
        lit += np.float32(self.grain) * self._grain(t, height, width)
        photograph: NDArray[np.uint8] = np.clip(lit, 0, 255).astype(np.uint8)
        return photograph


def _vignette(height: int, width: int) -> NDArray[np.float32]:
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    fall: NDArray[np.float32] = (1 - np.float32(0.11) * (x * x + y * y))[..., None]
    return fall
