"""Frames gathered while a folder is looked through: headers are read, nothing is decoded."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.datasets.found import Found, FoundFrame, FoundSplit, LabelCoding
from core.datasets.image_header import HEADER_BYTES, ImageHeader, read_header
from core.datasets.index import Layout, is_split_name
from core.datasets.listing import Listing, natural
from core.datasets.problems import file_problem
from core.palette import Palette

_SPLITS = ("train", "val", "test")  # the usual ones come first, in this order


@dataclass(frozen=True, kw_only=True)
class Pair:
    """An image and its label file by their paths in the folder.

    Attributes:
        name: The frame's name, unique in its split.
        sequence: The sequence it belongs to.
        image: Path of the image.
        label: Path of the label file; None without.
        seconds: When it was filmed; None where nobody knows.
    """

    name: str
    sequence: str
    image: str
    label: str | None
    seconds: float | None = None


class Gathering:
    """Collects the frames of a folder, split by split, and what is wrong with them.

    Attributes:
        listing: The folder.
        problems: What was found so far.
    """

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.problems = listing.problems
        self._splits: dict[str, list[FoundFrame]] = {}

    def add_split(self, name: str, pairs: Iterable[Pair]) -> None:
        """Adds the frames of one split, sorted by sequence, then by time, then by name."""
        if not is_split_name(name):
            self.problems.add(
                f"{name!r} cannot be the name of a split: use up to 40 letters, digits, dots, "
                "dashes and underscores."
            )
            return
        pairs = list(pairs)
        seen = {frame.name for frame in self._splits.get(name, ())}
        for pair in pairs:
            if pair.name in seen:
                self.problems.add(f"{pair.image} is in the split {name} twice: remove one of them.")
            seen.add(pair.name)
        frames = [frame for pair in pairs if (frame := self._frame(pair)) is not None]
        if frames:
            self._splits.setdefault(name, []).extend(sorted(frames, key=_order))

    def found(self, *, layout: Layout, palette: Palette, coding: LabelCoding) -> Found:
        """Everything that was gathered, with what is worth knowing about it."""
        names = sorted(self._splits, key=lambda name: (_rank(name), natural(name)))
        splits = tuple(FoundSplit(name, tuple(self._splits[name])) for name in names)
        if not splits and not self.problems.found:
            self.problems.add(f"No image was found in {self.listing.root.name or 'the folder'}.")
        elif splits and not any(split.labelled for split in splits):
            self.problems.add("No label map was found: at least one image needs one.")
        else:
            self._warn(splits)
        return Found(
            folder=self.listing.root,
            layout=layout,
            palette=palette,
            coding=coding,
            splits=splits,
            problems=tuple(self.problems.found),
            warnings=tuple(self.problems.warnings),
        )

    def header(self, path: str) -> ImageHeader | None:
        """The header of an image of the folder; what is wrong with it is noted."""
        try:
            with self.listing.path(path).open("rb") as file:
                start = file.read(HEADER_BYTES)
                try:
                    return read_header(start)
                except ValueError:
                    rest = file.read()
                    if not rest:
                        raise
                    return read_header(start + rest)
        except (ValueError, OSError) as error:
            self.problems.add(file_problem(path, error))
        return None

    def _frame(self, pair: Pair) -> FoundFrame | None:
        if self.problems.are_many:
            return None
        image = self.header(pair.image)
        if pair.label is not None and not self._label_fits(pair, image):
            return None
        if image is None:
            return None
        label = None if pair.label is None else self.listing.path(pair.label)
        return FoundFrame(
            name=pair.name,
            sequence=pair.sequence,
            image=self.listing.path(pair.image),
            label=label,
            height=image.height,
            width=image.width,
            seconds=pair.seconds,
        )

    def _label_fits(self, pair: Pair, image: ImageHeader | None) -> bool:
        label = self.header(pair.label or "")
        if label is None:
            return False
        if label.format in ("jpeg", "webp"):
            self.problems.add(
                f"{pair.label} is a {label.format.upper()} file, which blurs class ids: save label "
                "maps as PNG."
            )
            return False
        stored = (label.stored_width, label.stored_height)
        if image is not None and stored != (image.width, image.height):
            self.problems.add(
                f"{pair.label} has {stored[0]}x{stored[1]} pixels but its image {pair.image} has "
                f"{image.width}x{image.height}: make them equal."
            )
            return False
        return True

    def _warn(self, splits: tuple[FoundSplit, ...]) -> None:
        for split in splits:
            bare = [frame for frame in split.frames if frame.label is None]
            if bare:
                count = f"{len(bare)} of {len(split.frames)}"
                self.problems.warn(
                    f"{count} images of {split.name} have no label map (the first is "
                    f"{bare[0].name}): they are kept as frames without labels."
                )


def _order(frame: FoundFrame) -> tuple[object, ...]:
    seconds = frame.seconds
    return (natural(frame.sequence), seconds is None, seconds or 0.0, natural(frame.name))


def _rank(name: str) -> int:
    return _SPLITS.index(name) if name in _SPLITS else len(_SPLITS)
