"""The features of clips under a frozen static network: computed once per host, then mapped.

`low` and `high` are kept in bfloat16 beside the labels, in one file per network and source
(`core.feature_file` has its layout). A file never changes: it is published whole, and replaced
whole when a clip in it turns out to be damaged. Whoever reads the old one goes on reading it, for a
memory map outlives its file's name; so files can be removed at any time, too.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import NamedTuple

import torch

from core.clip_source import ClipSource
from core.datasets.progress import Progress, ShouldStop
from core.errors import DyncellError
from core.feature_file import FeatureFile, FeatureLayout
from core.feature_making import FeatureMaking
from core.nn.config import StaticConfig
from core.nn.segmenter import Segmenter

__all__ = [
    "ClipFeatures",
    "ClipSource",
    "FeatureBatch",
    "FeatureCache",
    "batch",
    "cached_features",
    "feature_bytes",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ClipFeatures:
    """What training reads of one clip.

    Attributes:
        low: (T, C_low, h, w) bfloat16, channels last in memory, at the network's `low_stride`.
        high: (T, C, h, w) bfloat16, channels last in memory, at stride 8.
        labels: (T, H, W) uint8 class ids, 255 = ignore.
        sources: (T, H / 2, W / 2) int32, rounded up, see `core.clip_source.Clip`.
    """

    low: torch.Tensor
    high: torch.Tensor
    labels: torch.Tensor
    sources: torch.Tensor

    def __post_init__(self) -> None:
        if not len(self.low) == len(self.high) == len(self.labels) == len(self.sources):
            raise ValueError(
                f"{len(self.low)} frames of low, {len(self.high)} of high and {len(self.labels)} "
                "label maps; a clip has as many of each"
            )


class FeatureBatch(NamedTuple):
    """Several clips for one step of training.

    Attributes:
        low: (B, T, C_low, h, w) bfloat16, channels last in memory.
        high: (B, T, C, h, w) bfloat16, channels last in memory.
        labels: (B, T, H, W) uint8 class ids, 255 = ignore.
        sources: (B, T, H / 2, W / 2) int32, rounded up.
    """

    low: torch.Tensor
    high: torch.Tensor
    labels: torch.Tensor
    sources: torch.Tensor


class FeatureCache:
    """The features of all clips of a source; safe to use from threads.

    A clip is summed on its first read. If it is damaged, a warning is logged and the file is
    written again: intact clips are copied, damaged ones computed.

    Args:
        making: Where the features lie and how they are made.
        progress: Told clips done and clips in all, where the file is not there yet.
    """

    def __init__(self, making: FeatureMaking, *, progress: Progress | None = None) -> None:
        self._making = making
        self._file = making.opened() or making.made(progress=progress)
        self._mending = threading.Lock()

    @property
    def path(self) -> Path:
        """The file."""
        return self._making.path

    @property
    def key(self) -> str:
        """SHA-256 over what the features depend on: network, clips, sizes and file format."""
        return self._making.key

    @property
    def nbytes(self) -> int:
        """Bytes of the file."""
        return self._file.layout.nbytes

    def __len__(self) -> int:
        """The number of clips."""
        return self._file.layout.clips

    def __getitem__(self, index: int) -> ClipFeatures:
        """Views of clip `index` in the memory map, not copied.

        What is written into them is seen by readers of this object alone and never reaches the
        file.

        Raises:
            IndexError: There is no such clip.
            DyncellError: The clip is damaged and could not be made again.
            Cancelled: `should_stop` said so while a damaged clip was made again.
            StorageFull: A damaged clip was to be made again, and the disk has no room.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"clip {index}; there are 0 to {len(self) - 1}")
        file = self._file
        if not file.is_intact(index):
            file = self._mended(index)
        layout, start = file.layout, file.layout.start(index)
        labels = _view(file, torch.uint8, start + layout.labels_offset, layout.label_shape)
        return ClipFeatures(
            low=_view(file, torch.bfloat16, start, layout.low_shape).permute(0, 3, 1, 2),
            high=_view(file, torch.bfloat16, start + layout.high_offset, layout.high_shape).permute(
                0, 3, 1, 2
            ),
            labels=labels,
            sources=_view(file, torch.int32, start + layout.source_offset, layout.source_shape),
        )

    def _mended(self, index: int) -> FeatureFile:
        with self._mending:
            if not self._file.is_intact(index):
                _log.warning("Clip %d of the features %s is damaged.", index, self.path)
                self._file = self._making.made(needed=index)
            if not self._file.is_intact(index):
                raise DyncellError(
                    f"Clip {index} of {self.path} was damaged as soon as it was written: check "
                    "the disk, or set DYNCELL_CACHE to a folder on another one."
                )
            return self._file


