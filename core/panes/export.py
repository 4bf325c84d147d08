"""What can be exported from the Player: a range of frames, as panes or as label maps. Pure data."""

from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from core.errors import BadInput
from core.panes.look import Look
from core.records import is_id

ExportKind = Literal["panes", "label_maps", "labels_video"]
"""The panes as they are looked at (.mp4), one layer's label maps as PNGs (.zip) or as a video of
class ids (.mkv)."""

KINDS: tuple[ExportKind, ...] = get_args(ExportKind)

MOST_FRAMES = 10_000
"""Frames of one export."""

TRUTH = "T"
"""The letter of the ground truth; segmentations have others."""


@dataclass(frozen=True)
class RangeExport:
    """An export of a range of frames of a video.

    Attributes:
        kind: What is made.
        first: Number of the first frame in the video.
        last: Number of the last one.
        segmentations: The segmentations by their letters.
        look: How the panes look.
        letter: Whose label maps are wanted, where label maps are.
    """

    kind: ExportKind
    first: int
    last: int
    segmentations: dict[str, str]
    look: Look
    letter: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadInput(f"An export is no {self.kind!r}; {', '.join(KINDS)} are possible.")
        if self.first < 0 or self.last < self.first:
            raise BadInput(
                f"There is no frame from {self.first} to {self.last}; the last frame must not be "
                "before the first."
            )
        if self.frames > MOST_FRAMES:
            raise BadInput(
                f"{self.frames:,} frames are too many for one export; choose a range of at most "
                f"{MOST_FRAMES:,}."
            )
        if not self.segmentations or not all(map(is_id, self.segmentations.values())):
            raise BadInput("An export needs the ids of the segmentations that are shown.")
        for letter in self.letters:
            if letter != TRUTH and letter not in self.segmentations:
                raise BadInput(f"There is no segmentation {letter!r} among those shown.")

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return self.last - self.first + 1

    @property
    def letters(self) -> tuple[str, ...]:
        """The layers whose labels it takes."""
        return self.look.letters if self.kind == "panes" else (self.letter,)

    @classmethod
    def from_dict(cls, found: dict[str, Any]) -> Self:
        """The export that `to_dict` wrote.

        Raises:
            BadInput: It is none.
        """
        return cls(**{**found, "look": Look.from_dict(found["look"])})

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "kind": self.kind,
            "first": self.first,
            "last": self.last,
            "segmentations": dict(self.segmentations),
            "look": self.look.to_dict(),
            "letter": self.letter,
        }

    def check_within(self, *, start: int, frames: int, what: str) -> None:
        """Refuses a range that is not among the frames from `start` on.

        Args:
            start: The first frame there is.
            frames: How many there are.
            what: What has them, for the message.

        Raises:
            BadInput: A frame lies outside.
        """
        if self.first < start or self.last >= start + frames:
            raise BadInput(
                f"{what} has the frames {start} to {start + frames - 1}; {self.first} to "
                f"{self.last} are not all among them: choose a range within."
            )
