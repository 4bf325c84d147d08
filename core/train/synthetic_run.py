"""Trains the static network on the synthetic street and writes the model file, in one call."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.metrics.accuracy import AccuracyScores
from core.model_file import ModelHeader, Provenance
from core.nn.config import StaticConfig
from core.nn.weights import save_model
from core.palette import CAMVID, Palette
from core.train.config import StaticTraining
from core.train.score import score_static
from core.train.static import StopWish, TrainingProgress, train_static
from core.train.synthetic_data import SyntheticData, SyntheticStreets

HELD_OUT = SyntheticStreets(scenes=15, frames=4, spacing=30, first_seed=5000)
"""What every model trained here is scored on; its streets are never trained on."""

NOTE = "Trained on synthetic scenes only; real driving video is not its domain."


def synthetic_training(*, seed: int = 0, width: float = 0.5, steps: int = 6000) -> StaticTraining:
    """The training config behind `dyncell train static synthetic`."""
    network = StaticConfig(num_classes=CAMVID.num_classes, width=width)
    return StaticTraining(network=network, seed=seed, steps=steps)


def train_on_synthetic(
    training: StaticTraining,
    out: Path,
    *,
    cache_dir: Path,
    streets: SyntheticStreets | None = None,
    held_out: SyntheticStreets | None = None,
    checkpoint_dir: Path | None = None,
    device: str = "cpu",
    threads: int | None = None,
    rendered: Callable[[int, int], None] | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> ModelHeader:
    """Renders the streets where they are not cached, trains, scores and writes the model.

    Args:
        training: What to train and how; `synthetic_training` makes the usual one.
        out: The model file.
        cache_dir: Where rendered frames are kept between runs.
        streets: Streets to train on.
        held_out: Streets to score on; must not overlap `streets`.
        checkpoint_dir: Where the training checkpoint is kept, see `train_static`.
        device: `cpu` or `cuda`.
        threads: Threads of torch; as they are when None.
        rendered: Called with frames rendered and frames in all; may raise to stop the rendering.
        progress: Called after every training step.
        should_stop: Asked before every training step.

    Returns:
        The header of the written file.

    Raises:
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss became infinite or no number.
        BadCheckpoint: The checkpoint is damaged or belongs to another config or other data.
    """
    streets, held_out = streets or SyntheticStreets(), held_out or HELD_OUT
    _refuse_overlap(streets, held_out)
    data = SyntheticData(streets, cache_dir=cache_dir, progress=rendered)
    unseen = SyntheticData(held_out, cache_dir=cache_dir, progress=rendered)
    segmenter = train_static(
        training,
        data,
        checkpoint_dir=checkpoint_dir,
        device=device,
        threads=threads,
        progress=progress,
        should_stop=should_stop,
    )
    scores = score_static(segmenter, unseen, device=device)
    header = ModelHeader(
        palette=data.palette,
        config=training.network,
        provenance=_provenance(training, data),
        metrics=_metrics(scores, data.palette, unseen.description),
    )
    save_model(out, segmenter, header=header)
    return header


def _refuse_overlap(streets: SyntheticStreets, held_out: SyntheticStreets) -> None:
    trained = range(streets.first_seed, streets.first_seed + streets.scenes)
    scored = range(held_out.first_seed, held_out.first_seed + held_out.scenes)
    if trained.start < scored.stop and scored.start < trained.stop:
        raise ValueError(f"streets {trained} to train on and {scored} to score on overlap")


def _provenance(training: StaticTraining, data: SyntheticData) -> Provenance:
    return Provenance(
        command=(
            f"dyncell train static synthetic --seed {training.seed} "
            f"--width {training.network.width} --steps {training.steps} --out FILE"
        ),
        seed=training.seed,
        steps=training.steps,
        data=data.description,
        data_hash=data.digest,
        code_version=version("dyncell"),
        note=NOTE,
        training=training.to_dict(),
    )


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
