"""One homography for the whole picture: how the camera moved, and where pictures look alike."""

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.video.clip import Rgb

Homography = NDArray[np.float64]
"""(3, 3): takes a pixel of the new frame to where it was in the last one."""

LEAST_MATCHES = 16
"""Corners that must agree on a homography; with fewer there is none."""

LEAST_SHARE = 0.3
"""Share of the followed corners that must agree on it."""

LIKE = 15.0
"""Grey levels by which alike pictures differ: similarity exp(-(difference / LIKE)^2)."""

_CORNERS, _QUALITY, _APART = 500, 0.01, 8
_THERE_AND_BACK = 1.0  # pixels a corner may be off after the way to the last frame and back
_OFF = 3.0  # pixels a corner may be off the homography
_BLUR = (5, 5)
_LARGEST_ZOOM = 2.0  # of the area, from one frame to the next


def camera_motion(last: Rgb, frame: Rgb) -> Homography | None:
    """The homography from `frame` back to `last`.

    Corners of the frame (Shi, Tomasi, CVPR 1994) are followed to the last one by sparse pyramidal
    Lucas-Kanade and back; those that come back to where they began vote by RANSAC.

    Returns:
        None where fewer than `LEAST_MATCHES` corners or a smaller share of them than `LEAST_SHARE`
        agree, or where the picture would be turned over or change its size by more than half.
    """
    here, there = (np.asarray(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), np.uint8) for f in (frame, last))
    corners = cv2.goodFeaturesToTrack(here, _CORNERS, _QUALITY, _APART)
    if corners is None or len(corners) < LEAST_MATCHES:
        return None
    found, is_found = _followed(here, there, np.asarray(corners, np.float32))
    back, is_back = _followed(there, here, found)
    miss = np.abs(back - corners).max(axis=(1, 2))
    is_good = is_found & is_back & (miss < _THERE_AND_BACK)
    if is_good.sum() < LEAST_MATCHES:
        return None
    homography, agree = cv2.findHomography(corners[is_good], found[is_good], cv2.RANSAC, _OFF)
    if homography is None or agree.sum() < max(LEAST_MATCHES, LEAST_SHARE * is_good.sum()):
        return None
    return np.asarray(homography) if _is_plausible(homography, here.shape) else None


def similarity(last: Rgb, frame: Rgb, homography: Homography) -> NDArray[np.float32]:
    """How alike each pixel of the frame is to where it was in the last one, (H, W) in 0..1.

    The pictures are blurred a little and compared by their mean difference over the colours; what
    came from outside the last picture is like nothing, 0.
    """
    height, width = frame.shape[:2]
    was = _warp(cv2.GaussianBlur(last, _BLUR, 0).astype(np.float32), homography, (width, height))
    now = cv2.GaussianBlur(frame, _BLUR, 0).astype(np.float32)
    inside = _warp(np.ones((height, width), np.float32), homography, (width, height))
    difference = np.abs(was - now).mean(axis=2)
    return np.where(inside >= 1 - 1e-3, np.exp(-np.square(difference / LIKE)), 0).astype(np.float32)


def moved_scores(
    scores: torch.Tensor, homography: Homography, size: tuple[int, int]
) -> torch.Tensor:
    """Scores of the last frame brought along a homography.

    Args:
        scores: (1, K, h, w) on the CPU.
        homography: In pixels of the frames.
        size: (H, W) of the frames.

    Returns:
        (1, K, h, w), sampled bilinearly, 0 where they came from outside.
    """
    height, width = scores.shape[-2:]
    to_frame = _grid_to_frame(width / size[1], height / size[0])
    on_grid = np.linalg.inv(to_frame) @ homography @ to_frame
    maps = [_warp(layer, on_grid, (width, height)) for layer in scores[0].numpy()]
    return torch.from_numpy(np.stack(maps)).unsqueeze(0)


def _followed(
    here: NDArray[np.uint8], there: NDArray[np.uint8], corners: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Where corners (N, 1, 2) of one grey picture are in another, and which were found."""
    found, status, _ = cv2.calcOpticalFlowPyrLK(here, there, corners, np.zeros_like(corners))
    return np.asarray(found, np.float32), np.asarray(status)[:, 0] == 1


def _warp(
    image: NDArray[np.float32], back: Homography, size: tuple[int, int]
) -> NDArray[np.float32]:
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(image, back, size, flags=how), np.float32)


def _grid_to_frame(across: float, down: float) -> Homography:
    """From places of a coarse grid to pixels; centres have whole coordinates on both."""
    return np.array(
        [[1 / across, 0, 0.5 / across - 0.5], [0, 1 / down, 0.5 / down - 0.5], [0, 0, 1]]
    )


def _is_plausible(homography: Homography, shape: tuple[int, ...]) -> bool:
    """Whether the corners of the picture go to a convex quadrangle of about the picture's size."""
    height, width = shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    homogeneous = np.column_stack([corners, np.ones(4)]) @ homography.T
    if (homogeneous[:, 2] <= 0).any():
        return False
    quadrangle = (homogeneous[:, :2] / homogeneous[:, 2:]).astype(np.float32)
    if not cv2.isContourConvex(quadrangle):
        return False
    area = cv2.contourArea(quadrangle, oriented=True) / (width * height)
    return 1 / _LARGEST_ZOOM <= area <= _LARGEST_ZOOM
