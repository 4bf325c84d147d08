"""Clips as they were filmed: labelled frames and the frames before them, where there are any."""

import hashlib
import json
from collections.abc import Sequence
from itertools import groupby, pairwise
from operator import attrgetter

import cv2
import numpy as np

from core.clip_source import Clip, no_motion
from core.datasets.decode import read_image, read_labels
from core.datasets.index import DENSE_SECONDS, Frame
from core.datasets.pack import PackReader
from core.palette import IGNORE
from core.video.clip import Labels, Rgb


class RecordedClips:
    """Every labelled frame that has enough neighbours before it, as the last frame of a clip.

    Frames farther apart than 0.2 s show no motion that a cell could follow: they are no
    neighbours, nor are frames of which nobody knows when they were filmed. Motion is not known.

    Args:
        reader: The dataset.
        splits: Names of the splits.
        length: Frames of a clip.
        size: (H, W) that frames are brought to; frames of another shape make no clip.
        name: What the dataset is called, for the description.

    Raises:
        NotFound: There is no such split.
    """

    def __init__(
        self,
        reader: PackReader,
        *,
        splits: Sequence[str],
        length: int,
        size: tuple[int, int],
        name: str = "",
    ) -> None:
        self.palette = reader.index.palette
        self._reader, self._length, self._size = reader, length, size
        self._clips = [
            clip
            for split in splits
            for clip in _clips(reader.index.split(split).frames, length=length, size=size)
        ]
        self._named = " and ".join(f"{name}/{split}" if name else split for split in splits)
        digests = [reader.index.split_digest(split) for split in splits]
        text = json.dumps(["recorded", 1, digests, length, list(size)])
        self.digest: str = hashlib.sha256(text.encode()).hexdigest()

    @property
    def description(self) -> str:
        """What the clips are, in words for a model card."""
        return f"{len(self)} recorded clips of {self._length} frames of {self._named}"

    def __len__(self) -> int:
        """The number of clips."""
        return len(self._clips)

    def clip(self, index: int) -> Clip:
        """Clip number `index`; frames without labels are all void.

        Raises:
            BadDataset: The pack is damaged.
        """
        height, width = self._size
        frames = [self._image(frame) for frame in self._clips[index]]
        labels = [self._labels(frame) for frame in self._clips[index]]
        return Clip(np.stack(frames), np.stack(labels), no_motion(self._length, height, width))

    def _image(self, frame: Frame) -> Rgb:
        image = read_image(self._reader, frame)
        if image.shape[:2] != self._size:
            image = np.asarray(
                cv2.resize(image, self._size[::-1], interpolation=cv2.INTER_AREA), np.uint8
            )
        return image

    def _labels(self, frame: Frame) -> Labels:
        if frame.label is None:
            return np.full(self._size, IGNORE, np.uint8)
        labels = read_labels(self._reader, frame)
        if labels.shape != self._size:
            nearest = cv2.resize(labels, self._size[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
            labels = np.asarray(nearest, np.uint8)
        return labels


def _clips(
    frames: Sequence[Frame], *, length: int, size: tuple[int, int]
) -> list[tuple[Frame, ...]]:
    found = []
    for _, group in groupby(frames, attrgetter("sequence")):
        sequence = tuple(group)
        for last, frame in enumerate(sequence):
            clip = sequence[max(0, last + 1 - length) : last + 1]
            if frame.label is not None and len(clip) == length and _is_clip(clip, size):
                found.append(clip)
    return found


def _is_clip(clip: Sequence[Frame], size: tuple[int, int]) -> bool:
    near = all(
        a.seconds is not None
        and b.seconds is not None
        and 0 < b.seconds - a.seconds <= DENSE_SECONDS
        for a, b in pairwise(clip)
    )
    # Scaling keeps the shape up to the rounding of a side to whole pixels.
    return near and all(
        abs(frame.height * size[1] - frame.width * size[0]) <= max(frame.height, frame.width)
        for frame in clip
    )
