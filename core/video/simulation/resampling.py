"""The interpolations that frames are sampled with, and their loss without their motion."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.clip import Rgb
from core.video.simulation.drive import Map

INTERPOLATIONS = (cv2.INTER_LINEAR, cv2.INTER_CUBIC, cv2.INTER_LANCZOS4)

_TAPS = 9
_PHASES = 33  # OpenCV rounds to 1/32 of a pixel
_FREQUENCIES = 64


def loss_of_sampling(image: Rgb, x: Map, y: Map, *, interpolation: int) -> Rgb:
    """Takes from an image the detail that sampling it at x, y would, and moves nothing.

    A sample half way between two pixels is blurred, one on a pixel is not: the loss follows the
    fractions of x and y, as in a warped picture.

    Args:
        image: (H, W, 3) uint8.
        x: (H, W) float32.
        y: (H, W) float32.
        interpolation: One of `INTERPOLATIONS`.
    """
    kernel, shares = _symmetric(interpolation)
    pixels = image.astype(np.float32)
    for place, shape in ((x, (1, -1)), (y, (-1, 1))):
        phase = np.rint((place - np.floor(place)) * (_PHASES - 1)).astype(np.intp)
        blurred = cv2.filter2D(pixels, -1, kernel.reshape(shape), borderType=cv2.BORDER_REFLECT_101)
        pixels += shares[phase][..., None] * (blurred - pixels)
    return np.asarray(np.clip(np.rint(pixels), 0, 255), np.uint8)


@lru_cache(maxsize=8)
def _symmetric(interpolation: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A kernel that blurs as a sample half way does, and how much of it comes nearest to others."""
    responses = np.stack([_response(interpolation, n / (_PHASES - 1)) for n in range(_PHASES)])
    halfway = responses[_PHASES // 2]
    centred = np.roll(np.fft.ifft(halfway).real, _TAPS // 2)[:_TAPS]
    shares = (responses - 1) @ (halfway - 1) / ((halfway - 1) @ (halfway - 1))
    kernel = centred / centred.sum()
    return kernel.astype(np.float32), shares.astype(np.float32)


def _response(interpolation: int, phase: float) -> NDArray[np.float64]:
    impulse = np.zeros((1, _FREQUENCIES), np.float32)
    impulse[0, _FREQUENCIES // 2] = 1
    x = np.arange(_FREQUENCIES, dtype=np.float32)[None] + np.float32(phase)
    sampled = cv2.remap(impulse, x, np.zeros_like(x), interpolation)
    return np.asarray(np.abs(np.fft.fft(np.asarray(sampled)[0])), np.float64)
