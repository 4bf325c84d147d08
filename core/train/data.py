"""What training reads: images with labels, by number."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from core.palette import Palette
from core.video.clip import Labels, Rgb


class TrainingData(Protocol):
    """Labelled images that training can ask for in any order, from any thread."""

    @property
    def palette(self) -> Palette:
        """Class names and colours."""
        ...

    @property
    def description(self) -> str:
        """What the data is, in words for a model card."""
        ...

    @property
    def digest(self) -> str:
        """Hash that differs when the data differs."""
        ...

    def __len__(self) -> int:
        """The number of labelled images."""
        ...

    def sample(self, index: int) -> tuple[Rgb, Labels]:
        """Image and labels number `index`, of equal height and width; not to be written to."""
        ...


class InMemoryData:
    """Labelled images held as arrays.

    Args:
        images: (H, W, 3) uint8 RGB each; sizes may differ.
        labels: (H, W) uint8 each, matching `images`.
        palette: Class names and colours.
        description: What the data is, in words.
    """

    def __init__(
        self,
        images: Sequence[Rgb],
        labels: Sequence[Labels],
        *,
        palette: Palette,
        description: str = "images in memory",
    ) -> None:
        if not images or len(images) != len(labels):
            raise ValueError(f"{len(images)} images and {len(labels)} label maps; one each needed")
        for image, label_map in zip(images, labels, strict=True):
            if image.shape != (*label_map.shape, 3):
                raise ValueError(f"image of {image.shape} with labels of {label_map.shape}")
        self.palette = palette
        self.description = description
        self._images = list(images)
        self._labels = list(labels)

    @property
    def digest(self) -> str:
        """SHA-256 over all pixels and labels."""
        digest = hashlib.sha256()
        for array in (*self._images, *self._labels):
            digest.update(repr(array.shape).encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def __len__(self) -> int:
        """The number of labelled images."""
        return len(self._images)

    def sample(self, index: int) -> tuple[Rgb, Labels]:
        """Image and labels number `index`."""
        return self._images[index], self._labels[index]
