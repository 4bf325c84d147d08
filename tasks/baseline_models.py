"""Baselines as models of the registry: those that learn nothing, and trained cells that are there.

Whoever asks twice gets the model of the first time.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.baselines.rows import CellRow
from core.cell_description import model_static
from core.data_folder import DataFolder
from core.dataset_registry import resolve_dataset
from core.datasets.pack import PackReader
from core.fresh_cell import fresh_cell_model
from core.model_file import model_digest
from core.names import free_name
from core.records import Model
from core.registry import import_model
from core.store import models
from core.train.cell_file import training_clips
from core.train.cell_identity import is_made_by
from core.video.simulate import Motion
from tasks.cell_lesson import Asked, labelled_frames, recorded_clips, training_of

_ALL = 1_000_000


@dataclass(frozen=True)
class Lesson:
    """What every cell of a table of baselines learns from: decides which models are the same.

    Attributes:
        motion: How simulated clips move, as JSON.
        data_hash: Hash of the clips.
    """

    motion: dict[str, Any]
    data_hash: str


def untrained_model(folder: DataFolder, text: str, static: Model) -> Model:
    """The model of a baseline that learns nothing, written and registered where it is not yet.

    Args:
        folder: The data folder.
        text: As `core.fresh_cell` reads it, without the network: `ema-0.7`.
        static: The static network.

    Raises:
        BadCheckpoint: The network's file is damaged, or it is no static network.
    """
    name = f"{text}@{static.name}"
    weights = folder.artifacts.local_copy(static.artifact)
    path = fresh_cell_model(name, find_static=lambda _: weights, cache=folder.settings.cache)
    sha256 = model_digest(path)
    known = _models(folder)
    found = next((model for model in known if model.sha256 == sha256), None)
    if found is not None:
        return found
    taken = {model.name for model in known}
    return import_model(folder, path, name=free_name(name, taken.__contains__))


def lesson_of(
    folder: DataFolder,
    asked: Asked,
    static: Model,
    *,
    progress: Callable[[int, int], None] | None = None,
    reader: PackReader | None = None,
) -> Lesson:
    """The lesson of the trainings; decodes the labelled frames where they are not kept yet.

    Raises:
        NotFound: There is no such dataset or split.
        BadDataset: The frames have no labels, differ in size, or the pack is damaged.
    """
    reader = reader or resolve_dataset(folder, asked.get("dataset_id") or asked["dataset"])
    size = model_static(static).input_size
    data = labelled_frames(folder, asked, reader, input_size=size, progress=progress)
    motion = Motion.for_palette(data.palette, length=asked["length"])
    clips = training_clips(
        data,
        motion=motion,
        variants=asked["variants"],
        others=recorded_clips(asked, reader, data),
    )
    return Lesson(json.loads(json.dumps(motion.to_dict())), clips.digest)


def cell_order(row: CellRow, shared: Asked, *, key_interval: int) -> Asked:
    """What the training of a row's model is asked for, but for its name: see `tasks.train_cell`."""
    return shared | {
        "genotype": row.genotype.to_dict(),
        "genotype_name": row.called,
        "seed": row.seed,
        "memoryless": row.memoryless,
        "key_interval": row.key_interval(key_interval),
        "cohort": row.cohort,
    }


def trained_model(
    folder: DataFolder, row: CellRow, order: Asked, static: Model, lesson: Lesson
) -> Model | None:
    """The model that such a training has made already; it joins the row's cohort."""
    training = training_of(order)
    found = next(
        (
            model
            for model in _models(folder)
            if model.kind == "cell"
            and is_made_by(
                model.provenance,
                training,
                motion=lesson.motion,
                variants=order["variants"],
                static_key=static.sha256,
                data_hash=lesson.data_hash,
            )
        ),
        None,
    )
    if found is not None and row.cohort:
        with folder.database.writing() as session:
            models.set_cohort(session, found.id, row.cohort)
    return found


def _models(folder: DataFolder) -> list[Model]:
    with folder.database.reading() as session:
        return models.list_models(session, limit=_ALL)
