"""What an evaluation keeps of every frame: its own scores, its mistakes and the predicted labels.

They lie in one artifact, a stored zip: `frames.json` and `predictions/000000.png`, 8-bit grey
class ids of the dataset's classes. Nothing here decodes pictures.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args

from core.artifacts import Artifacts
from core.errors import DyncellError, NotFound
from core.frame_scores import DAMAGED, FrameScore, frame_scores
from webapp.stored_zip import StoredZip, open_stored_zip

FrameOrder = Literal["miou", "wrong", "position"]
"""How frames are lined up: worst mIoU first, most wrong pixels first, as they were filmed."""

FRAME_ORDERS: tuple[FrameOrder, ...] = get_args(FrameOrder)


@dataclass(frozen=True)
class Details:
    """The frames of one evaluation, in the order of the split."""

    frames: tuple[FrameScore, ...]
    contents: StoredZip

    @cached_property
    def by_position(self) -> dict[int, FrameScore]:
        """The frames by their number in the split."""
        return {frame.position: frame for frame in self.frames}

    def at(self, position: int) -> FrameScore:
        """The frame with that number in the split.

        Raises:
            NotFound: It was not evaluated.
        """
        found = self.by_position.get(position)
        if found is None:
            known = self.by_position
            span = f"{min(known)} to {max(known)}" if known else "none"
            raise NotFound(f"Frame {position} was not evaluated; evaluated frames: {span}.")
        return found

    def prediction(self, position: int) -> str:
        """The member with the predicted labels of a frame, a PNG.

        Raises:
            NotFound: The frame was not evaluated.
        """
        return f"predictions/{self.at(position).index:06}.png"


@lru_cache(maxsize=8)
def read_details(artifacts: Artifacts, name: str) -> Details:
    """The details in an artifact; kept, since an artifact never changes.

    Raises:
        NotFound: The artifact is gone.
        DyncellError: It is damaged.
    """
    contents = open_stored_zip(artifacts, name)
    try:
        data = contents.read(artifacts, "frames.json")
    except NotFound as error:
        raise DyncellError(DAMAGED) from error
    return Details(frame_scores(data), contents)


def ordered(frames: Iterable[FrameScore], order: FrameOrder) -> list[FrameScore]:
    """The frames lined up; frames without any scored pixel come last."""
    if order == "position":
        return sorted(frames, key=lambda frame: frame.position)
    if order == "wrong":
        return sorted(frames, key=lambda frame: (-frame.wrong, frame.position))
    return sorted(frames, key=_by_miou)


def behind(frames: Iterable[FrameScore], *, truth: int, predicted: int) -> list[FrameScore]:
    """Frames in which pixels of `truth` were taken for `predicted`, the most pixels first."""
    counted = [(frame.pixels(truth, predicted), frame) for frame in frames]
    found = [(pixels, frame) for pixels, frame in counted if pixels]
    return [frame for _, frame in sorted(found, key=lambda each: (-each[0], each[1].position))]


def neighbours(
    frames: Sequence[FrameScore], frame: FrameScore
) -> tuple[FrameScore | None, int, FrameScore | None]:
    """The frame before, the place (from 0) and the frame after one of `frames`."""
    place = next(n for n, each in enumerate(frames) if each.position == frame.position)
    before = frames[place - 1] if place else None
    return before, place, frames[place + 1] if place + 1 < len(frames) else None


def _by_miou(frame: FrameScore) -> tuple[bool, float, int]:
    return frame.miou is None, frame.miou or 0.0, frame.position
