"""What a training of a cell learns, from what was asked for: the payload of `tasks.train_cell`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.data_folder import DataFolder
from core.datasets.pack import PackReader
from core.datasets.recorded_clips import RecordedClips
from core.datasets.training import DatasetData
from core.genotype import Genotype
from core.nn.cell_config import CellConfig
from core.train.cell_config import CellTraining, cell_training

Asked = dict[str, Any]


def labelled_frames(
    folder: DataFolder,
    asked: Asked,
    reader: PackReader,
    *,
    input_size: int,
    progress: Callable[[int, int], None] | None = None,
) -> DatasetData:
    """The labelled frames of the splits, decoded.

    Raises:
        NotFound: There is no such split.
        BadDataset: The frames have no labels, or none but void; or the pack is damaged.
    """
    return DatasetData(
        reader,
        splits=asked["splits"],
        name=Path(asked["dataset"]).name,
        input_size=input_size,
        cache_dir=folder.settings.cache / "datasets",
        progress=progress,
    )


def recorded_clips(asked: Asked, reader: PackReader, data: DatasetData) -> list[RecordedClips]:
    """Labelled frames with the neighbours that the dataset has; none where it has none."""
    clips = RecordedClips(
        reader,
        splits=asked["splits"],
        length=asked["length"],
        size=data.sample(0)[1].shape,
        name=Path(asked["dataset"]).name,
    )
    return [clips] if len(clips) else []


def training_of(asked: Asked) -> CellTraining:
    """The config of the training."""
    usual = CellConfig.of(
        Genotype.from_dict(asked["genotype"]), key_interval=asked.get("key_interval")
    )
    cell = CellConfig(
        genotype=usual.genotype,
        key_interval=usual.key_interval,
        own_head=bool(asked.get("own_head")),
    )
    return cell_training(
        cell,
        seed=asked["seed"],
        steps=asked["steps"],
        length=asked["length"],
        memoryless=bool(asked.get("memoryless")),
        precision=asked["precision"],
    )
