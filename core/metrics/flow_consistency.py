"""TC-m: does a label follow the thing it lies on? Labels warped along motion, compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.accuracy import empty_confusion
from core.metrics.joint_counts import confusion_of, joint_counts
from core.metrics.motion import Match
from core.palette import IGNORE


@dataclass(frozen=True)
class FlowConsistencyScores:
    """Shares in 0..1; None where nothing could be compared, with the reason.

    Attributes:
        miou: Pooled mean IoU of the frame and the warped frame before, over the classes that
            appear in either.
        agreement: Share of compared pixels with one label in both.
        coverage: Share of all pixels that could be compared: inside, not occluded, not ignored.
        pairs: Pairs of frames.
        reason: Why the scores are None; None where they are not.
    """

    miou: float | None
    agreement: float | None
    coverage: float | None
    pairs: int
    reason: str | None = None


class FlowConsistency:
    """Accumulates how well labels agree with themselves along the motion of the picture.

    After Liu et al., "Efficient Semantic Video Segmentation with Per-frame Inference", ECCV 2020;
    nearest sampling and the occlusion test are ours. Neither frame of a pair is the truth, so the
    mean is over the classes of both. The same class judges predictions (TC-m) and hand labels
    (TC-GT), by an estimated flow or by exact motion.

    Args:
        num_classes: Number of classes.
    """

    def __init__(self, num_classes: int) -> None:
        self.confusion = empty_confusion(num_classes)
        self._previous: NDArray[np.uint8] | None = None
        self._pixels = 0
        self._pairs = 0

    def start_sequence(self) -> None:
        """The next frame does not follow the last one."""
        self._previous = None

    def update(self, labels: NDArray[np.uint8], match: Match | None) -> None:
        """Adds the next frame.

        Args:
            labels: (H, W) class ids, 255 = ignore.
            match: The way back to the frame before; None = there is none, a sequence begins.

        Raises:
            ValueError: An id is no class, or the sizes do not fit.
        """
        if match is not None and match.valid.shape != labels.shape:
            raise ValueError(f"motion of {match.valid.shape} for labels of {labels.shape}")
        previous, self._previous = self._previous, labels.copy()
        if match is None or previous is None:
            return
        if previous.shape != labels.shape:
            raise ValueError(f"labels of {labels.shape} follow labels of {previous.shape}")
        warped = np.where(match.valid, previous.take(match.source), np.uint8(IGNORE))
        joint = joint_counts(warped, labels)
        names = {"rows": "the frame before", "columns": "the frame"}
        self.confusion += confusion_of(joint, len(self.confusion), **names)
        self._pixels += labels.size
        self._pairs += 1

    def compute(self) -> FlowConsistencyScores:
        """The scores of all pairs so far."""
        compared = int(self.confusion.sum())
        if compared == 0:
            why = (
                "no pixel could be followed from a frame to the next"
                if self._pairs
                else "no two frames with known motion between them came"
            )
            coverage = 0.0 if self._pixels else None
            return FlowConsistencyScores(None, None, coverage, self._pairs, why)
        same = np.diag(self.confusion)
        union = self.confusion.sum(axis=0) + self.confusion.sum(axis=1) - same
        shown = union > 0
        return FlowConsistencyScores(
            miou=float((same[shown] / union[shown]).mean()),
            agreement=float(same.sum() / compared),
            coverage=compared / self._pixels,
            pairs=self._pairs,
        )
