"""What is in a dataset: splits of sequences of frames, and the hashes that tell data apart.

A dataset is kept as one immutable file, the pack (`core.datasets.pack`); this is the index in it.
Nothing here decodes pictures, so the web process may read it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise
from operator import attrgetter
from statistics import multimode
from typing import Any, Literal, get_args

from core.errors import NotFound
from core.palette import Palette

Layout = Literal["camvid", "cityscapes", "masks", "synthetic"]
"""How the files lay before they were packed."""

LAYOUTS: tuple[Layout, ...] = get_args(Layout)

DENSE_SECONDS = 0.2
"""Labelled frames that are farther apart than this show no motion that a cell could follow."""

DENSE_FRAMES = 8
"""Labelled frames that a run needs at least: the shortest window of the consistency metrics."""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_IMAGE = re.compile(r"images/\d{6,}\.(jpg|png)")
_LABEL = re.compile(r"labels/\d{6,}\.png")
_SPLIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def is_split_name(text: str) -> bool:
    """Whether `text` can name a split: up to 40 letters, digits, dots, dashes, underscores."""
    return _SPLIT.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of a sequence, with its label map where it has one.

    Attributes:
        name: Its name, unique in its split: the file's path without suffix.
        sequence: The sequence it belongs to.
        image: Its member in the pack, `images/000123.jpg`.
        label: The member with its label map, `labels/000123.png`; None without.
        height: Height in pixels, of image and label map.
        width: Width in pixels.
        image_digest: SHA-256 of the bytes of the image file that was imported.
        label_digest: SHA-256 of size and train ids; None without a label map.
        seconds: When it was filmed, on the clock of its sequence; None where nobody knows.
    """

    name: str
    sequence: str
    image: str
    label: str | None
    height: int
    width: int
    image_digest: str
    label_digest: str | None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if not self.name or not self.sequence:
            raise ValueError(f"frame {self.name!r} of sequence {self.sequence!r}: both need a name")
        if not _IMAGE.fullmatch(self.image) or not (
            self.label is None or _LABEL.fullmatch(self.label)
        ):
            raise ValueError(f"{self.image!r} and {self.label!r} are no members of a pack")
        if min(self.height, self.width) < 1:
            raise ValueError(f"frame {self.name} of {self.width}x{self.height}")
        if (self.label is None) != (self.label_digest is None):
            raise ValueError(f"frame {self.name}: label and label_digest come together")
        for digest in (self.image_digest, self.label_digest):
            if digest is not None and not _DIGEST.fullmatch(digest):
                raise ValueError(f"{digest!r} is no SHA-256")


@dataclass(frozen=True)
class Split:
    """The frames of one split, sequence by sequence, in the order they were filmed."""

    name: str
    frames: tuple[Frame, ...]

    def __post_init__(self) -> None:
        if not is_split_name(self.name) or not self.frames:
            raise ValueError(f"split {self.name!r} of {len(self.frames)} frames")
        if len({frame.name for frame in self.frames}) != len(self.frames):
            raise ValueError(f"split {self.name}: frame names repeat")
        if len(self.sequences) != sum(1 for _ in groupby(self.frames, attrgetter("sequence"))):
            raise ValueError(f"split {self.name}: the frames of a sequence are not together")

    @property
    def sequences(self) -> tuple[str, ...]:
        """The names of the sequences, in order."""
        return tuple(dict.fromkeys(frame.sequence for frame in self.frames))

    @property
    def labelled(self) -> tuple[Frame, ...]:
        """The frames that have a label map."""
        return tuple(frame for frame in self.frames if frame.label is not None)


@dataclass(frozen=True)
class SplitStatistics:
    """What the label maps of a split hold.

    Attributes:
        class_pixels: Pixels per class.
        void_pixels: Pixels of no class.
        labelled_frames: Frames with a label map.
    """

    class_pixels: tuple[int, ...]
    void_pixels: int
    labelled_frames: int


@dataclass(frozen=True)
class DenseRun:
    """Labelled frames of one sequence, evenly and closely spaced: a video with ground truth.

    Attributes:
        sequence: The sequence they belong to.
        frames: At least `DENSE_FRAMES` frames.
        step_seconds: Seconds from each to the next, at most `DENSE_SECONDS`.
    """

    sequence: str
    frames: tuple[Frame, ...]
    step_seconds: float


