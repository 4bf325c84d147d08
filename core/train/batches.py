"""Batches of random views, each a pure function of seed and step number."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch

from core.train.augment import augment, paste_classes
from core.train.class_weights import class_frequencies
from core.train.config import Phase, StaticTraining
from core.train.data import TrainingData
from core.video.clip import Labels, Rgb

Batch = tuple[torch.Tensor, torch.Tensor]
"""Images (B, 3, H, W) uint8, channels last, and labels (B, H, W) int64, 255 = ignore."""

RARE = 0.025
"""Classes of less than this share of the labelled pixels are pasted into other views."""

_ORDER, _VIEW = 0, 1  # streams of randomness that must not share numbers


@dataclass(frozen=True)
class Source:
    """What views are drawn from.

    Attributes:
        data: The data to learn.
        extra: Further data that every phase takes its share `Phase.extra` of crops from.
        rare: Class ids that are pasted from one view of `data` into another.
    """

    data: TrainingData
    extra: TrainingData | None = None
    rare: tuple[int, ...] = ()

    @classmethod
    def of(cls, data: TrainingData, extra: TrainingData | None = None) -> "Source":
        """The source of `data` and `extra`, its rare classes counted in `data`.

        Raises:
            ValueError: The two do not have the same classes.
        """
        if extra is not None and extra.palette.names != data.palette.names:
            raise ValueError(f"classes {data.palette.names} and extra {extra.palette.names} differ")
        frequencies = class_frequencies(data)
        return cls(data, extra, tuple(np.flatnonzero(frequencies < RARE).tolist()))

    @property
    def digest(self) -> str:
        """Hash that differs when any of the data differs."""
        return self.data.digest + (self.extra.digest if self.extra is not None else "")


def training_batch(config: StaticTraining, source: Source, step: int) -> Batch:
    """Draws the batch of step number `step`.

    Because nothing but the seed and the step decides it, training goes on after an interruption
    with exactly the batches it would have seen.
    """
    phase = config.phase_at(step)
    views = [_view(config, source, phase, step, place) for place in range(phase.batch)]
    images = torch.from_numpy(np.stack([image for image, _ in views]))  # (B, H, W, 3)
    targets = torch.from_numpy(np.stack([labels for _, labels in views]).astype(np.int64))
    return images.permute(0, 3, 1, 2), targets


def training_batches(config: StaticTraining, source: Source, first: int) -> Iterator[Batch]:
    """Yields the batches from step `first` on, the next one being drawn while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        coming: Future[Batch] = pool.submit(training_batch, config, source, first)
        for step in range(first, config.steps):
            batch = coming.result()
            if step + 1 < config.steps:
                coming = pool.submit(training_batch, config, source, step + 1)
            yield batch


def _view(
    config: StaticTraining, source: Source, phase: Phase, step: int, place: int
) -> tuple[Rgb, Labels]:
    generator = np.random.default_rng((config.seed, _VIEW, step, place))
    settings = config.augmentation.weakened(phase.strength)
    crop = (phase.height, phase.width)
    if source.extra is not None and generator.random() < phase.extra:
        image, labels = source.extra.sample(int(generator.integers(len(source.extra))))
        return augment(image, labels, crop=crop, settings=settings, generator=generator)
    image, labels = source.data.sample(_sample_index(config, len(source.data), step, place))
    image, labels = augment(image, labels, crop=crop, settings=settings, generator=generator)
    if source.rare and generator.random() < settings.paste:
        other = source.data.sample(int(generator.integers(len(source.data))))
        view = augment(*other, crop=crop, settings=settings, generator=generator)
        image, labels = paste_classes((image, labels), view, classes=source.rare)
    return image, labels


def _sample_index(config: StaticTraining, samples: int, step: int, place: int) -> int:
    # Samples are counted as if every batch had the largest phase's size: phases may then change
    # the batch size without the position in the epoch depending on the history.
    largest = max(phase.batch for phase in config.phases)
    epoch, position = divmod(step * largest + place, samples)
    order = np.random.default_rng((config.seed, _ORDER, epoch)).permutation(samples)
    return int(order[position])
