"""Consecutive frames with ground truth: what the behaviour over time is measured on."""

from collections.abc import Callable
from dataclasses import dataclass

from core.datasets.decode import read_image, read_labels
from core.datasets.index import DENSE_FRAMES, DENSE_SECONDS, Frame, Split
from core.datasets.pack import PackReader
from core.errors import DyncellError
from core.frame_choice import refuse_missing_frames
from core.video.clip import Labels, Rgb


@dataclass(frozen=True)
class Run:
    """A video whose frames all have labels.

    Attributes:
        length: How many frames it has.
        judged: The positions that are judged; those before them are their past.
        image: The image at a position, (H, W, 3) uint8 RGB.
        truth: Its label map, (H, W) uint8 class ids, 255 = ignore.
    """

    length: int
    judged: range
    image: Callable[[int], Rgb]
    truth: Callable[[int], Labels]


def dense_runs(reader: PackReader, split: str, frames: tuple[int, int] | None) -> tuple[Run, ...]:
    """The stretches of a split that are video with ground truth; some have no judged frames.

    Args:
        reader: The dataset.
        split: The split's name.
        frames: First and last frame that are judged, counted in the split; None for all.

    Raises:
        NotFound: There is no such split.
        DyncellError: It holds no such video, or none among the frames, or the frames lead out of
            the split.
    """
    found = reader.index.split(split)
    refuse_missing_frames(frames, split=split, frames=len(found.frames))
    places = {frame.name: place for place, frame in enumerate(found.frames)}
    first, last = frames or (0, len(found.frames) - 1)
    runs = []
    for dense in reader.index.dense_runs(split):
        chosen = [
            number
            for number, frame in enumerate(dense.frames)
            if first <= places[frame.name] <= last
        ]
        judged = range(chosen[0], chosen[-1] + 1) if chosen else range(0)
        runs.append(_run(reader, dense.frames, judged))
    if not any(run.judged for run in runs):
        raise DyncellError(_why_nothing(found, frames, is_video=bool(runs)))
    return tuple(runs)


def _run(reader: PackReader, frames: tuple[Frame, ...], judged: range) -> Run:
    return Run(
        length=len(frames),
        judged=judged,
        image=lambda number: read_image(reader, frames[number]),
        truth=lambda number: read_labels(reader, frames[number]),
    )


def _why_nothing(split: Split, frames: tuple[int, int] | None, *, is_video: bool) -> str:
    if is_video and frames is not None:
        return (
            f"None of the frames {frames[0]}..{frames[1]} of the split {split.name!r} belongs to a "
            "video with ground truth; choose other frames."
        )
    return (
        f"The split {split.name!r} is no video with ground truth: the behaviour over time "
        f"needs {DENSE_FRAMES} or more labelled frames of one sequence, at most {DENSE_SECONDS:g} "
        "s apart."
    )
