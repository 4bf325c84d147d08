"""The scores of an evaluation as rows, for tables and downloads."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.frame_scores import FrameScore

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class ClassRow:
    """One class; shares in percent, None where the ground truth does not have the class.

    Attributes:
        number: Its class id.
        name: Its name.
        iou: Its IoU.
        accuracy: Its pixels labelled right.
        boundary_iou: Its IoU near outlines.
        share: Its share of all scored pixels.
        pixels: Its pixels in the ground truth.
    """

    number: int
    name: str
    iou: float | None
    accuracy: float | None
    boundary_iou: float | None
    share: float
    pixels: int


@dataclass(frozen=True)
class Mistake:
    """Pixels of one class that were taken for another.

    Attributes:
        truth: The class they have.
        predicted: The class they were given.
        pixels: How many.
        of_truth: Their share of all pixels of their class, in percent.
        of_all: Their share of all scored pixels, in percent.
    """

    truth: int
    predicted: int
    pixels: int
    of_truth: float
    of_all: float


def class_rows(scores: Mapping[str, Any]) -> list[ClassRow]:
    """One row per class, in the order of the class ids."""
    names = list(scores.get("classes_list") or scores.get("classes") or ())
    counts = [sum(row) for row in confusion_of(scores)] or [0] * len(names)
    total = sum(counts)
    return [
        ClassRow(
            number=number,
            name=str(name),
            iou=_of(scores, "classes", name),
            accuracy=_of(scores, "class_accuracies", name),
            boundary_iou=_of(scores, "boundary", name),
            share=100 * counts[number] / total if total else 0.0,
            pixels=counts[number],
        )
        for number, name in enumerate(names)
    ]


def confusion_of(scores: Mapping[str, Any]) -> list[list[int]]:
    """The confusion matrix, rows = truth; empty where it was not kept."""
    return [[int(pixels) for pixels in row] for row in scores.get("confusion") or ()]


def worst_mistakes(confusion: Sequence[Sequence[int]], *, limit: int) -> list[Mistake]:
    """The mistakes that cost the most pixels, the most first."""
    total = sum(map(sum, confusion))
    found = [
        mistake_of(confusion, truth, predicted, total=total)
        for truth, row in enumerate(confusion)
        for predicted, pixels in enumerate(row)
        if truth != predicted and pixels
    ]
    return sorted(found, key=lambda each: -each.pixels)[:limit]


def mistake_of(
    confusion: Sequence[Sequence[int]], truth: int, predicted: int, *, total: int | None = None
) -> Mistake:
    """One cell of the matrix (of the diagonal, too)."""
    pixels, in_class = confusion[truth][predicted], sum(confusion[truth])
    total = sum(map(sum, confusion)) if total is None else total
    return Mistake(
        truth=truth,
        predicted=predicted,
        pixels=pixels,
        of_truth=100 * pixels / in_class if in_class else 0.0,
        of_all=100 * pixels / total if total else 0.0,
    )


def classes_csv(scores: Mapping[str, Any]) -> str:
    """The per-class table as CSV."""
    header = ("class", "iou", "accuracy", "boundary_iou", "share_of_pixels", "pixels")
    rows = [
        (row.name, row.iou, row.accuracy, row.boundary_iou, round(row.share, 4), row.pixels)
        for row in class_rows(scores)
    ]
    return _csv(header, rows)


def frames_csv(frames: Iterable[FrameScore]) -> str:
    """The frames with their own scores as CSV."""
    header = ("position", "sequence", "name", "miou", "pixel_accuracy", "wrong", "scored")
    rows = [
        (f.position, f.sequence, f.name, f.miou, f.pixel_accuracy, f.wrong, f.scored)
        for f in frames
    ]
    return _csv(header, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """Names that a spreadsheet would run as a formula are made plain text."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _of(scores: Mapping[str, Any], key: str, name: Any) -> float | None:
    value = (scores.get(key) or {}).get(name)
    return None if value is None else float(value)
