"""A pack's labelled frames as training data: decoded once, memory-mapped from then on."""

import hashlib
import json
import threading
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from core.datasets.decode import read_image, read_labels
from core.datasets.index import Frame
from core.datasets.pack import PackReader
from core.datasets.problems import BadDataset
from core.datasets.progress import Progress, ShouldStop
from core.datasets.storage import said_when_full
from core.durable import replace_file
from core.errors import Cancelled
from core.frame_choice import refuse_missing_frames
from core.palette import Palette
from core.video.clip import Labels, Rgb

DEFAULT_INPUT_SIZE = 360
"""Short side in pixels that frames are scaled down to, the one of a network by default."""

_FORMAT = 1
_CHANNELS = 4  # red, green, blue, label
_building = threading.Lock()


class DatasetData:
    """The labelled frames of some splits, in the order of the pack; safe to use from threads.

    The decoded frames lie in `cache_dir`, whose content may be deleted at any time between uses.
    """

    def __init__(
        self,
        reader: PackReader,
        *,
        splits: Sequence[str],
        cache_dir: Path,
        frames: tuple[int, int] | None = None,
        input_size: int = DEFAULT_INPUT_SIZE,
        name: str = "",
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> None:
        """Opens the decoded frames, decoding them where they are not there yet.

        Args:
            reader: The dataset.
            splits: Names of the splits.
            cache_dir: Where decoded frames are kept.
            frames: First and last position in the first of the splits, both included; None for
                all of its frames.
            input_size: Frames whose short side is larger are scaled down to it, images by area,
                labels by the nearest pixel; none is scaled up.
            name: What the dataset is called, for the description; it changes no digest.
            progress: Told frames decoded and frames in all, where decoding is needed.
            should_stop: Asked between frames.

        Raises:
            NotFound: There is no such split.
            BadDataset: The frames have no labels, or none but void; or the pack is damaged.
            Cancelled: `should_stop` said so; nothing is left behind.
            StorageFull: The disk is full; nothing is left behind.
        """
        if input_size < 1:
            raise ValueError(f"an input size of {input_size}; it must be above 0")
        index = reader.index
        refuse_missing_frames(frames, split=splits[0], frames=len(index.split(splits[0]).frames))
        self.palette: Palette = index.palette
        self._frames = _chosen(reader, splits, frames)
        self._named = f"{name}/{_named(splits, frames)}" if name else _named(splits, frames)
        if not self._frames:
            raise BadDataset(f"No frame of {self._named} has labels: choose another split.")
        if not any(any(index.statistics[name].class_pixels) for name in splits):
            raise BadDataset(f"All labels of {self._named} are void: choose another split.")
        self._input_size, self._layout = input_size, index.layout
        digests = [index.split_digest(name) for name in splits]
        key = [_FORMAT, digests, None if frames is None else list(frames), input_size]
        self.digest: str = hashlib.sha256(json.dumps(key).encode()).hexdigest()
        self._sizes = [_scaled(frame, input_size) for frame in self._frames]
        areas = (height * width * _CHANNELS for height, width in self._sizes)
        self._starts = [0, *accumulate(areas)]
        path = Path(cache_dir) / f"frames-{self.digest[:24]}.bin"
        with _building:
            if not path.exists() or path.stat().st_size != self._starts[-1]:
                self._decode(reader, path, progress, should_stop)
            # A plain view of the map: slices of a memmap object are slow to make.
            self._pixels: NDArray[np.uint8] = np.asarray(np.memmap(path, np.uint8, "r"))

    @property
    def description(self) -> str:
        """What the data is, in words for a model card."""
        sequences = len({frame.sequence for frame in self._frames})
        return (
            f"{len(self)} labelled frames of {self._named} ({sequences} "
            f"sequence{'s' * (sequences != 1)}, layout {self._layout}, short side at most "
            f"{self._input_size} pixels)"
        )

    @property
    def images(self) -> tuple[str, ...]:
        """The first 16 hex digits of each image file's SHA-256: what a network has seen."""
        return tuple(frame.image_digest[:16] for frame in self._frames)

    def __len__(self) -> int:
        """The number of labelled frames."""
        return len(self._frames)

    def sample(self, index: int) -> tuple[Rgb, Labels]:
        """Image (H, W, 3) and labels (H, W) of frame `index`, uint8, read-only and not copied."""
        height, width = self._sizes[index]
        start, area = self._starts[index], height * width
        image = self._pixels[start : start + 3 * area].reshape(height, width, 3)
        labels = self._pixels[start + 3 * area : start + _CHANNELS * area].reshape(height, width)
        return image, labels

    def _decode(
        self,
        reader: PackReader,
        path: Path,
        progress: Progress | None,
        should_stop: ShouldStop | None,
    ) -> None:
        full = (
            f"The disk of {path.parent} is full: {self._starts[-1] / 1e9:.1f} GB are needed for "
            "the decoded frames; free some space or set DYNCELL_CACHE."
        )
        with (
            said_when_full(full),
            replace_file(path) as temporary,
            temporary.open("wb") as file,
        ):
            for number, frame in enumerate(self._frames):
                if should_stop is not None and should_stop():
                    raise Cancelled("The decoding of the dataset was stopped.")
                _write(file, reader, frame, size=self._sizes[number])
                if progress is not None:
                    progress(number + 1, len(self))


def _chosen(
    reader: PackReader, splits: Sequence[str], frames: tuple[int, int] | None
) -> tuple[Frame, ...]:
    if not splits or len(set(splits)) != len(splits):
        raise ValueError(f"splits {list(splits)}; at least one, and each once")
    chosen: list[Frame] = []
    for number, name in enumerate(splits):
        found = reader.index.split(name).frames
        if number == 0 and frames is not None:
            found = found[frames[0] : frames[1] + 1]
        chosen += [frame for frame in found if frame.label is not None]
    return tuple(chosen)


def _named(splits: Sequence[str], frames: tuple[int, int] | None) -> str:
    first = splits[0] if frames is None else f"{splits[0]}:{frames[0]}..{frames[1]}"
    return " and ".join([first, *splits[1:]])


def _scaled(frame: Frame, input_size: int) -> tuple[int, int]:
    scale = min(1.0, input_size / min(frame.height, frame.width))
    return max(1, round(frame.height * scale)), max(1, round(frame.width * scale))


def _write(file: BinaryIO, reader: PackReader, frame: Frame, *, size: tuple[int, int]) -> None:
    image, labels = read_image(reader, frame), read_labels(reader, frame)
    if labels.shape != size:
        to = size[::-1]
        image = np.asarray(cv2.resize(image, to, interpolation=cv2.INTER_AREA), np.uint8)
        nearest = cv2.resize(labels, to, interpolation=cv2.INTER_NEAREST_EXACT)
        labels = np.asarray(nearest, np.uint8)
    file.write(np.ascontiguousarray(image).data)
    file.write(np.ascontiguousarray(labels).data)
