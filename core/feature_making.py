"""Computes the features of a source into their file: once, however many ask at a time."""

import hashlib
import json
import logging
import shutil
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, suppress
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.clip_source import UNKNOWN, Clip, ClipSource
from core.datasets.progress import Progress, ShouldStop
from core.datasets.storage import said_when_full
from core.durable import replace_file
from core.errors import Cancelled, DyncellError, StorageFull
from core.feature_extraction import FeatureExtractor
from core.feature_file import (
    FORMAT,
    DamagedFeatures,
    FeatureFile,
    FeatureLayout,
    write_features,
)
from core.host_lock import host_lock
from core.nn.segmenter import Segmenter
from core.palette import IGNORE

_log = logging.getLogger(__name__)

_ABSENT = (FileNotFoundError, NotADirectoryError)


class FeatureMaking:
    """The features of one source under one network: where they lie and how they are made.

    Args:
        segmenter: The static network; it is not changed.
        source: The clips, at least one.
        folder: Where the file belongs.
        weights_digest: Hash of the network's weights.
        device: `cpu` or `cuda`.
        threads: Threads of torch while features are computed; as they are when None.
        should_stop: Asked between clips, and while another process computes them.
    """

    def __init__(
        self,
        segmenter: Segmenter,
        source: ClipSource,
        *,
        folder: Path,
        weights_digest: str,
        device: str = "cpu",
        threads: int | None = None,
        should_stop: ShouldStop | None = None,
    ) -> None:
        if len(source) < 1:
            raise ValueError(f"a source of {len(source)} clips; at least 1 is needed")
        self._segmenter, self._source = segmenter, source
        self._device, self._threads, self._should_stop = device, threads, should_stop
        backbone = segmenter.backbone
        sizes = [backbone.low_channels, backbone.low_stride, segmenter.decoder.channels]
        document = [FORMAT, weights_digest, source.digest, len(source), *sizes]
        self.key: str = hashlib.sha256(json.dumps(document).encode()).hexdigest()
        self.path: Path = folder / f"features-{self.key[:24]}.bin"

    def opened(self) -> FeatureFile | None:
        """The file, or None where there is none or not a whole one."""
        with suppress(*_ABSENT, DamagedFeatures):
            return self._open()
        return None

    def made(self, *, needed: int | None = None, progress: Progress | None = None) -> FeatureFile:
        """Makes the file, or takes what another process has made meanwhile.

        Args:
            needed: A clip that must be intact; None asks for no more than a whole file.
            progress: Told clips done and clips in all.
        """
        with host_lock(self.path.with_suffix(".lock"), should_stop=self._should_stop):
            found = self._found()
            if found is None or (needed is not None and not found.is_intact(needed)):
                self._remove_leftovers()
                self._write(found, progress)
                found = self.opened()
        if found is None:
            raise DyncellError(
                f"{self.path} was damaged or removed as soon as it was written: check the disk, "
                "or set DYNCELL_CACHE to a folder on another one."
            )
        return found

    def _open(self) -> FeatureFile:
        return FeatureFile(self.path, key=self.key, clips=len(self._source))

    def _found(self) -> FeatureFile | None:
        try:
            return self._open()
        except _ABSENT:
            return None
        except DamagedFeatures as error:
            _log.warning("The features %s are damaged, all are made again: %s.", self.path, error)
            return None

    def _remove_leftovers(self) -> None:
        # Whoever holds the lock is the only writer: what lies there is from one that was killed.
        for left in self.path.parent.glob(f".{self.path.name}.*.tmp"):
            left.unlink(missing_ok=True)

    def _write(self, old: FeatureFile | None, progress: Progress | None) -> None:
        """Writes a new file: the intact clips of the old one are copied, all others computed."""
        total = len(self._source)
        missing = [n for n in range(total) if old is None or not old.is_intact(n)]
        extractor = FeatureExtractor(self._segmenter, device=self._device, threads=self._threads)
        with closing(_drawn(self._source, missing)) as drawn:
            first = next(drawn)
            layout = self._layout(first)
            clips = chain([first], drawn)

            def parts() -> Iterator[Sequence[Any]]:
                for index in range(total):
                    if self._should_stop is not None and self._should_stop():
                        raise Cancelled("The computing of features was stopped.")
                    if old is not None and old.is_intact(index):
                        yield [old.clip(index)]
                    else:
                        clip = self._checked(next(clips), layout, index)
                        maps = [_raw(values) for values in extractor.features(clip.frames)]
                        filling = bytes(layout.source_offset - sum(m.nbytes for m in maps))
                        yield [*maps, filling, clip.sources, clip.labels]
                    if progress is not None:
                        progress(index + 1, total)

            with self._room(layout), replace_file(self.path) as temporary:
                write_features(temporary, layout, parts(), key=self.key)

    def _room(self, layout: FeatureLayout) -> AbstractContextManager[None]:
        folder = self.path.parent
        full = (
            f"The disk of {folder} is full: {layout.nbytes / 1e9:.1f} GB are needed for the "
            f"features of {self._source.description}; free some space or set DYNCELL_CACHE."
        )
        if shutil.disk_usage(folder).free < layout.nbytes:
            raise StorageFull(full)
        return said_when_full(full)

    def _layout(self, clip: Clip) -> FeatureLayout:
        frames = clip.frames
        if frames.ndim != 4:
            raise ValueError(f"frames have shape {frames.shape}; (T, H, W, 3) is wanted")
        return FeatureLayout.of(
            clips=len(self._source),
            length=len(frames),
            size=(frames.shape[1], frames.shape[2]),
            low_channels=self._segmenter.backbone.low_channels,
            low_stride=self._segmenter.backbone.low_stride,
            channels=self._segmenter.decoder.channels,
        )

    def _checked(self, clip: Clip, layout: FeatureLayout, index: int) -> Clip:
        frames, labels, sources = clip
        shape, classes = (layout.length, *layout.size), self._source.palette.num_classes
        if frames.shape != (*shape, 3) or labels.shape != shape:
            raise ValueError(
                f"clip {index} has frames of {frames.shape} and labels of {labels.shape}; "
                f"{(*shape, 3)} and {shape} are wanted"
            )
        if frames.dtype != np.uint8 or labels.dtype != np.uint8:
            raise ValueError(f"clip {index} is {frames.dtype} and {labels.dtype}; uint8 is wanted")
        if sources.shape != layout.source_shape or sources.dtype != np.int32:
            raise ValueError(
                f"clip {index} has sources {sources.shape} of {sources.dtype}; "
                f"{layout.source_shape} of int32 are wanted"
            )
        if sources.min() < UNKNOWN or sources.max() >= sources[0].size:
            raise ValueError(f"clip {index} has sources outside the picture")
        unknown = labels[(labels >= classes) & (labels != IGNORE)]
        if unknown.size:
            raise ValueError(
                f"clip {index} has the label {unknown[0]}; 0 to {classes - 1} and {IGNORE} are "
                "possible"
            )
        return Clip(frames, np.ascontiguousarray(labels), np.ascontiguousarray(sources))


def _drawn(source: ClipSource, indices: Sequence[int]) -> Generator[Clip]:
    """Yields clips, the next one being made while one is used."""
    with ThreadPoolExecutor(1, thread_name_prefix="clips") as pool:
        coming: Future[Clip] = pool.submit(source.clip, indices[0])
        for index in indices[1:]:
            clip, coming = coming.result(), pool.submit(source.clip, index)
            yield clip
        yield coming.result()


def _raw(features: torch.Tensor) -> NDArray[np.int16]:
    """The bits of (T, C, h, w) bfloat16 in the order (T, h, w, C)."""
    return features.permute(0, 2, 3, 1).contiguous().view(torch.int16).numpy()
