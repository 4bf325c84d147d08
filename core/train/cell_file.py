"""Trains a cell on simulated clips of a dataset and writes the model file, in one call."""

from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

import torch

from core.clip_source import ClipSource
from core.errors import BadCheckpoint
from core.features import cached_features
from core.joined_clips import JoinedClips
from core.model_file import ModelHeader, Provenance, model_digest
from core.nn.weights import load_model, save_model
from core.train.cell import train_cell
from core.train.cell_config import CellTraining
from core.train.class_weights import class_weights
from core.train.data import TrainingData
from core.train.loop import StopWish, TrainingProgress
from core.train.simulated_clips import SimulatedClips
from core.video.simulate import Motion


def train_cell_to_file(
    training: CellTraining,
    static: Path,
    data: TrainingData,
    out: Path,
    *,
    motion: Motion,
    variants: int = 1,
    others: Sequence[ClipSource] = (),
    cache_dir: Path,
    command: str,
    checkpoint_dir: Path | None = None,
    device: str = "cpu",
    threads: int | None = None,
    progress: Callable[[TrainingProgress], None] | None = None,
    cached: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], StopWish | None] | None = None,
) -> ModelHeader:
    """Simulates clips, caches their features, trains the cell and writes the model.

    Args:
        training: What to train and how.
        static: The static network's weights file; its classes are those of `data`.
        data: Labelled images of one size.
        out: The model file.
        motion: How clips move; their length is that of the training.
        variants: Simulated clips per image.
        others: Clips of the same size and length from elsewhere, learnt as well.
        cache_dir: Where features are kept, see `core.features`.
        command: The command that makes these weights again.
        checkpoint_dir: Where the training checkpoint is kept, see `train_cell`.
        device: `cpu` or `cuda`.
        threads: Threads of torch; as they are when None.
        progress: Called after every training step.
        cached: Called with clips cached and clips in all; may raise to stop.
        should_stop: Asked before every training step.

    Returns:
        The header of the written file.

    Raises:
        BadCheckpoint: The static network is damaged, has a cell or other classes; or the
            checkpoint is damaged or belongs to another training.
        BadDataset: The images differ in size.
        Paused: `should_stop` said `pause`.
        Cancelled: `should_stop` said `cancel`.
        TrainingDiverged: The loss or a weight became infinite or no number.
        StorageFull: The disk has no room for the features.
    """
    segmenter, header = load_model(static)
    if header.palette.names != data.palette.names:
        raise BadCheckpoint(
            f"{static.name} knows the classes {_few(header.palette.names)}, the dataset "
            f"{_few(data.palette.names)}: choose a static network trained on these classes."
        )
    clips = training_clips(data, motion=motion, variants=variants, others=others)
    digest = model_digest(static)
    features = cached_features(
        segmenter,
        clips,
        cache_dir=cache_dir,
        weights_digest=digest,
        device=device,
        threads=threads,
        progress=cached,
    )
    network = train_cell(
        training,
        segmenter,
        header.config,
        features,
        class_weights=torch.from_numpy(class_weights(data, power=training.class_power)),
        identity=features.key,
        checkpoint_dir=checkpoint_dir,
        device=device,
        threads=threads,
        progress=progress,
        should_stop=should_stop,
    )
    written = ModelHeader(
        palette=header.palette,
        config=header.config,
        cell=training.cell,
        provenance=Provenance(
            command=command,
            seed=training.seed,
            steps=training.steps,
            data=clips.description,
            data_hash=clips.digest,
            code_version=version("dyncell"),
            note="",
            training=training.to_dict()
            | {
                "motion": motion.to_dict(),
                "variants": variants,
                "static": {"sha256": digest, **header.provenance.to_dict()},
            },
        ),
    )
    save_model(out, network, header=written)
    return written


def training_clips(
    data: TrainingData, *, motion: Motion, variants: int = 1, others: Sequence[ClipSource] = ()
) -> JoinedClips:
    """The clips that a cell learns: simulated of images, and those from elsewhere."""
    return JoinedClips([SimulatedClips(data, motion=motion, variants=variants), *others])


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:4]) + (", ..." if len(names) > 4 else "")
