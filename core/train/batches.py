"""Batches of random views, each a pure function of seed and step number."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch

from core.train.augment import augment
from core.train.config import StaticTraining
from core.train.data import TrainingData

Batch = tuple[torch.Tensor, torch.Tensor]
"""Images (B, 3, H, W) uint8, channels last, and labels (B, H, W) int64, 255 = ignore."""

_ORDER, _VIEW = 0, 1  # streams of randomness that must not share numbers


def training_batch(config: StaticTraining, data: TrainingData, step: int) -> Batch:
    """Draws the batch of step number `step`.

    Because nothing but the seed and the step decides it, training goes on after an interruption
    with exactly the batches it would have seen.
    """
    phase = config.phase_at(step)
    settings = config.augmentation.weakened(phase.strength)
    views = []
    for place in range(phase.batch):
        image, labels = data.sample(_sample_index(config, len(data), step, place))
        generator = np.random.default_rng((config.seed, _VIEW, step, place))
        views.append(
            augment(
                image,
                labels,
                crop=(phase.height, phase.width),
                settings=settings,
                generator=generator,
            )
        )
    images = torch.from_numpy(np.stack([image for image, _ in views]))  # (B, H, W, 3)
    targets = torch.from_numpy(np.stack([labels for _, labels in views]).astype(np.int64))
    return images.permute(0, 3, 1, 2), targets


def training_batches(config: StaticTraining, data: TrainingData, first: int) -> Iterator[Batch]:
    """Yields the batches from step `first` on, the next one being drawn while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as pool:
        coming: Future[Batch] = pool.submit(training_batch, config, data, first)
        for step in range(first, config.steps):
            batch = coming.result()
            if step + 1 < config.steps:
                coming = pool.submit(training_batch, config, data, step + 1)
            yield batch


def _sample_index(config: StaticTraining, samples: int, step: int, place: int) -> int:
    # Samples are counted as if every batch had the largest phase's size: phases may then change
    # the batch size without the position in the epoch depending on the history.
    largest = max(phase.batch for phase in config.phases)
    epoch, position = divmod(step * largest + place, samples)
    order = np.random.default_rng((config.seed, _ORDER, epoch)).permutation(samples)
    return int(order[position])