def cached_features(
    segmenter: Segmenter,
    source: ClipSource,
    *,
    cache_dir: Path,
    weights_digest: str,
    device: str = "cpu",
    threads: int | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> FeatureCache:
    """Opens the features of a source's clips, computing them where they are not there yet.

    Processes of one host that ask for the same at the same time compute it once; the others wait.
    The file is `features-KEY.bin` in `cache_dir`, of `feature_bytes` bytes. One that is cut off or
    has a damaged head is computed again, with a warning in the log.

    Args:
        segmenter: The static network; it is not changed. The cache keeps it, with `source`, to
            make damaged clips again.
        source: The clips; the next one is asked for, in a thread, while one is computed.
        cache_dir: Where features are kept; its content may be deleted at any time.
        weights_digest: Hash of the network's weights, such as `core.model_file.model_digest`.
        device: `cpu` or `cuda`, where features are computed; it is no part of the key.
        threads: Threads of torch while features are computed; as they are when None.
        progress: Told clips done and clips in all, where they are computed; may raise to stop.
        should_stop: Asked between clips, and while another process computes them.

    Raises:
        ValueError: A clip is no clip, differs in size from the first, or has an unknown class.
        Cancelled: `should_stop` said so; nothing is left behind.
        StorageFull: The disk has too little room; nothing is left behind.
        DyncellError: The folder cannot be written to, or there is no such device.
    """
    making = FeatureMaking(
        segmenter,
        source,
        folder=Path(cache_dir),
        weights_digest=weights_digest,
        device=device,
        threads=threads,
        should_stop=should_stop,
    )
    return FeatureCache(making, progress=progress)


def batch(cache: FeatureCache, indices: Sequence[int]) -> FeatureBatch:
    """Copies the clips `indices` into one batch, in their order."""
    if len(indices) < 1:
        raise ValueError("a batch of 0 clips; at least 1 is needed")
    clips = [cache[index] for index in indices]
    return FeatureBatch(
        low=_stacked([clip.low for clip in clips]),
        high=_stacked([clip.high for clip in clips]),
        labels=torch.stack([clip.labels for clip in clips]),  # (B, T, H, W)
        sources=torch.stack([clip.sources for clip in clips]),  # (B, T, H / 2, W / 2)
    )


def feature_bytes(config: StaticConfig, *, clips: int, length: int, height: int, width: int) -> int:
    """Bytes of the file that holds the features of a source.

    Args:
        config: The static network's sizes.
        clips: Number of clips.
        length: Frames of each clip.
        height: Rows of each frame as the network sees it.
        width: Columns of it.
    """
    size = (height, width)
    return FeatureLayout.of_config(config, clips=clips, length=length, size=size).nbytes


def _view(
    file: FeatureFile, dtype: torch.dtype, offset: int, shape: tuple[int, ...]
) -> torch.Tensor:
    flat = torch.frombuffer(file.map, dtype=dtype, count=prod(shape), offset=offset)
    return flat.view(shape)


def _stacked(clips: Sequence[torch.Tensor]) -> torch.Tensor:
    rows = torch.stack([clip.permute(0, 2, 3, 1) for clip in clips])  # (B, T, h, w, C)
    return rows.permute(0, 1, 4, 2, 3)
