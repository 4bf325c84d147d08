"""What all trials of a search share: a frozen static network and its features of the clips."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from core.datasets.index import Frame
from core.datasets.pack import PackReader
from core.datasets.subset import DatasetSubset
from core.datasets.training import DatasetData
from core.features import FeatureCache, cached_features
from core.model_file import model_digest
from core.nn.config import StaticConfig
from core.nn.fold import fold_batch_norms
from core.nn.head import Head
from core.nn.segmenter import Segmenter
from core.nn.weights import load_model
from core.search.config import SearchConfig
from core.search.split import Part, search_parts
from core.train.class_weights import class_weights
from core.train.data import TrainingData
from core.train.simulated_clips import SimulatedClips
from core.video.simulate import Motion

Told = Callable[[Part, int, int], None]
"""Told the part whose clips get features, how many are done, and of how many."""

CLASS_POWER = 0.2
"""Class weights of a trial are frequency ** -CLASS_POWER, as in final training."""

_SEEDS: dict[Part, int] = {"C": 1, "M": 2}


@dataclass(frozen=True, eq=False)
class TrialMaterial:
    """Opened once per process; nothing of it is ever changed.

    Attributes:
        segmenter: The static network.
        static: Its sizes.
        head: Its head for computing: batch norms folded, on the device.
        learn: Its features of the simulated clips of part C.
        judge: Its features of the simulated clips of part M.
        weights: (K,) class weights, on the device.
        device: Where trials compute.
    """

    segmenter: Segmenter
    static: StaticConfig
    head: Head
    learn: FeatureCache
    judge: FeatureCache
    weights: torch.Tensor
    device: torch.device


@dataclass(frozen=True)
class PartData:
    """The labelled frames of the three parts of a split."""

    static: DatasetSubset
    cells: DatasetSubset
    reward: DatasetSubset


def part_data(
    reader: PackReader,
    *,
    split: str,
    input_size: int,
    cache_dir: Path,
    name: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> PartData:
    """Decodes a split and divides it, see `core.search.split`.

    Args:
        reader: The dataset.
        split: The split's name.
        input_size: Short side in pixels that frames are scaled down to.
        cache_dir: Where decoded frames are kept.
        name: What the dataset is called.
        progress: Told frames decoded and frames in all, where they are decoded.

    Raises:
        NotFound: There is no such split.
        BadDataset: It has no labels, or too few frames.
    """
    data = DatasetData(
        reader,
        splits=[split],
        input_size=input_size,
        cache_dir=cache_dir,
        name=name,
        progress=progress,
    )
    frames: tuple[Frame, ...] = reader.index.split(split).labelled
    parts = search_parts(frames)
    return PartData(
        DatasetSubset(data, parts.static, name="part S"),
        DatasetSubset(data, parts.cells, name="part C"),
        DatasetSubset(data, parts.reward, name="part M"),
    )


def open_material(
    config: SearchConfig,
    static: Path,
    *,
    cells: TrainingData,
    reward: TrainingData,
    cache_dir: Path,
    threads: int | None = None,
    told: Told | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TrialMaterial:
    """Opens what trials share; the features are computed where they are not there yet.

    Args:
        config: The search.
        static: The static network's weights file.
        cells: The labelled frames of part C, of one size.
        reward: Those of part M.
        cache_dir: Where features are kept.
        threads: Threads of torch while features are computed.
        told: Told what is computed and how far it is; may raise to stop.
        should_stop: Asked between clips.

    Raises:
        BadCheckpoint: The static network is damaged, or has a cell.
        BadDataset: The frames differ in size.
        Cancelled: `should_stop` said so.
        StorageFull: The disk has no room for the features.
    """
    segmenter, header = load_model(static)
    segmenter = segmenter.eval().requires_grad_(False)
    budget, digest = config.budget, model_digest(static)

    def features(part: Part, data: TrainingData, length: int, variants: int) -> FeatureCache:
        clips = SimulatedClips(
            data,
            motion=Motion.for_palette(data.palette, length=length),
            seed=_SEEDS[part],
            variants=variants,
        )
        return cached_features(
            segmenter,
            clips,
            cache_dir=cache_dir,
            weights_digest=digest,
            device=config.device,
            threads=threads,
            progress=None if told is None else lambda done, all_: told(part, done, all_),
            should_stop=should_stop,
        )

    device = torch.device(config.device)
    weights = torch.from_numpy(class_weights(cells, power=CLASS_POWER))
    return TrialMaterial(
        segmenter=segmenter.to(device),
        static=header.config,
        head=fold_batch_norms(segmenter.classifier).to(device),
        learn=features("C", cells, budget.length, budget.variants),
        judge=features("M", reward, budget.judge_length, budget.judge_variants),
        weights=weights.to(device),
        device=device,
    )
