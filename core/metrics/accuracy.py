"""Accuracy from one confusion matrix, pooled over every frame (METRICS: never per image)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.joint_counts import Confusion, confusion_of, joint_counts
from core.palette import IGNORE


@dataclass(frozen=True)
class AccuracyScores:
    """Shares in 0..1; None where nothing was there to score.

    Attributes:
        miou: Mean IoU over the classes present in the ground truth.
        fwiou: IoU weighted by the classes' share of the ground truth.
        pixel_accuracy: Share of pixels labelled right.
        mean_accuracy: Mean recall over the classes present in the ground truth.
        iou: IoU per class id; None for classes absent from the ground truth.
        classes_present: How many classes `miou` and `mean_accuracy` are means over.
        pixels: Scored pixels.
        reason: Why the scores are None; None where they are not.
    """

    miou: float | None
    fwiou: float | None
    pixel_accuracy: float | None
    mean_accuracy: float | None
    iou: tuple[float | None, ...]
    classes_present: int
    pixels: int
    reason: str | None = None

    @property
    def half(self) -> float | None:
        """A = (mIoU * mAcc * fwIoU)^(1/3), the accuracy half of the search reward."""
        if self.miou is None or self.mean_accuracy is None or self.fwiou is None:
            return None
        return float(np.cbrt(self.miou * self.mean_accuracy * self.fwiou))


def empty_confusion(num_classes: int) -> Confusion:
    """A confusion matrix of no pixels."""
    return np.zeros((num_classes, num_classes), dtype=np.int64)


def update_confusion(
    confusion: Confusion, prediction: NDArray[np.uint8], target: NDArray[np.uint8]
) -> Confusion:
    """Adds one frame and returns the new matrix.

    Args:
        confusion: (K, K); not changed.
        prediction: (H, W) class ids below K wherever the target has a class.
        target: (H, W) class ids below K, 255 = ignore.

    Raises:
        ValueError: The shapes differ or an id is no class.
    """
    return confusion + frame_confusion(prediction, target, num_classes=len(confusion))


def frame_confusion(
    prediction: NDArray[np.uint8], target: NDArray[np.uint8], *, num_classes: int
) -> Confusion:
    """The (K, K) confusion of one frame; arguments and errors as in `update_confusion`."""
    if prediction.shape != target.shape:
        raise ValueError(f"prediction {prediction.shape} and target {target.shape} differ")
    joint = joint_counts(target, prediction)
    if joint[:IGNORE, IGNORE].any():
        raise ValueError(f"prediction holds class {IGNORE}, but there are {num_classes} classes")
    return confusion_of(joint, num_classes)


def compute_accuracy(confusion: Confusion) -> AccuracyScores:
    """The scores of a confusion matrix."""
    pixels = int(confusion.sum())
    if pixels == 0:
        nothing = (None,) * len(confusion)
        return AccuracyScores(
            None, None, None, None, nothing, 0, 0, reason="no pixel of the ground truth has a class"
        )
    hits = np.diag(confusion).astype(np.float64)
    truth, answers = confusion.sum(axis=1), confusion.sum(axis=0)
    present = truth > 0
    # A present class has a union of at least its own pixels: no division by zero.
    iou = hits[present] / (truth + answers - hits)[present]
    per_class = iter(iou.tolist())
    return AccuracyScores(
        miou=float(iou.mean()),
        fwiou=float((truth[present] * iou).sum() / pixels),
        pixel_accuracy=float(hits.sum() / pixels),
        mean_accuracy=float((hits[present] / truth[present]).mean()),
        iou=tuple(next(per_class) if is_present else None for is_present in present),
        classes_present=int(present.sum()),
        pixels=pixels,
    )


class Accuracy:
    """Accumulates frames; holds nothing but the confusion matrix.

    Args:
        num_classes: Number of classes.
    """

    def __init__(self, num_classes: int) -> None:
        self.confusion = empty_confusion(num_classes)

    def update(self, prediction: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
        """Adds one frame, as `update_confusion` does."""
        self.confusion = update_confusion(self.confusion, prediction, target)

    def compute(self) -> AccuracyScores:
        """The scores of all frames so far."""
        return compute_accuracy(self.confusion)
