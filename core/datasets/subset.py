"""Some of a dataset's labelled frames, by position."""

import hashlib
import json
from collections.abc import Sequence

from core.datasets.training import DatasetData
from core.palette import Palette
from core.video.clip import Labels, Rgb


class DatasetSubset:
    """Chosen frames of decoded training data, which they share.

    Args:
        data: All labelled frames.
        positions: Which of them, rising.
        name: What the choice is called, for the description.

    Raises:
        ValueError: A position is missing in the data, or they do not rise.
    """

    def __init__(self, data: DatasetData, positions: Sequence[int], *, name: str) -> None:
        if not positions or list(positions) != sorted({p for p in positions if 0 <= p < len(data)}):
            raise ValueError(f"{len(positions)} positions among {len(data)} frames, not rising")
        self._data, self._positions, self._name = data, tuple(positions), name

    @property
    def palette(self) -> Palette:
        """Class names and colours."""
        return self._data.palette

    @property
    def description(self) -> str:
        """What the data is, in words for a model card."""
        return f"{self._name} ({len(self)} frames) of {self._data.description}"

    @property
    def digest(self) -> str:
        """Hash of the frames and their labels."""
        document = [self._data.digest, self._positions]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()

    @property
    def images(self) -> tuple[str, ...]:
        """See `DatasetData.images`."""
        images = self._data.images
        return tuple(images[position] for position in self._positions)

    def __len__(self) -> int:
        """The number of labelled frames."""
        return len(self._positions)

    def sample(self, index: int) -> tuple[Rgb, Labels]:
        """Image (H, W, 3) and labels (H, W) of frame `index`, uint8, read-only and not copied."""
        return self._data.sample(self._positions[index])
