"""What a look at a folder found: enough for a preview, and all that packing needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from core.datasets.index import Layout
from core.palette import IGNORE, Palette

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class LabelCoding:
    """How the values of label files become train ids.

    Attributes:
        mode: `ids`: grey levels or palette indices are ids; `rgb`: classes are colours.
        ids: Value in the file -> train id, or 255 for void.
        colours: Colour in the file -> train id, or 255 for void.
        unknown_is_void: Whether values that are not listed are void; otherwise they are refused.
        hint: How to go on where a value is refused, one sentence.
    """

    mode: Literal["ids", "rgb"]
    ids: Mapping[int, int] = field(default_factory=dict)
    colours: Mapping[Colour, int] = field(default_factory=dict)
    unknown_is_void: bool = False
    hint: str = ""

    @classmethod
    def of_train_ids(
        cls, num_classes: int, *, void: tuple[int, ...], hint: str = ""
    ) -> "LabelCoding":
        """Files that hold the train ids themselves, and some values for void."""
        ids = {number: number for number in range(num_classes)} | dict.fromkeys(void, IGNORE)
        return cls(mode="ids", ids=ids, hint=hint)


@dataclass(frozen=True, kw_only=True)
class FoundFrame:
    """One image of a folder, with its label file where it has one.

    Attributes:
        name: Its name, unique in its split.
        sequence: The sequence it belongs to.
        image: The image file.
        label: The label file; None without.
        height: Height in pixels as shown.
        width: Width in pixels as shown.
        seconds: When it was filmed, on the clock of its sequence; None where nobody knows.
    """

    name: str
    sequence: str
    image: Path
    label: Path | None
    height: int
    width: int
    seconds: float | None = None


@dataclass(frozen=True)
class FoundSplit:
    """The frames of one split, sequence by sequence, in order."""

    name: str
    frames: tuple[FoundFrame, ...]

    @property
    def sequences(self) -> tuple[str, ...]:
        """The names of the sequences, in order."""
        return tuple(dict.fromkeys(frame.sequence for frame in self.frames))

    @property
    def labelled(self) -> tuple[FoundFrame, ...]:
        """The frames that have a label file."""
        return tuple(frame for frame in self.frames if frame.label is not None)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A folder recognised as a dataset.

    Attributes:
        folder: The folder; messages name files relative to it.
        layout: How its files lie.
        palette: Class names and colours.
        coding: How label files are read.
        splits: The splits that hold frames; none where nothing usable was found.
        problems: What must be mended before it can be packed, one sentence each.
        warnings: What is worth knowing, one sentence each.
    """

    folder: Path
    layout: Layout
    palette: Palette
    coding: LabelCoding
    splits: tuple[FoundSplit, ...]
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def num_frames(self) -> int:
        """The number of frames in all."""
        return sum(len(split.frames) for split in self.splits)

    def relative(self, path: Path) -> str:
        """A file's path as messages name it."""
        return path.relative_to(self.folder).as_posix()
