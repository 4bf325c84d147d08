"""Frames before CamVid's labelled ones, taken out of its raw videos.

CamVid's files name frames by numbers of their own. What `ffmpeg` calls frame n of a raw video
(counted from 1) is label number n plus a constant of the sequence; every labelled image is compared
with the frame that should be it.
"""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from core.errors import BadMedia
from core.video.clip import Rgb
from core.video.reader import VideoReader

FIRST = {
    "0001TP": (6690, 31),
    "0006R0": (930, 932),
    "0016E5": (390, 392),
    "Seq05VD": (30, 32),
}
"""Sequence -> a label number and the number of its frame in the raw video, counted from 1."""

_NAME = re.compile(r"(?P<sequence>.+?)_(?P<f>f?)(?P<number>\d{1,9})")
_ALIKE = 0.9
_THUMBNAIL = (64, 48)


@dataclass(frozen=True)
class Neighbours:
    """What was written.

    Attributes:
        labelled: Labelled frames of the sequence.
        written: Frames that were taken out of the video.
        likeness: Least correlation of a labelled image with its frame in the video.
    """

    labelled: int
    written: int
    likeness: float


def extract_neighbours(
    images: Path,
    labels: Path,
    video: Path,
    *,
    sequence: str,
    count: int,
    every: int = 1,
    first: tuple[int, int] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Neighbours:
    """Writes the `count` frames before each labelled one beside it, as `SEQUENCE_NUMBER.png`.

    Args:
        images: The folder of a split's images, named `SEQUENCE_NUMBER`.
        labels: The folder of their label maps, of the same names, with `_L` at the end or without.
        video: The raw video of the sequence.
        sequence: Which images belong to it.
        count: Frames to take before each labelled one.
        every: Take every how many frames of the video; 2 gives 15 a second of CamVid's 30.
        first: See `FIRST`; None takes what is known of CamVid's sequences.
        progress: Told frames read and frames to read.

    Raises:
        BadMedia: The sequence is unknown, has no image, or the video is not the one it was taken
            from; nothing is left behind.
    """
    if first is None and sequence not in FIRST:
        raise BadMedia(
            f"Nobody knows how the frames of {sequence} are numbered; known are "
            f"{', '.join(FIRST)}. Say it with --first LABEL:FRAME."
        )
    if count < 1 or every < 1:
        raise ValueError(f"{count} frames, every {every}; both start at 1")
    label, frame = FIRST[sequence] if first is None else first
    known = _labelled(images, labels, sequence)
    if not known:
        raise BadMedia(
            f"{images} has no labelled image of the sequence {sequence}; check the folders."
        )
    wanted = {k - every * back for k in known for back in range(1, count + 1)} - known.keys()
    shift = frame - label - 1  # number of a label -> number of its frame, counted from 0
    taken = images.with_name(f".{images.name}.{sequence}.part")
    shutil.rmtree(taken, ignore_errors=True)
    taken.mkdir()
    try:
        likeness = _take(video, known, wanted, shift=shift, out=taken, progress=progress)
        for path in sorted(taken.iterdir()):
            path.replace(images / path.name)
    finally:
        shutil.rmtree(taken, ignore_errors=True)
    return Neighbours(len(known), len(wanted), likeness)


def _labelled(images: Path, labels: Path, sequence: str) -> dict[int, Path]:
    names = {path.stem.removesuffix("_L") for path in labels.iterdir()}
    found = {}
    for path in sorted(images.iterdir()):
        parts = _NAME.fullmatch(path.stem)
        if parts is not None and parts["sequence"] == sequence and path.stem in names:
            found[int(parts["number"])] = path
    return found


def _take(
    video: Path,
    known: Mapping[int, Path],
    wanted: set[int],
    *,
    shift: int,
    out: Path,
    progress: Callable[[int, int], None] | None,
) -> float:
    """Reads the video once; returns the least likeness of a labelled image and its frame."""
    begin, end = min(wanted | known.keys()) + shift, max(known) + shift + 1
    if begin < 0:
        raise BadMedia(f"{video.name} begins after the frames that are wanted; check --first.")
    pattern = next(iter(known.values()))
    parts = _NAME.fullmatch(pattern.stem)
    head = "" if parts is None else f"{parts['sequence']}_{parts['f']}"
    digits = 5 if parts is None else len(parts["number"])
    size = _read(pattern).shape[1::-1]
    least, seen = 1.0, 0
    with VideoReader(video, start=begin, end=end) as reader:
        for frame in reader:
            number = frame.index - shift
            if number in known:
                alike = likeness(frame.rgb, _read(known[number]))
                if alike < _ALIKE:
                    raise BadMedia(
                        f"Frame {frame.index + 1} of {video.name} does not show what "
                        f"{known[number].name} shows (correlation {alike:.2f}): is it the raw "
                        "video of this sequence?"
                    )
                least, seen = min(least, alike), seen + 1
            elif number in wanted:
                small = cv2.resize(frame.rgb, size, interpolation=cv2.INTER_AREA)
                cv2.imwrite(str(out / f"{head}{number:0{digits}}.png"), small[..., ::-1])
            if progress is not None:
                progress(frame.index + 1 - begin, end - begin)
    if seen < len(known):
        raise BadMedia(
            f"{video.name} ends before all labelled frames were seen ({seen} of {len(known)}): is "
            "it the raw video of this sequence, and whole?"
        )
    return least


def likeness(a: Rgb, b: Rgb) -> float:
    """Correlation of two pictures of any size, -1..1, on thumbnails."""
    first, second = (
        cv2.resize(each, _THUMBNAIL, interpolation=cv2.INTER_AREA).astype(np.float64).ravel()
        for each in (a, b)
    )
    if min(first.std(), second.std()) == 0:
        return 1.0 if np.array_equal(first, second) else 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _read(path: Path) -> Rgb:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise BadMedia(f"{path} cannot be read as an image.")
    return np.asarray(image, np.uint8)
