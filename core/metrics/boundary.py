"""Boundary IoU: how well the edges of the classes are met, pooled over every frame."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.metrics.joint_counts import joint_counts, refuse_foreign_ids
from core.palette import IGNORE

BOUNDARY_RATIO = 0.02
"""Width of the band as a share of the picture's diagonal, as in the paper."""


@dataclass(frozen=True)
class BoundaryScores:
    """Shares in 0..1; None where nothing was there to score.

    Attributes:
        miou: Mean boundary IoU over the classes present in the ground truth.
        iou: Boundary IoU per class id; None for classes absent from the ground truth.
        distances: The widths d in pixels that were used, ascending; several where frames differ
            in size.
        reason: Why the scores are None; None where they are not.
    """

    miou: float | None
    iou: tuple[float | None, ...]
    distances: tuple[int, ...]
    reason: str | None = None


def boundary_distance(height: int, width: int, *, ratio: float = BOUNDARY_RATIO) -> int:
    """The width d of the band in pixels: `ratio` of the diagonal, rounded, at least 1."""
    return max(1, round(ratio * float(np.hypot(height, width))))


def boundary_band(labels: NDArray[np.uint8], distance: int) -> NDArray[np.bool_]:
    """The pixels within `distance` of the contour of their own class's mask.

    A pixel is inside its mask, and not in the band, where every pixel of the square of side
    2 * distance + 1 around it has its class: where minimum and maximum over the square agree. One
    pass therefore serves all classes. Beyond the picture there is no class, so its edge is a
    contour, as in the authors' code.

    Args:
        labels: (H, W) class ids; 255 counts as a class of its own.
        distance: d in pixels, at least 1.
    """
    square = np.ones((2 * distance + 1, 2 * distance + 1), np.uint8)
    # OpenCV's default border never decides an erosion or a dilation.
    band: NDArray[np.bool_] = cv2.erode(labels, square) != cv2.dilate(labels, square)
    band[:distance] = band[-distance:] = True
    band[:, :distance] = band[:, -distance:] = True
    return band


def boundary_counts(
    prediction: NDArray[np.uint8],
    target: NDArray[np.uint8],
    *,
    num_classes: int,
    distance: int,
) -> NDArray[np.int64]:
    """Intersection, ground truth and prediction pixels of one frame's bands.

    Void is cut out of the prediction first, so that a class ends at void in both maps and the
    perfect prediction scores 1 whatever it says there.

    Args:
        prediction: (H, W) class ids below K wherever the target has a class.
        target: (H, W) class ids below K, 255 = ignore.
        num_classes: K.
        distance: d in pixels.

    Returns:
        (3, K) int64: pixels in both bands with this class in both, in the band of the ground
        truth, in the band of the prediction.

    Raises:
        ValueError: The shapes differ or an id is no class.
    """
    if prediction.shape != target.shape:
        raise ValueError(f"prediction {prediction.shape} and target {target.shape} differ")
    void = target == IGNORE
    answer = np.where(void, np.uint8(IGNORE), prediction)
    maps = (target, answer)
    edges = [np.where(boundary_band(labels, distance), labels, np.uint8(IGNORE)) for labels in maps]
    joint = joint_counts(*edges)
    truth, said = joint.sum(axis=1), joint.sum(axis=0)
    refuse_foreign_ids(truth, num_classes, name="target")
    refuse_foreign_ids(said, num_classes, name="prediction")
    return np.stack([counts[:num_classes] for counts in (np.diag(joint), truth, said)])


class BoundaryIou:
    """Accumulates the band counts of all frames.

    Definition: Cheng, Girshick, Dollar, Berg, Kirillov, "Boundary IoU", CVPR 2021
    (arXiv 2103.16562): per class |G_d & P_d| / |G_d | P_d|, where G_d and P_d are the pixels of
    either mask within d of its own contour; here pooled over frames.

    Args:
        num_classes: Number of classes.
        ratio: d as a share of the diagonal.
    """

    def __init__(self, num_classes: int, *, ratio: float = BOUNDARY_RATIO) -> None:
        self.ratio = ratio
        self.counts = np.zeros((3, num_classes), dtype=np.int64)
        self._distances: set[int] = set()

    def update(self, prediction: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
        """Adds one frame, as `boundary_counts` does."""
        height, width = target.shape
        distance = boundary_distance(height, width, ratio=self.ratio)
        self.counts += boundary_counts(
            prediction, target, num_classes=self.counts.shape[1], distance=distance
        )
        self._distances.add(distance)

    def compute(self) -> BoundaryScores:
        """The scores of all frames so far."""
        both, truth, said = self.counts
        distances = tuple(sorted(self._distances))
        present = truth > 0
        if not present.any():
            reason = "no pixel of the ground truth has a class"
            return BoundaryScores(None, (None,) * len(truth), distances, reason)
        iou = both / np.maximum(truth + said - both, 1)
        per_class = tuple(
            float(value) if is_present else None
            for value, is_present in zip(iou, present, strict=True)
        )
        return BoundaryScores(float(iou[present].mean()), per_class, distances)
