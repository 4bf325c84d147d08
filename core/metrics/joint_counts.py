"""Counts how often two label maps say each pair of ids: what every pooled score is made of."""

import cv2
import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE

Confusion = NDArray[np.int64]
"""(K, K) pixel counts: row = ground truth or reference, column = prediction."""

EXACT = 1 << 24
"""Pixels up to which OpenCV's float32 histogram counts exactly."""


def joint_counts(rows: NDArray[np.uint8], columns: NDArray[np.uint8]) -> Confusion:
    """Counts the pairs of ids of two maps of one size.

    Args:
        rows: (H, W) uint8.
        columns: (H, W) uint8.

    Returns:
        (256, 256) int64: entry (i, j) = pixels that are i in `rows` and j in `columns`.

    Raises:
        ValueError: The shapes differ.
    """
    if rows.shape != columns.shape:
        raise ValueError(f"maps of {rows.shape} and {columns.shape} differ in size")
    counts = np.zeros((256, 256), dtype=np.int64)
    first, second = (np.ascontiguousarray(ids).reshape(-1, 1) for ids in (rows, columns))
    for start in range(0, len(first), EXACT):
        part = [ids[start : start + EXACT] for ids in (first, second)]
        histogram = cv2.calcHist(part, [0, 1], None, [256, 256], [0, 256, 0, 256])
        counts += np.asarray(histogram).astype(np.int64)
    return counts


def confusion_of(
    joint: Confusion, num_classes: int, *, rows: str = "target", columns: str = "prediction"
) -> Confusion:
    """The (K, K) part of `joint_counts` in which neither map says ignore.

    Pixels that either side calls 255 are left out.

    Args:
        joint: (256, 256) counts.
        num_classes: K.
        rows: What the rows are called in the error.
        columns: What the columns are called in the error.

    Raises:
        ValueError: An id from K to 254 stands where the other side has a class.
    """
    judged = joint[:IGNORE, :IGNORE]
    refuse_foreign_ids(judged.sum(axis=1), num_classes, name=rows)
    refuse_foreign_ids(judged.sum(axis=0), num_classes, name=columns)
    return judged[:num_classes, :num_classes]


def refuse_foreign_ids(counts: NDArray[np.int64], num_classes: int, *, name: str) -> None:
    """Raises ValueError where pixels are counted (one entry per id) of no class and not ignored."""
    foreign = np.flatnonzero(counts[num_classes:IGNORE])
    if foreign.size:
        highest = num_classes + int(foreign[-1])
        raise ValueError(f"{name} holds class {highest}, but there are {num_classes} classes")
