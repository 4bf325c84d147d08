"""Which frames of a dataset are meant: `val`, or `val:52..100`."""

import re
from dataclasses import dataclass
from typing import Self

from core.errors import DyncellError

_TEXT = re.compile(r"(?P<split>[^:]+)(?::(?P<first>\d+)\.\.(?P<last>\d+))?")


@dataclass(frozen=True)
class FrameChoice:
    """A split, or a stretch of it.

    Attributes:
        split: The split's name.
        frames: First and last frame, counted from 0 in the split, both included; None for all.
    """

    split: str
    frames: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.frames is not None and not 0 <= self.frames[0] <= self.frames[1]:
            raise DyncellError(
                f"Frames {self.frames[0]}..{self.frames[1]} are none: write FIRST..LAST, the "
                "smaller first."
            )

    def __str__(self) -> str:
        """The text that `parse` reads."""
        if self.frames is None:
            return self.split
        return f"{self.split}:{self.frames[0]}..{self.frames[1]}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `SPLIT` or `SPLIT:FIRST..LAST`.

        Raises:
            DyncellError: The text is neither.
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise DyncellError(
                f"{text!r} names no frames: write a split, as in val, or some of its frames, as "
                "in val:52..100."
            )
        if found["first"] is None:
            return cls(found["split"])
        return cls(found["split"], (int(found["first"]), int(found["last"])))


def refuse_missing_frames(chosen: tuple[int, int] | None, *, split: str, frames: int) -> None:
    """Demands that a chosen stretch lies within its split.

    Args:
        chosen: First and last frame; None for all.
        split: The split's name.
        frames: How many frames it has.

    Raises:
        DyncellError: The split ends before the last one.
    """
    if chosen is not None and chosen[1] >= frames:
        raise DyncellError(
            f"The split {split!r} has the frames 0..{frames - 1}; {chosen[0]}..{chosen[1]} leads "
            "out of it."
        )