@dataclass(frozen=True, kw_only=True)
class DatasetIndex:
    """Everything about a dataset but its pixels.

    Attributes:
        palette: Class names and colours, in the order of the train ids.
        splits: The splits, at least one.
        layout: How the files lay before they were packed.
        statistics: Per split name, what its label maps hold.
        notes: What was changed or found on the way in, one sentence each.
    """

    palette: Palette
    splits: tuple[Split, ...]
    layout: Layout
    statistics: Mapping[str, SplitStatistics]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [split.name for split in self.splits]
        if not names or len(set(names)) != len(names) or set(names) != set(self.statistics):
            raise ValueError(f"splits {names} with statistics of {sorted(self.statistics)}")
        if self.layout not in LAYOUTS:
            raise ValueError(f"layout {self.layout!r}; known are {LAYOUTS}")
        for found in self.statistics.values():
            if len(found.class_pixels) != self.palette.num_classes:
                raise ValueError(f"{len(found.class_pixels)} counts of {self.palette.num_classes}")

    def split(self, name: str) -> Split:
        """The split of that name.

        Raises:
            NotFound: There is none; the text lists those there are.
        """
        for split in self.splits:
            if split.name == name:
                return split
        known = ", ".join(split.name for split in self.splits)
        raise NotFound(f"The dataset has no split {name!r}; its splits are {known}.")

    def step_seconds(self, split: str, sequence: str) -> float | None:
        """Seconds from one labelled frame of a sequence to the next, gaps apart.

        It is the most frequent distance (of several the smallest); None where the times are not
        known or fewer than two frames have labels.
        """
        frames = [frame for frame in self.split(split).labelled if frame.sequence == sequence]
        steps = [step for step in _steps(frames) if step is not None]
        return min(multimode(steps)) if steps else None

    def dense_runs(self, split: str) -> tuple[DenseRun, ...]:
        """The stretches of a split that are video with ground truth; a gap ends a stretch."""
        runs: list[DenseRun] = []
        for sequence, frames in groupby(self.split(split).labelled, attrgetter("sequence")):
            runs += _dense(sequence, tuple(frames))
        return tuple(runs)

    def split_digest(self, split: str) -> str:
        """SHA-256 over the split's frames with their labels, in order, and the class names.

        It depends on nothing but content: not on paths, times or how the pack was written.
        """
        rows = [
            [frame.sequence, frame.name, frame.image_digest, frame.label_digest]
            for frame in self.split(split).frames
        ]
        return _digest([list(self.palette.names), rows])

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all splits."""
        return _digest([[split.name, self.split_digest(split.name)] for split in self.splits])

    def summary(self) -> dict[str, dict[str, Any]]:
        """Per split, as plain JSON: what lists of datasets show without opening the pack."""
        found = {}
        for split in self.splits:
            counts = self.statistics[split.name]
            found[split.name] = {
                "frames": len(split.frames),
                "labelled": counts.labelled_frames,
                "sequences": len(split.sequences),
                "dense": sum(len(run.frames) for run in self.dense_runs(split.name)),
                "digest": self.split_digest(split.name),
                "pixels": list(counts.class_pixels),
                "void": counts.void_pixels,
            }
        return found


def _steps(frames: Sequence[Frame]) -> list[float | None]:
    """Seconds from each frame to the next, whole microseconds; None where nobody knows."""
    return [
        None if a.seconds is None or b.seconds is None else round(b.seconds - a.seconds, 6)
        for a, b in pairwise(frames)
    ]


def _dense(sequence: str, frames: tuple[Frame, ...]) -> Iterator[DenseRun]:
    first, taken = 0, 0
    for step, same in groupby(_steps(frames), _millisecond):
        last = first + sum(1 for _ in same)
        run = frames[max(first, taken) : last + 1]
        if step is not None and 0 < step <= DENSE_SECONDS and len(run) >= DENSE_FRAMES:
            whole = (run[-1].seconds or 0.0) - (run[0].seconds or 0.0)
            yield DenseRun(sequence, run, whole / (len(run) - 1))
            taken = last + 1
        first = last


def _millisecond(step: float | None) -> float | None:
    return None if step is None else round(step, 3)


def _digest(document: object) -> str:
    text = json.dumps(document, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
