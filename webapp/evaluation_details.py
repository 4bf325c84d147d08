"""What an evaluation keeps of every frame: its own scores, its mistakes and the predicted labels.

They lie in one artifact, a stored zip: `frames.json` and `predictions/000000.png`, 8-bit grey
class ids of the dataset's classes. Nothing here decodes pictures.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal, get_args

from core.artifacts import Artifacts
from core.errors import DyncellError, NotFound
from webapp.stored_zip import StoredZip, open_stored_zip

FrameOrder = Literal["miou", "wrong", "position"]
"""How frames are lined up: worst mIoU first, most wrong pixels first, as they were filmed."""

FRAME_ORDERS: tuple[FrameOrder, ...] = get_args(FrameOrder)


@dataclass(frozen=True, kw_only=True)
class FrameScore:
    """How one frame was labelled.

    Attributes:
        index: Its number among the evaluated frames; names its prediction.
        position: Its number in the split, the one that people and addresses use.
        name: Its name in the dataset.
        sequence: The sequence it belongs to.
        width: Columns of the label map.
        height: Rows of the label map.
        miou: Its own mIoU in percent; None where it has no scored pixel.
        pixel_accuracy: The share of its scored pixels that are right, in percent.
        confusion: `(truth, predicted, pixels)`, what did not occur left out.
    """

    index: int
    position: int
    name: str
    sequence: str
    width: int
    height: int
    miou: float | None
    pixel_accuracy: float | None
    confusion: tuple[tuple[int, int, int], ...]

    @property
    def scored(self) -> int:
        """Pixels that have a class in the ground truth."""
        return sum(pixels for _, _, pixels in self.confusion)

    @property
    def wrong(self) -> int:
        """Scored pixels with another class than the ground truth's."""
        return sum(pixels for truth, predicted, pixels in self.confusion if truth != predicted)

    def pixels(self, truth: int, predicted: int) -> int:
        """Pixels of class `truth` that were taken for `predicted`."""
        return sum(n for t, p, n in self.confusion if (t, p) == (truth, predicted))

    @property
    def mistakes(self) -> list[tuple[int, int, int]]:
        """`(truth, predicted, pixels)` of what is wrong, the most pixels first."""
        wrong = [each for each in self.confusion if each[0] != each[1]]
        return sorted(wrong, key=lambda each: (-each[2], each))


@dataclass(frozen=True)
class Details:
    """The frames of one evaluation, in the order of the split."""

    frames: tuple[FrameScore, ...]
    contents: StoredZip

    @cached_property
    def by_position(self) -> dict[int, FrameScore]:
        """The frames by their number in the split."""
        return {frame.position: frame for frame in self.frames}

    def at(self, position: int) -> FrameScore:
        """The frame with that number in the split.

        Raises:
            NotFound: It was not evaluated.
        """
        found = self.by_position.get(position)
        if found is None:
            known = self.by_position
            span = f"{min(known)} to {max(known)}" if known else "none"
            raise NotFound(f"Frame {position} was not evaluated; evaluated frames: {span}.")
        return found

    def prediction(self, position: int) -> str:
        """The member with the predicted labels of a frame, a PNG.

        Raises:
            NotFound: The frame was not evaluated.
        """
        return f"predictions/{self.at(position).index:06}.png"


@lru_cache(maxsize=8)
def read_details(artifacts: Artifacts, name: str) -> Details:
    """The details in an artifact; kept, since an artifact never changes.

    Raises:
        NotFound: The artifact is gone.
        DyncellError: It is damaged.
    """
    contents = open_stored_zip(artifacts, name)
    try:
        rows: list[dict[str, Any]] = json.loads(contents.read(artifacts, "frames.json"))
        frames = [_frame(row) for row in rows]
    except (ValueError, KeyError, TypeError) as error:
        raise DyncellError(
            "The per-frame results of this evaluation are damaged: delete it and evaluate again."
        ) from error
    return Details(tuple(sorted(frames, key=lambda frame: frame.position)), contents)


def ordered(frames: Iterable[FrameScore], order: FrameOrder) -> list[FrameScore]:
    """The frames lined up; frames without any scored pixel come last."""
    if order == "position":
        return sorted(frames, key=lambda frame: frame.position)
    if order == "wrong":
        return sorted(frames, key=lambda frame: (-frame.wrong, frame.position))
    return sorted(frames, key=_by_miou)


def behind(frames: Iterable[FrameScore], *, truth: int, predicted: int) -> list[FrameScore]:
    """Frames in which pixels of `truth` were taken for `predicted`, the most pixels first."""
    counted = [(frame.pixels(truth, predicted), frame) for frame in frames]
    found = [(pixels, frame) for pixels, frame in counted if pixels]
    return [frame for _, frame in sorted(found, key=lambda each: (-each[0], each[1].position))]


def neighbours(
    frames: Sequence[FrameScore], frame: FrameScore
) -> tuple[FrameScore | None, int, FrameScore | None]:
    """The frame before, the place (from 0) and the frame after one of `frames`."""
    place = next(n for n, each in enumerate(frames) if each.position == frame.position)
    before = frames[place - 1] if place else None
    return before, place, frames[place + 1] if place + 1 < len(frames) else None


def _by_miou(frame: FrameScore) -> tuple[bool, float, int]:
    return frame.miou is None, frame.miou or 0.0, frame.position


def _frame(row: dict[str, Any]) -> FrameScore:
    return FrameScore(
        index=int(row["index"]),
        position=int(row["position"]),
        name=str(row["name"]),
        sequence=str(row["sequence"]),
        width=int(row["width"]),
        height=int(row["height"]),
        miou=_number(row["miou"]),
        pixel_accuracy=_number(row["pixel_accuracy"]),
        confusion=tuple((int(t), int(p), int(n)) for t, p, n in row["confusion"]),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
