"""Judges a split: streams predictions past every metric at once and gives one record."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from core.errors import BadPrediction
from core.metrics.accuracy import compute_accuracy, empty_confusion, frame_confusion
from core.metrics.joint_counts import Confusion
from core.metrics.motion import Match
from core.palette import Palette
from core.protocol import Protocol
from core.scores import FrameResult, Scores
from core.scoring_summary import percent, summarise
from core.scoring_tally import Tally
from core.video.clip import Labels, Rgb


@dataclass(frozen=True, eq=False)
class JudgedFrame:
    """One frame, what was said about it and what is true.

    Attributes:
        name: The frame's name.
        frame: (H, W, 3) uint8 RGB, scaled to the labels where its size differs; None leaves it out
            of static flicker and TC-m.
        labels: (H, W) uint8 ground truth, 255 = ignore; None where nobody labelled the frame.
        prediction: (H, W) uint8 class ids at the size of the labels.
        motion: The exact way back to the frame before, where it is known (rendered data).
        position: Number within the split, from 0; None counts on from the last frame.
    """

    name: str
    frame: Rgb | None
    labels: Labels | None
    prediction: Labels
    motion: Match | None = None
    position: int | None = None


@dataclass(frozen=True, eq=False)
class JudgedSequence:
    """Frames in their order.

    Attributes:
        name: The sequence's name.
        frames: Its frames; taken one at a time, once.
        dense: Whether they are consecutive: whether a change from one to the next means something.
        rate: Labelled frames a second; None where unknown, which leaves out the interval of mIoU.
    """

    name: str
    frames: Iterable[JudgedFrame]
    dense: bool
    rate: float | None = None


def score(
    sequences: Iterable[JudgedSequence],
    *,
    palette: Palette,
    protocol: Protocol,
    split: str = "",
    on_frame: Callable[[FrameResult], None] = lambda result: None,
) -> Scores:
    """Judges whole sequences; memory does not grow with the pixels of a frame.

    Args:
        sequences: The split, in its order; taken one at a time.
        palette: The classes.
        protocol: What is scored.
        split: The split's name, for the record.
        on_frame: Called with the result of every frame in the protocol's range.

    Raises:
        BadPrediction: A prediction or label map does not fit; the text names the frame.
    """
    scorer = Scorer(palette=palette, protocol=protocol)
    for sequence in sequences:
        scorer.start_sequence(sequence.name, dense=sequence.dense, rate=sequence.rate)
        for frame in sequence.frames:
            result = scorer.update(frame)
            if result is not None:
                on_frame(result)
    return scorer.compute(split=split)


class Scorer:
    """Judges frames as they come; `score` drives it where frames can be pulled.

    Args:
        palette: The classes.
        protocol: What is scored.
    """

    def __init__(self, *, palette: Palette, protocol: Protocol) -> None:
        self.palette, self.protocol = palette, protocol
        self._tally = Tally(palette.num_classes, protocol)
        self._next = 0
        self._last: tuple[int, tuple[int, ...]] | None = None

    def start_sequence(self, name: str, *, dense: bool, rate: float | None = None) -> None:
        """The next frame is the first of a sequence."""
        self._tally.start_sequence(name, dense=dense, rate=rate)
        self._last = None

    def update(self, frame: JudgedFrame) -> FrameResult | None:
        """Judges the next frame; None where it lies outside the protocol's range.

        A gap in the positions or another size of frame begins a new stretch of consecutive frames.

        Raises:
            BadPrediction: The prediction or the labels do not fit; the text names the frame.
        """
        position = self._next if frame.position is None else frame.position
        self._next = position + 1
        chosen = self.protocol.frames
        if chosen is not None and not chosen[0] <= position <= chosen[1]:
            return None
        _check(frame)
        here = (position, frame.prediction.shape)
        is_next = self._last == (position - 1, frame.prediction.shape)
        if self._last is not None and not is_next:
            self._tally.cut()
        self._last = here
        try:
            confusion = self._judge(frame)
        except ValueError as error:
            highest = self.palette.num_classes - 1
            raise BadPrediction(
                f"{frame.name} cannot be scored: {error}; use the class ids 0 to {highest} of the "
                "dataset, and 255 (ignore) in labels alone."
            ) from error
        return FrameResult(
            name=frame.name,
            sequence=self._tally.name,
            position=position,
            miou=percent(compute_accuracy(confusion).miou),
            counts=tuple((int(t), int(p), int(confusion[t, p])) for t, p in np.argwhere(confusion)),
            follows=is_next and self._tally.dense,
        )

    def compute(self, *, split: str = "") -> Scores:
        """The scores of all frames so far."""
        return summarise(self._tally, palette=self.palette, protocol=self.protocol, split=split)

    def _judge(self, frame: JudgedFrame) -> Confusion:
        prediction, labels = frame.prediction, frame.labels
        confusion = empty_confusion(self.palette.num_classes)
        if labels is not None:
            confusion = frame_confusion(prediction, labels, num_classes=self.palette.num_classes)
        self._tally.add_frame(prediction, labels, confusion)
        if self._tally.dense:
            image = None if frame.frame is None else _fitted(frame.frame, prediction)
            self._tally.add_step(prediction, labels, image=image, motion=frame.motion)
        return confusion


def _check(frame: JudgedFrame) -> None:
    prediction, labels = frame.prediction, frame.labels
    for noun, ids in (("prediction", prediction), ("label map", labels)):
        if ids is not None and (ids.ndim != 2 or ids.dtype != np.uint8 or ids.size == 0):
            raise BadPrediction(
                f"The {noun} of {frame.name} is an array of {ids.shape} {ids.dtype}; class ids as "
                "8-bit grey levels, one per pixel, are wanted."
            )
    if labels is not None and labels.shape != prediction.shape:
        said, true = (f"{ids.shape[1]}x{ids.shape[0]}" for ids in (prediction, labels))
        raise BadPrediction(
            f"The prediction of {frame.name} is {said}, its label map {true}: bring predictions to "
            "the size of the labels, without interpolating class ids."
        )


def _fitted(image: Rgb, prediction: Labels) -> Rgb:
    height, width = prediction.shape
    if image.shape[:2] == (height, width):
        return image
    scaled = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(scaled, dtype=np.uint8)
