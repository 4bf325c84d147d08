"""How well a model that was just trained labels frames it has not learnt, for its own card."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.datasets.pack import PackReader
from core.evaluate import ModelLabeller, evaluate
from core.frame_choice import FrameChoice
from core.model_file import ModelHeader
from core.model_stream import ModelStream
from core.nn.weights import load_network, save_model
from core.predict import VideoPredictor
from core.protocol import Protocol

_KEPT = ("miou", "fwiou", "pixel_accuracy", "mean_accuracy", "aba_flicker")


def add_score(
    file: Path,
    reader: PackReader,
    choice: FrameChoice,
    *,
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> ModelHeader:
    """Judges a model file frame after frame and writes the scores, in percent, into its header.

    Args:
        file: The model file, which is replaced.
        reader: The dataset.
        choice: What it is scored on.
        name: What people call the dataset.
        progress: Called with frames judged and frames in all; may raise to stop.

    Raises:
        NotFound: There is no such split.
        DyncellError: None of the frames has labels.
    """
    stream = ModelStream(VideoPredictor.load(file, full_size=True), reader.index.palette)
    found = evaluate(
        reader,
        choice.split,
        ModelLabeller(stream),
        protocol=Protocol(frames=choice.frames, flow=None),
        progress=progress,
    )
    network, header = load_network(file)
    scored_on = f"{found['frames']} labelled frames of {name}/{choice}, one after the other"
    header = replace(header, metrics={"scored_on": scored_on, **_rounded(found)})
    save_model(file, network, header=header)
    return header


def _rounded(found: dict[str, Any]) -> dict[str, Any]:
    """The pooled scores and those of the classes, as a training of a static network keeps them."""
    kept = {key: _hundredths(found[key]) for key in _KEPT if found.get(key) is not None}
    return kept | {"classes": {name: _hundredths(iou) for name, iou in found["classes"].items()}}


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
