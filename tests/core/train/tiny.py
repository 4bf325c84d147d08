"""A training small enough for tests: bands of colour whose class is the colour."""

import numpy as np

from core.nn.config import StaticConfig
from core.palette import IGNORE, Palette
from core.train.config import Augmentation, Phase, StaticTraining
from core.train.data import InMemoryData

PALETTE = Palette(names=("red", "green", "blue"), colours=((200, 0, 0), (0, 200, 0), (0, 0, 200)))


def band_data(images: int = 8, *, seed: int = 0) -> InMemoryData:
    rng = np.random.default_rng(seed)
    pictures, labels = [], []
    for _ in range(images):
        label = rng.integers(0, 3, 4).astype(np.uint8).repeat(16)[None].repeat(48, axis=0)
        picture = np.asarray(PALETTE.colours, np.uint8)[label]
        label = label.copy()
        label[:4] = IGNORE
        pictures.append(
            np.clip(picture + rng.normal(20, 9, picture.shape), 0, 255).astype(np.uint8)
        )
        labels.append(label)
    return InMemoryData(pictures, labels, palette=PALETTE, description="bands of colour")


def tiny_training(*, steps: int = 8, seed: int = 1, checkpoint_every: int = 3) -> StaticTraining:
    return StaticTraining(
        network=StaticConfig(num_classes=3, width=0.1, channels=8),
        seed=seed,
        steps=steps,
        phases=(
            Phase(share=0.5, height=32, width=32, batch=3),
            Phase(share=0.5, height=32, width=48, batch=2, strength=0.5),
        ),
        warmup_steps=2,
        ema_decay=0.5,
        augmentation=Augmentation(scale=(0.8, 1.25), colour=0.1, compression=0.2),
        checkpoint_every=checkpoint_every,
    )
