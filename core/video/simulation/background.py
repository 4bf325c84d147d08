"""The street without its things: what was behind a thing is filled from beside it."""

import cv2
import numpy as np

from core.video.clip import Rgb
from core.video.simulation.things import Mask

FRINGE = 2
"""Pixels around a thing that show some of it: blurred edges, loose labels."""


def without_things(image: Rgb, things: Mask) -> Rgb:
    """Fills the places of things with the street beside them, mirrored at the thing's edge.

    Args:
        image: (H, W, 3) uint8.
        things: (H, W) bool.
    """
    if not things.any():
        return image
    reach = 2 * FRINGE + 1
    hidden = cv2.dilate(things.astype(np.uint8), np.ones((reach, reach), np.uint8))
    if hidden.all():
        return image
    height, width = hidden.shape
    _, nearest = cv2.distanceTransformWithLabels(
        hidden, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    free = np.flatnonzero(hidden.ravel() == 0)
    numbers = np.zeros(free.size + 1, np.intp)
    numbers[nearest.ravel()[free]] = free
    places = np.flatnonzero(hidden.ravel())
    edge = numbers[nearest.ravel()[places]]
    row, column = divmod(places, width)
    edge_row, edge_column = divmod(edge, width)
    row = np.clip(2 * edge_row - row, 0, height - 1)
    column = np.clip(2 * edge_column - column, 0, width - 1)
    mirrored = row * width + column
    source = np.where(hidden.ravel()[mirrored] == 0, mirrored, edge)
    filled = image.reshape(-1, 3).copy()
    filled[places] = filled[source]
    # Seams between mirrored pieces would be sharper than anything a lens draws.
    smooth = cv2.GaussianBlur(filled.reshape(image.shape), (0, 0), 1.0)
    share = cv2.GaussianBlur(hidden.astype(np.float32), (0, 0), 1.0)[..., None]
    return np.asarray(np.rint(image + share * (smooth.astype(np.float32) - image)), np.uint8)
