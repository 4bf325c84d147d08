"""Scores as the documents hold them: percent, rounded, None where there is nothing to score."""

from core.metrics.accuracy import compute_accuracy
from core.metrics.joint_counts import Confusion


def miou_percent(confusion: Confusion) -> float | None:
    """The mIoU of pooled counts in percent."""
    miou = compute_accuracy(confusion).miou
    return None if miou is None else round(100 * miou, 4)
