"""Judges a model, or a folder of predictions, on a split of a dataset."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from core.datasets.decode import read_image, read_labels
from core.datasets.index import Frame, Split
from core.datasets.pack import PackReader
from core.errors import DyncellError
from core.exact_motion import exact_motion
from core.frame_choice import refuse_missing_frames
from core.model_stream import ModelStream
from core.protocol import Protocol as Rules
from core.scores import SAME_JUDGE, FrameResult, Scores, pooled_confusion
from core.scoring import JudgedFrame, JudgedSequence, score
from core.video.clip import Labels, Rgb


class Labeller(Protocol):
    """Says the labels of frames, stretch by stretch."""

    @property
    def uses_flow(self) -> bool:
        """Whether the labels follow DIS, the flow that judges TC-m."""

    def start(self) -> None:
        """The next frame does not follow the last one."""

    def label(self, frame: Frame, image: Rgb) -> Labels:
        """Class ids of the dataset, (H, W) uint8, of the image's size."""


class ModelLabeller:
    """A model as a labeller.

    Args:
        stream: The model, in the classes of the dataset.
    """

    def __init__(self, stream: ModelStream) -> None:
        self._stream = stream

    @property
    def uses_flow(self) -> bool:
        """Whether the model is a baseline that warps with DIS."""
        baseline = self._stream.predictor.header.baseline
        return baseline is not None and baseline.uses_flow

    def start(self) -> None:
        """Forgets the frames before."""
        self._stream.start()

    def label(self, frame: Frame, image: Rgb) -> Labels:
        """The model's labels as class ids of the dataset."""
        return self._stream.label(image)


@dataclass(frozen=True)
class Stretch:
    """Labelled frames that are judged together, with their positions in the split."""

    sequence: str
    frames: tuple[tuple[int, Frame], ...]
    dense: bool
    rate: float | None


def evaluate(
    reader: PackReader,
    split: str,
    labeller: Labeller,
    *,
    protocol: Rules,
    progress: Callable[[int, int], None] | None = None,
    on_prediction: Callable[[FrameResult, Labels], None] | None = None,
) -> dict[str, Any]:
    """Labels and judges the labelled frames of a split.

    Args:
        reader: The dataset.
        split: The split's name.
        labeller: What is judged.
        protocol: How.
        progress: Called with frames done and frames in all; may raise to stop.
        on_prediction: Called with the result and the prediction of every judged frame.

    Returns:
        `Scores.to_dict()` with the pooled `confusion` (rows are the truth, pixels), the names
        `classes_list` of its rows, and `class_accuracies`, the recall per class in percent.
        A labeller that uses the flow has no TC-m and what is made of it.

    Raises:
        NotFound: There is no such split.
        DyncellError: No labelled frame of it is in the protocol's range, or that range leads out
            of the split.
        BadPrediction: A prediction does not fit its frame.
    """
    refuse_missing_frames(
        protocol.frames, split=split, frames=len(reader.index.split(split).frames)
    )
    stretches = _stretches(reader, split, protocol.frames)
    total = sum(len(stretch.frames) for stretch in stretches)
    if not total:
        raise DyncellError(_why_nothing(reader.index.split(split), protocol.frames))
    predictions: list[Labels] = []
    results: list[FrameResult] = []

    def judged(stretch: Stretch) -> Iterator[JudgedFrame]:
        labeller.start()
        for position, frame in stretch.frames:
            image = read_image(reader, frame)
            prediction = labeller.label(frame, image)
            predictions.append(prediction)
            labels = read_labels(reader, frame)
            yield JudgedFrame(
                name=frame.name,
                frame=image,
                labels=labels,
                prediction=prediction,
                motion=exact_motion(reader.index, frame, labels) if stretch.dense else None,
                position=position,
            )

    def done(result: FrameResult) -> None:
        results.append(result)
        if on_prediction is not None:
            on_prediction(result, predictions[-1])
        predictions.clear()
        if progress is not None:
            progress(len(results), total)

    scores = score(
        (
            JudgedSequence(each.sequence, judged(each), dense=each.dense, rate=each.rate)
            for each in stretches
        ),
        palette=reader.index.palette,
        protocol=protocol,
        split=split,
        on_frame=done,
    )
    document = _document(scores, results, reader.index.palette.names)
    return _without_same_judge(document) if labeller.uses_flow else document


def _stretches(reader: PackReader, split: str, chosen: tuple[int, int] | None) -> list[Stretch]:
    """The split's labelled frames in order; video with ground truth apart from single frames."""
    index = reader.index
    found = index.split(split)
    places = {frame.name: place for place, frame in enumerate(found.frames)}
    runs = {frame.name: run for run in index.dense_runs(split) for frame in run.frames}
    stretches: list[Stretch] = []
    last: object = None
    for frame in found.labelled:
        place = places[frame.name]
        if chosen is not None and not chosen[0] <= place <= chosen[1]:
            continue
        run = runs.get(frame.name)
        kind = (frame.sequence, None if run is None else id(run))
        if kind == last:
            before = stretches[-1]
            frames = (*before.frames, (place, frame))
            stretches[-1] = Stretch(before.sequence, frames, before.dense, before.rate)
        else:
            step = index.step_seconds(split, frame.sequence)
            rate = 1 / step if step else None
            stretches.append(Stretch(frame.sequence, ((place, frame),), run is not None, rate))
        last = kind
    return stretches


def _why_nothing(split: Split, chosen: tuple[int, int] | None) -> str:
    if not split.labelled:
        return f"No frame of the split {split.name!r} has labels to evaluate against."
    first, last = chosen or (0, 0)
    return (
        f"No labelled frame of the split {split.name!r} is among its frames {first}..{last}; it "
        f"has the frames 0..{len(split.frames) - 1}."
    )


def _without_same_judge(document: dict[str, Any]) -> dict[str, Any]:
    kept = [key for key in ("tc_m", "tc_ratio", "tc_agreement") if document[key] is not None]
    notes = document["notes"] | dict.fromkeys(kept, SAME_JUDGE)
    return document | dict.fromkeys(kept) | {"notes": notes}


def _document(scores: Scores, results: list[FrameResult], names: tuple[str, ...]) -> dict[str, Any]:
    confusion = pooled_confusion(results, num_classes=len(names))
    recalls = {
        name: round(100 * row[k] / sum(row), 4) if sum(row) else None
        for k, (name, row) in enumerate(zip(names, confusion, strict=True))
    }
    return scores.to_dict() | {
        "confusion": confusion,
        "classes_list": list(names),
        "class_accuracies": recalls,
    }
