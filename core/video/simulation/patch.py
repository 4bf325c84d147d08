"""The rectangle of a frame that a thing is seen in, and the thing's outline in it."""

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from core.video.simulation.background import FRINGE
from core.video.simulation.drive import NEAREST, Map, Matrix
from core.video.simulation.things import Mask, Thing

_FADE = 0.8  # standard deviation of the blur between a thing and the street, pixels
_MARGIN = FRINGE + 3

Rectangle = tuple[slice, slice]
"""Rows and columns."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Where and how a thing is seen in one frame.

    Attributes:
        there: The rectangle.
        x: (h, w) float32: where its pixels are in the last image.
        y: (h, w) float32: the same.
        hit: (h, w) bool: the pixels that show the thing unless a nearer one is before it.
        alpha: (h, w) float32: share of the picture that is the thing's, with soft edges.
    """

    there: Rectangle
    x: Map
    y: Map
    hit: Mask
    alpha: Map


@dataclass(frozen=True, eq=False)
class Outline:
    """A thing's outline with some room around it.

    Where the thing touches the image's edge it goes on beyond it, mirrored: a car that is half in
    the picture must not end in a straight cut when more of the street comes into view.

    Attributes:
        left: The image column of the first column.
        top: The image row of the first row.
        mask: (h, w) uint8, 1 where the thing is.
        alpha: (h, w) float32, share of the picture that is the thing's.
    """

    left: int
    top: int
    mask: NDArray[np.uint8]
    alpha: Map

    @classmethod
    def of(cls, thing: Thing, *, height: int, width: int) -> Self:
        """The outline of a thing in an image of this size."""
        top, left, bottom, right = thing.box
        high, wide = (min(side - 1, min(height, width) // 4) for side in thing.mask.shape)
        above, below = high * (top == 0), high * (bottom == height)
        before, after = wide * (left == 0), wide * (right == width)
        own = thing.mask.astype(np.uint8)
        longer = cv2.copyMakeBorder(own, above, below, before, after, cv2.BORDER_REFLECT_101)
        mask = np.pad(np.asarray(longer, np.uint8), _MARGIN)
        carried = cv2.dilate(mask, np.ones((2 * FRINGE + 1, 2 * FRINGE + 1), np.uint8))
        alpha = np.asarray(cv2.GaussianBlur(carried.astype(np.float32), (0, 0), _FADE), np.float32)
        return cls(left - before - _MARGIN, top - above - _MARGIN, mask, alpha)

    def seen(self, homography: Matrix, *, height: int, width: int) -> Patch | None:
        """The outline in a frame; None where it is out of the picture or behind the camera.

        Args:
            homography: (3, 3) from pixels of the image to pixels of the frame.
            height: The frame's height in pixels.
            width: The frame's width in pixels.
        """
        rows, columns = self.mask.shape
        corners = np.array(
            [
                (x, y, 1.0)
                for x in (self.left, self.left + columns - 1)
                for y in (self.top, self.top + rows - 1)
            ]
        )
        to = corners @ homography.T
        if (to[:, 2] <= NEAREST).any():
            return None
        to = to[:, :2] / to[:, 2:]
        low = np.maximum(np.floor(to.min(axis=0)), 0).astype(int)
        high = np.minimum(np.ceil(to.max(axis=0)) + 1, (width, height)).astype(int)
        if (low >= high).any():
            return None
        there = slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))
        back = np.linalg.inv(homography).astype(np.float64)
        x, y, _ = mapped(back, there)
        hit = nearest(self.mask, x - self.left, y - self.top, outside=0) > 0
        alpha = cv2.remap(
            self.alpha,
            x - self.left,
            y - self.top,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        )
        return Patch(there, x, y, hit, np.asarray(alpha, np.float32))


def nearest(values: NDArray[np.uint8], x: Map, y: Map, *, outside: int) -> NDArray[np.uint8]:
    """Samples (h, w) uint8 values at the nearest pixels; `outside` where there are none."""
    found = cv2.remap(
        values, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=outside
    )
    return np.asarray(found, np.uint8)


def mapped(homography: Matrix, there: Rectangle) -> tuple[Map, Map, Mask]:
    """Where a homography takes a rectangle's pixels: x, y, and whether before the camera."""
    x, y = grid(there)
    across, down, depth = (a * x + (b * y + c) for a, b, c in homography.astype(np.float32))
    before = depth > NEAREST
    depth = np.where(before, depth, np.float32(1))
    return across / depth, down / depth, before


def grid(there: Rectangle) -> tuple[Map, Map]:
    """The columns (w,) and the rows (h, 1) of a rectangle, float32."""
    rows, columns = there
    x = np.arange(columns.start, columns.stop, dtype=np.float32)
    y = np.arange(rows.start, rows.stop, dtype=np.float32)[:, None]
    return x, y
