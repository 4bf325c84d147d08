"""What an evaluation keeps of every frame: its own scores and its mistakes. Decodes no picture."""

import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DyncellError

DAMAGED = "The per-frame results of this evaluation are damaged: delete it and evaluate again."


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
        pcr: Pixels that changed since the frame before, in percent; None where that is not the
            video frame before.
        aba_flicker: Pixels that differ from the frames before and after, which agree, in percent.
        image_digest: SHA-256 of its picture; empty where it was not kept.
        label_digest: SHA-256 of its label map; empty where it was not kept.
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
    pcr: float | None = None
    aba_flicker: float | None = None
    image_digest: str = ""
    label_digest: str = ""

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

    def overlap(self, number: int) -> tuple[int, int]:
        """Intersection and union of truth and prediction of a class, in pixels."""
        union = sum(n for t, p, n in self.confusion if number in (t, p))
        return self.pixels(number, number), union

    @property
    def mistakes(self) -> list[tuple[int, int, int]]:
        """`(truth, predicted, pixels)` of what is wrong, the most pixels first."""
        wrong = [each for each in self.confusion if each[0] != each[1]]
        return sorted(wrong, key=lambda each: (-each[2], each))


def frame_scores(data: bytes | str) -> tuple[FrameScore, ...]:
    """The frames in a `frames.json`, in the order of the split.

    Raises:
        DyncellError: It is damaged.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(data)
        return _in_order(_frame(row) for row in rows)
    except (ValueError, KeyError, TypeError) as error:
        raise DyncellError(DAMAGED) from error


def load_frame_scores(path: Path) -> tuple[FrameScore, ...]:
    """The frames in the file of an evaluation, in the order of the split.

    Raises:
        DyncellError: It is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return frame_scores(archive.read("frames.json"))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise DyncellError(DAMAGED) from error


def _in_order(frames: Iterable[FrameScore]) -> tuple[FrameScore, ...]:
    return tuple(sorted(frames, key=lambda frame: frame.position))


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
        pcr=_number(row.get("pcr")),
        aba_flicker=_number(row.get("aba_flicker")),
        image_digest=str(row.get("image_digest") or ""),
        label_digest=str(row.get("label_digest") or ""),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
