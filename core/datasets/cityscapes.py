"""CityScapes: `leftImg8bit`, `leftImg8bit_sequence` and `gtFine`, below each SPLIT/CITY.

Files are named `<city>_<sequence>_<frame>_<what>.png`. A snippet is 30 frames, of which number
19 (the 20th) has labels; each snippet is a sequence here, named after its first frame. Where
`leftImg8bit_sequence` is there, all frames of a snippet are kept, else only those with labels.
Label ids (`*_labelIds.png`, 0..33) become the 19 train ids; `*_labelTrainIds.png` are taken as
they are, and rather than the others where both are there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from core.datasets.found import Found, LabelCoding
from core.datasets.gathering import Gathering, Pair
from core.datasets.listing import Listing, is_image, join
from core.datasets.problems import Problems
from core.palette import IGNORE, Palette

FRAME_RATE = 17
"""Frames a second of the snippets."""

SNIPPET_FRAMES = 30
LABELLED_FRAME = 19
"""The frame of a snippet that has labels, the first being 0."""

CITYSCAPES = Palette(
    names=(
        "road",
        "sidewalk",
        "building",
        "wall",
        "fence",
        "pole",
        "traffic light",
        "traffic sign",
        "vegetation",
        "terrain",
        "sky",
        "person",
        "rider",
        "car",
        "truck",
        "bus",
        "train",
        "motorcycle",
        "bicycle",
    ),
    colours=(
        (118, 88, 128),
        (226, 138, 178),
        (150, 84, 70),
        (122, 122, 158),
        (132, 120, 104),
        (214, 208, 170),
        (250, 158, 40),
        (236, 198, 60),
        (84, 140, 64),
        (152, 200, 130),
        (128, 178, 222),
        (222, 72, 48),
        (236, 112, 132),
        (52, 74, 168),
        (36, 48, 96),
        (20, 92, 128),
        (64, 56, 140),
        (28, 124, 204),
        (40, 168, 168),
    ),
)
"""The 19 classes that are trained on; related things have related colours."""

_TRAINED = (7, 8, 11, 12, 13, 17, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 31, 32, 33)
"""The label ids of the 19 classes, in the order of the train ids."""

_ANY_ID = dict.fromkeys((*range(34), IGNORE), IGNORE)
_HINT = "Are these the files *_labelIds.png of gtFine"
_BY_LABEL_ID = LabelCoding(
    mode="ids", ids=_ANY_ID | {found: n for n, found in enumerate(_TRAINED)}, hint=f"{_HINT}?"
)
_BY_TRAIN_ID = LabelCoding.of_train_ids(CITYSCAPES.num_classes, void=(IGNORE,))

_IMAGES, _SEQUENCES, _LABELS = "leftImg8bit", "leftImg8bit_sequence", "gtFine"
_LABEL_IDS, _TRAIN_IDS = "labelIds", "labelTrainIds"
_NAME = re.compile(r"(?P<city>.+)_(?P<sequence>\d+)_(?P<number>\d+)_(?P<what>[^_].*)\.\w+")

LOOKED_FOR = "leftImg8bit or leftImg8bit_sequence, and gtFine, were looked for"
"""What would be recognised, for messages."""


@dataclass(frozen=True)
class _File:
    city: str
    sequence: str
    number: int
    path: str

    @property
    def key(self) -> tuple[str, str, int]:
        return self.city, self.sequence, self.number


def is_cityscapes(listing: Listing) -> bool:
    """Whether a folder is laid out like CityScapes."""
    tops = listing.folders()
    return _IMAGES in tops or _SEQUENCES in tops


def scan_cityscapes(folder: Path) -> Found:
    """Looks through a folder in the layout of CityScapes.

    Raises:
        BadDataset: The folder cannot be read.
    """
    listing = Listing(folder, Problems())
    gathering = Gathering(listing)
    if not is_cityscapes(listing):
        listing.problems.add(f"{folder.name} is not laid out like CityScapes: {LOOKED_FOR}.")
    kind = _kind_of_labels(listing)
    splits = {*listing.folders(_IMAGES), *listing.folders(_SEQUENCES)}
    for split in sorted(splits):
        labels = {file.key: file for file in _files(listing, _LABELS, split, f"gtFine_{kind}")}
        images = {file.key: file for file in _files(listing, _IMAGES, split, _IMAGES)}
        images |= {file.key: file for file in _files(listing, _SEQUENCES, split, _IMAGES)}
        for key in sorted(labels.keys() - images.keys()):
            listing.problems.add(
                f"{labels[key].path} has no image: add the image or remove the label map."
            )
        gathering.add_split(split, _pairs(images, labels))
    coding = _BY_TRAIN_ID if kind == _TRAIN_IDS else _BY_LABEL_ID
    return gathering.found(layout="cityscapes", palette=CITYSCAPES, coding=coding)


def _kind_of_labels(listing: Listing) -> str:
    ending = f"_gtFine_{_TRAIN_IDS}.png"
    found = any(path.endswith(ending) for path in listing.all_images(_LABELS))
    return _TRAIN_IDS if found else _LABEL_IDS


def _files(listing: Listing, top: str, split: str, what: str) -> Iterator[_File]:
    for city in listing.folders(join(top, split)):
        folder = join(top, split, city)
        for name in listing.files(folder):
            found = _NAME.fullmatch(name)
            if found is not None and found["what"] == what and is_image(name):
                number = int(found["number"])
                yield _File(found["city"], found["sequence"], number, join(folder, name))


def _pairs(
    images: dict[tuple[str, str, int], _File], labels: dict[tuple[str, str, int], _File]
) -> Iterator[Pair]:
    for (city, sequence), group in groupby(sorted(images), lambda key: key[:2]):
        numbers = [number for _, _, number in group]
        labelled = {number for number in numbers if (city, sequence, number) in labels}
        starts = _snippets(numbers, labelled)
        for number in numbers:
            key = (city, sequence, number)
            label = labels.get(key)
            yield Pair(
                name=f"{city}_{sequence}_{number:06d}",
                sequence=f"{city}_{sequence}_{starts[number]:06d}",
                image=images[key].path,
                label=None if label is None else label.path,
                seconds=number / FRAME_RATE,
            )


def _snippets(numbers: list[int], labelled: set[int]) -> dict[int, int]:
    """Number of a frame -> number of the first frame of its snippet.

    Frames around a label belong to its snippet; what is left is cut where numbers are missing.
    """
    starts: dict[int, int] = {}
    for number in sorted(labelled):
        first = max(number - LABELLED_FRAME, 0)
        for member in range(first, first + SNIPPET_FRAMES):
            starts.setdefault(member, first)
    before, start = None, 0
    for number in numbers:
        if number in starts:
            before = None
            continue
        if before is None or number != before + 1 or number - start >= SNIPPET_FRAMES:
            start = number
        starts[number], before = start, number
    return starts
