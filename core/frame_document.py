"""Ranked frames, the basket and changes as plain JSON and as words."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.frame_changes import FrameChange
from core.frame_ranking import METRIC_NAMES, Ranking
from core.frame_scores import FrameScore
from core.records import Dataset, Evaluation
from core.store.basket import BasketFrame

Json = dict[str, Any]

_CSV = ("dataset_name", "split", "sequence", "frame", "position", "metric", "class_text", "value")
_CSV_MORE = ("note", "model_name", "data_key", "evaluation_id", "dataset_id", "created_at")


_METRICS: dict[str, str] = {str(key): name for key, name in METRIC_NAMES.items()}


@dataclass(frozen=True)
class RankedFrame:
    """A frame of an evaluation in its place among the worst."""

    evaluation: Evaluation
    frame: FrameScore
    value: float | None


def worst_frames(
    found: Iterable[tuple[Evaluation, Iterable[FrameScore]]], ranking: Ranking
) -> list[RankedFrame]:
    """The frames of some evaluations that have a value, the worst of all first."""
    ranked = [
        RankedFrame(evaluation, frame, value)
        for evaluation, frames in found
        for frame in frames
        if (value := ranking.value(frame)) is not None
    ]
    return sorted(ranked, key=lambda each: (ranking.key(each.frame), each.evaluation.id))


def ranked_document(ranked: RankedFrame) -> Json:
    """A ranked frame as plain JSON."""
    evaluation, frame = ranked.evaluation, ranked.frame
    return {
        "evaluation_id": evaluation.id,
        "model_name": evaluation.model_name,
        "dataset_name": evaluation.dataset_name,
        "split": evaluation.split,
        "position": frame.position,
        "sequence": frame.sequence,
        "name": frame.name,
        "value": ranked.value,
        "miou": frame.miou,
        "pixel_accuracy": frame.pixel_accuracy,
        "pcr": frame.pcr,
        "aba_flicker": frame.aba_flicker,
    }


def basket_document(frame: BasketFrame) -> Json:
    """A frame of the basket as plain JSON; `dataset_is_there` tells whether it can be opened."""
    document = asdict(frame)
    del document["removed_at"]
    return document | {
        "why": why_text(frame),
        "dataset_is_there": frame.dataset_id is not None,
    }


def why_text(frame: BasketFrame) -> str:
    """Why a frame is in the basket: `mIoU 41.2 %, camvid-static, labels 3fa92b1c`."""
    name = frame.class_text or _METRICS.get(frame.metric, frame.metric)
    if frame.metric == "iou":
        name = f"IoU of {frame.class_text}"
    unit = "pixels" if frame.metric == "mistake" else "%"
    digits = 0 if frame.metric == "mistake" else 1
    value = "n/a" if frame.value is None else f"{frame.value:,.{digits}f} {unit}"
    return f"{name} {value}, {frame.model_name}, labels {frame.data_key[:8]}"


def basket_csv(frames: Iterable[BasketFrame]) -> str:
    """The basket as CSV; a text that spreadsheets would take for a formula gets a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = (*_CSV, *_CSV_MORE)
    writer.writerow(columns)
    for frame in frames:
        writer.writerow([_harmless(getattr(frame, column)) for column in columns])
    return out.getvalue()


def labels_text(evaluation: Evaluation, dataset: Dataset | None) -> str:
    """Which labels an evaluation was scored by: `labels 3fa92b1c of 28 November 2026`.

    The day is that of the dataset's import where it still is that data, else of the evaluation.
    """
    split = dataset.splits.get(evaluation.split) if dataset is not None else None
    is_same = split is not None and split.get("digest") == evaluation.data_key
    at = dataset.created_at if dataset is not None and is_same else evaluation.created_at
    return f"labels {evaluation.data_key[:8]} of {day(at)}"


def day(at: float) -> str:
    """`28 November 2026`."""
    return f"{datetime.fromtimestamp(at):%-d %B %Y}"


def change_document(change: FrameChange) -> Json:
    """A frame under old and new labels as plain JSON."""
    return {
        "position": change.frame.position,
        "sequence": change.frame.sequence,
        "name": change.frame.name,
        "old_miou": None if change.old is None else change.old.miou,
        "new_miou": None if change.new is None else change.new.miou,
        "gain": None if change.gain is None else round(change.gain, 4),
        "is_relabelled": change.is_relabelled,
    }


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value
