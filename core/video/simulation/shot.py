"""What lens, sensor and codec do to the frames of a clip, drawn anew for every frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.clip import Rgb
from core.video.simulation.motion import Motion

_TILE = 512
_STEEPEST = (-1.2, 1.5)


@dataclass(frozen=True, eq=False)
class Shot:
    """The lens, sensor and codec of one clip.

    Attributes:
        grain: Standard deviation of the noise, grey levels.
        exposure: Standard deviation of the brightness of frames, as a share of it.
        sharpness: Standard deviation of the logarithm of the sharpness of frames.
        quality: JPEG quality that the frames' own ones lie around; None without compression.
    """

    grain: float
    exposure: float
    sharpness: float
    quality: float | None

    @classmethod
    def draw(cls, rng: np.random.Generator, motion: Motion) -> Self:
        """Draws what took the clip."""
        grain = motion.noise * rng.uniform(0.2, 1)
        quality = 95 - 65 * motion.compression * rng.uniform(0, 1)
        return cls(
            grain, motion.exposure, motion.sharpness, quality if motion.compression else None
        )

    def take(self, pictures: Sequence[Rgb], rng: np.random.Generator) -> NDArray[np.uint8]:
        """The frames as they would have been recorded.

        Args:
            pictures: T times (H, W, 3) uint8.
            rng: Source of all randomness.

        Returns:
            (T, H, W, 3) uint8.
        """
        frames = _equally_sharp(pictures, self.sharpness, rng) if self.sharpness else pictures
        frames = [self._expose(frame, rng) for frame in frames]
        return np.stack([self._compress(frame, rng) for frame in frames])

    def _expose(self, picture: Rgb, rng: np.random.Generator) -> Rgb:
        brightness = self.exposure * rng.standard_normal()
        tint = self.exposure / 4 * rng.standard_normal(3)
        top, left = (int(n) for n in rng.integers(0, _TILE, 2))
        if not self.exposure and not self.grain:
            return picture
        pixels = picture * np.exp(brightness + tint).astype(np.float32)
        if self.grain:
            height, width = picture.shape[:2]
            rows = np.arange(top, top + height) % _TILE
            columns = np.arange(left, left + width) % _TILE
            pixels += np.float32(self.grain) * _noise()[rows[:, None], columns]
        return np.asarray(np.clip(np.rint(pixels), 0, 255), np.uint8)

    def _compress(self, picture: Rgb, rng: np.random.Generator) -> Rgb:
        shift = rng.normal(0, 3)
        if self.quality is None:
            return picture
        quality = int(np.clip(self.quality + shift, 10, 98))
        # Told to be BGR, or the coarser chroma planes would mix up red and blue.
        _, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB), np.uint8)


def _equally_sharp(pictures: Sequence[Rgb], spread: float, rng: np.random.Generator) -> list[Rgb]:
    """Blurs or sharpens every picture to a sharpness drawn from one distribution for all.

    Resampling blurs, and only the last picture is not resampled: without this, blur would tell
    the past from the present.
    """
    details = [_detail(picture) for picture in pictures]
    energies = np.array([energy for _, (energy, _, _) in details])
    if not energies.min() > 0:
        return list(pictures)
    usual = np.log(energies[:-1]).mean() if len(energies) > 1 else np.log(energies[0])
    middle = (usual + np.log(energies[-1])) / 2
    targets = np.exp(middle + 2 * spread * rng.standard_normal(len(pictures)))
    return [
        np.asarray(
            np.clip(np.rint(picture + np.float32(_amount(terms, target)) * detail), 0, 255),
            np.uint8,
        )
        for picture, (detail, terms), target in zip(pictures, details, targets, strict=True)
    ]


def _detail(picture: Rgb) -> tuple[NDArray[np.float32], tuple[float, float, float]]:
    """What a slight blur takes away, and the terms of the sharpness of picture + g * detail."""
    pixels = picture.astype(np.float32)
    detail = pixels - cv2.GaussianBlur(pixels, (3, 3), 0.7)
    weights = np.array([[0.299, 0.587, 0.114]], np.float32)
    edges, own = (
        cv2.Laplacian(cv2.transform(each, weights), cv2.CV_32F).astype(np.float64)
        for each in (pixels, detail)
    )
    margins = tuple(slice(n // 6, n - n // 6) for n in picture.shape[:2])
    edges, own = edges[margins], own[margins]
    terms = (float((edges**2).mean()), float((edges * own).mean()), float((own**2).mean()))
    return np.asarray(detail, np.float32), terms


def _amount(terms: tuple[float, float, float], target: float) -> float:
    """The g for which energy + 2 g mixed + g^2 own is nearest to the target."""
    energy, mixed, own = terms
    if own <= 0:
        return 0.0
    lowest = -mixed / own
    rest = lowest**2 - (energy - target) / own
    found = lowest + np.sqrt(max(rest, 0.0))
    return float(np.clip(found, *_STEEPEST))


@lru_cache(maxsize=1)
def _noise() -> NDArray[np.float32]:
    """Noise of variance 1 whose channels agree in part, as after demosaicing."""
    tile = np.random.default_rng(0).standard_normal((_TILE, _TILE, 4), dtype=np.float32)
    return np.asarray(0.8 * tile[..., :3] + 0.6 * tile[..., 3:], np.float32)
