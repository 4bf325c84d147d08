"""Trains a static network on a dataset, scores it and writes the model file, in one call."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.metrics.accuracy import AccuracyScores
from core.model_file import ModelHeader, Provenance
from core.nn.weights import save_model
from core.palette import Palette
from core.train.config import StaticTraining
from core.train.data import TrainingData
from core.train.loop import StopWish, TrainingProgress
from core.train.score import score_static
from core.train.static import train_static


def train_to_file(
    training: StaticTraining,
    data: TrainingData,
    out: Path,
    *,
    command: str,
    extra: TrainingData | None = None,
    start: Path | None = None,
    unseen: TrainingData | None = None,
    note: str = "",
    images: Sequence[str] = (),
    checkpoint_dir: Path | None = None,
    device: str = "cpu",
    threads: int | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    scored: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> ModelHeader:
    """Trains, scores and writes the model.

    Args:
        training: What to train and how; `core.train.recipe.static_training` makes the usual one.
        data: What the network learns.
        out: The model file.
        command: The command that makes these weights again.
        extra: Further images of the same classes, see `Phase.extra`.
        start: The file the first weights come from, see `train_static`.
        unseen: What the finished network is scored on; without it the model carries no score.
        note: What a user should know before trusting the model.
        images: Hashes of the images of `data`, see `DatasetData.images`; the model keeps them, so
            that a search can tell what it has seen.
        checkpoint_dir: Where the training checkpoint is kept, see `train_static`.
        device: `cpu` or `cuda`.
        threads: Threads of torch; as they are when None.
        progress: Called after every training step.
        scored: Called with images scored and images in all; may raise to stop.
        should_stop: Asked before every training step.

    Returns:
        The header of the written file.

    Raises:
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss or a weight became infinite or no number.
        BadCheckpoint: The checkpoint is damaged or belongs to another config or other data.
    """
    segmenter = train_static(
        training,
        data,
        extra=extra,
        start=start,
        checkpoint_dir=checkpoint_dir,
        device=device,
        threads=threads,
        progress=progress,
        should_stop=should_stop,
    )
    metrics: dict[str, Any] = {}
    if unseen is not None:
        scores = score_static(segmenter, unseen, device=device, progress=scored)
        metrics = _metrics(scores, data.palette, unseen.description)
    header = ModelHeader(
        palette=data.palette,
        config=training.network,
        provenance=Provenance(
            command=command,
            seed=training.seed,
            steps=training.steps,
            data=" and ".join(each.description for each in (data, extra) if each is not None),
            data_hash=data.digest,
            code_version=version("dyncell"),
            note=note,
            training=training.to_dict() | ({"images": sorted(images)} if images else {}),
        ),
        metrics=metrics,
    )
    save_model(out, segmenter, header=header)
    return header


def _metrics(scores: AccuracyScores, palette: Palette, scored_on: str) -> dict[str, Any]:
    def percent(share: float | None) -> float | None:
        return None if share is None else round(100 * share, 2)

    return {
        "scored_on": scored_on,
        "miou": percent(scores.miou),
        "fwiou": percent(scores.fwiou),
        "pixel_accuracy": percent(scores.pixel_accuracy),
        "mean_accuracy": percent(scores.mean_accuracy),
        "classes": {
            name: percent(iou) for name, iou in zip(palette.names, scores.iou, strict=True)
        },
    }
