"""All metrics of one split while its frames stream past; holds counts and the last frame only."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.metrics.accuracy import empty_confusion
from core.metrics.boundary import BoundaryIou
from core.metrics.consistency import VideoConsistency
from core.metrics.flow_consistency import FlowConsistency
from core.metrics.joint_counts import Confusion
from core.metrics.motion import FlowJudge, Match
from core.metrics.stability import Stability
from core.metrics.trajectories import TrajectoryAccuracy
from core.palette import IGNORE
from core.protocol import Protocol
from core.video.clip import Labels, Rgb

VOID_AS = 0
"""Ground truth judged as if it were a prediction says this class where it says nothing."""


@dataclass(eq=False)
class SequenceTally:
    """One sequence's accuracy.

    Attributes:
        dense: Whether its frames are consecutive.
        rate: Frames a second; None where unknown.
        confusion: (K, K) of its labelled frames.
        counts: Per labelled frame (3, K): hits, ground truth, prediction.
    """

    dense: bool
    rate: float | None
    confusion: Confusion
    counts: list[NDArray[np.int32]] = field(default_factory=list)


class Tally:
    """The metrics of one split.

    Args:
        num_classes: Number of classes.
        protocol: What is scored.
    """

    def __init__(self, num_classes: int, protocol: Protocol) -> None:
        self.num_classes = num_classes
        self.sequences: dict[str, SequenceTally] = {}
        self.name, self.dense = "", False
        self.frames = self.frames_seen = self.steps = 0
        self.boundary = BoundaryIou(num_classes, ratio=protocol.boundary)
        self.stability, self.truth_stability = Stability(), Stability()
        self.consistency = VideoConsistency(protocol.windows)
        self.flow = None if protocol.flow is None else FlowJudge(preset=protocol.flow)
        self.followed, self.truth_followed = (FlowConsistency(num_classes) for _ in range(2))
        self.moved, self.truth_moved = (FlowConsistency(num_classes) for _ in range(2))
        self.trajectories = TrajectoryAccuracy(protocol.windows)

    def start_sequence(self, name: str, *, dense: bool, rate: float | None) -> None:
        """The next frame is the first of a sequence; a name that came before is continued."""
        self.name, self.dense = name, dense
        if name not in self.sequences:
            self.sequences[name] = SequenceTally(dense, rate, empty_confusion(self.num_classes))
        self.cut()

    def cut(self) -> None:
        """The next frame does not follow the last one."""
        self._cut_truth()
        self.stability.start_sequence()
        self.followed.start_sequence()
        self.moved.start_sequence()
        if self.flow is not None:
            self.flow.start_sequence()

    def add_frame(self, prediction: Labels, labels: Labels | None, confusion: Confusion) -> None:
        """Adds what one frame says by itself."""
        self.frames_seen += 1
        if labels is None:
            return
        self.frames += 1
        self.boundary.update(prediction, labels)
        sequence = self.sequences[self.name]
        sequence.confusion += confusion
        counts = (np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0))
        sequence.counts.append(np.stack(counts).astype(np.int32))

    def add_step(
        self, prediction: Labels, labels: Labels | None, *, image: Rgb | None, motion: Match | None
    ) -> None:
        """Adds what one frame says beside the frames before it.

        Args:
            prediction: (H, W) class ids.
            labels: (H, W), 255 = ignore; None where nobody labelled the frame.
            image: (H, W, 3) RGB of the same size; None where there is none.
            motion: The exact way back to the frame before; None where it is not known.
        """
        self.steps += 1
        self.stability.update(prediction, image=image)
        match = self._match(image)
        self.followed.update(prediction, match)
        self.moved.update(prediction, motion)
        if labels is None:
            self._cut_truth()
            return
        answer = np.where(labels == IGNORE, np.uint8(VOID_AS), labels)
        self.truth_stability.update(answer)
        self.consistency.update(prediction, labels)
        self.trajectories.update(prediction, labels, motion)
        self.truth_followed.update(labels, match)
        self.truth_moved.update(labels, motion)

    def _match(self, image: Rgb | None) -> Match | None:
        if self.flow is None:
            return None
        if image is None:
            self.flow.start_sequence()
            return None
        return self.flow.update(image)

    def _cut_truth(self) -> None:
        self.truth_stability.start_sequence()
        self.consistency.start_sequence()
        self.trajectories.start_sequence()
        self.truth_followed.start_sequence()
        self.truth_moved.start_sequence()
