"""CamVid, in the layouts it goes around in.

- One folder per split, any subset of them and any names: `SPLIT/images`, `SPLIT/labels`.
- SegNet's: `train` and `trainannot`, `val` and `valannot`, `test` and `testannot`.
- Pairs of folders `SPLIT` and `SPLIT_labels`.
- The original one: a folder of images (`701_StillsRaw_full`) and one of label maps
  (`LabeledApproved_full`, files `*_L.png`). Its splits come from `train.txt`, `val.txt` and
  `test.txt` where these are there; else, where all frames belong to the four sequences of
  CamVid, they are the usual 367, 101 and 233 frames (see `usual_split`); else all is `train`.

Label maps are grey levels 0..10 and 11 or 255 for void, or the colours of the 32 original
classes. These are grouped into the usual 11 (as in SegNet, Badrinarayanan et al., 2015):

- Sky;
- Building: Building, Wall, Tunnel, Archway, Bridge;
- Pole: Column_Pole, TrafficCone;
- Road: Road, LaneMkgsDriv, LaneMkgsNonDriv;
- Pavement: Sidewalk, ParkingBlock, RoadShoulder;
- Tree: Tree, VegetationMisc;
- SignSymbol: SignSymbol, Misc_Text, TrafficLight;
- Fence;
- Car: Car, SUVPickupTruck, Truck_Bus, Train, OtherMoving;
- Pedestrian: Pedestrian, Child, CartLuggagePram, Animal;
- Bicyclist: Bicyclist, MotorcycleScooter;
- Void is not a class. Colours that no class has, which some of the files hold, are void too.

Frames are named `<sequence>_<number>`, numbered at 30 a second.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.datasets.found import Colour, Found, LabelCoding
from core.datasets.gathering import Gathering, Pair
from core.datasets.list_file import read_list
from core.datasets.listing import Listing, by_stem, join, stem
from core.datasets.problems import Problems
from core.palette import CAMVID, IGNORE

FRAME_RATE = 30
"""Frames a second of the videos whose frames the file names number."""

VOID_ID = 11

_NAME = re.compile(r"(?P<sequence>.+)_f?(?P<number>\d{1,9})")
_UNNAMED = "frames"
_LABEL_SUFFIX = "_L"
_USUAL = ("train", "val", "test")
_IMAGES, _LABELS = "images", "labels"
_HINT = 'For other classes than CamVid\'s, describe them in a file "classes.json"'

_COLOURS: dict[str, tuple[Colour, ...]] = {
    "Sky": ((128, 128, 128),),
    "Building": ((128, 0, 0), (64, 192, 0), (64, 0, 64), (192, 0, 128), (0, 128, 64)),
    "Pole": ((192, 192, 128), (0, 0, 64)),
    "Road": ((128, 64, 128), (128, 0, 192), (192, 0, 64)),
    "Pavement": ((0, 0, 192), (64, 192, 128), (128, 128, 192)),
    "Tree": ((128, 128, 0), (192, 192, 0)),
    "SignSymbol": ((192, 128, 128), (128, 128, 64), (0, 64, 64)),
    "Fence": ((64, 64, 128),),
    "Car": ((64, 0, 128), (64, 128, 192), (192, 128, 192), (192, 64, 128), (128, 64, 64)),
    "Pedestrian": ((64, 64, 0), (192, 128, 64), (64, 0, 192), (64, 128, 64)),
    "Bicyclist": ((0, 128, 192), (192, 0, 192)),
}
"""Our class -> the colours of the original classes in it, in the order of the module's text."""

_BY_COLOUR = LabelCoding(
    mode="rgb",
    colours={
        (0, 0, 0): IGNORE,
        **{c: CAMVID.names.index(name) for name, colours in _COLOURS.items() for c in colours},
    },
    unknown_is_void=True,
)
_BY_ID = LabelCoding.of_train_ids(CAMVID.num_classes, void=(VOID_ID, IGNORE), hint=_HINT)


@dataclass(frozen=True)
class _Place:
    """Where the images and label maps of a split lie; no split means that it is to be found."""

    split: str | None
    images: str
    labels: str


def scan_camvid(folder: Path) -> Found:
    """Looks through a folder in one of CamVid's layouts.

    Raises:
        BadDataset: The folder cannot be read.
    """
    listing = Listing(folder, Problems())
    gathering = Gathering(listing)
    places = _places(listing)
    if not places:
        listing.problems.add(f"{folder.name} is not laid out like CamVid: {LOOKED_FOR}.")
    for place in places:
        _gather(gathering, place)
    coding = _coding(gathering, places)
    return gathering.found(layout="camvid", palette=CAMVID, coding=coding)


LOOKED_FOR = (
    "SPLIT/images with SPLIT/labels, train with trainannot, or images with a folder of "
    "*_L.png label maps were looked for"
)
"""What would be recognised, for messages."""


def is_camvid(listing: Listing) -> bool:
    """Whether a folder is laid out like CamVid."""
    return bool(_places(listing))


def usual_split(name: str) -> str | None:
    """The split that a frame of CamVid belongs to by common usage; None for any other frame.

    Sequence Seq05VD and the later half of 0001TP are `test`, the part of 0016E5 that is labelled
    at 15 frames a second is `val`, all else is `train`: 233, 101 and 367 frames.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    sequence, number = found["sequence"], int(found["number"])
    if sequence == "0001TP":
        return "train" if number <= 8520 else "test"
    if sequence == "0016E5":
        return "val" if 7959 <= number <= 8159 else "train"
    return {"0006R0": "train", "Seq05VD": "test"}.get(sequence)


def _places(listing: Listing) -> list[_Place]:
    tops = listing.folders()
    places = [
        _Place(top, join(top, _IMAGES), join(top, _LABELS))
        for top in tops
        if listing.has_folder(join(top, _IMAGES)) and listing.has_folder(join(top, _LABELS))
    ]
    places += [
        _Place(top.removesuffix(ending), top.removesuffix(ending), top)
        for ending in ("annot", "_labels")
        for top in tops
        if top.endswith(ending) and top.removesuffix(ending) in tops
    ]
    return places or _one_place(listing, tops)


def _one_place(listing: Listing, tops: list[str]) -> list[_Place]:
    """The original layout, or the inside of a split's folder."""
    labels = next((top for top in tops if _has_label_files(listing, top)), None)
    if labels is not None:
        images = next((top for top in tops if top != labels and listing.images(top)), None)
        return [] if images is None else [_Place(None, images, labels)]
    if _IMAGES in tops and _LABELS in tops:
        name = listing.root.name
        return [_Place(name if name in _USUAL else "train", _IMAGES, _LABELS)]
    return []


def _has_label_files(listing: Listing, folder: str) -> bool:
    return any(stem(name).endswith(_LABEL_SUFFIX) for name in listing.images(folder))


def _gather(gathering: Gathering, place: _Place) -> None:
    listing, problems = gathering.listing, gathering.problems
    suffix = _LABEL_SUFFIX if _has_label_files(listing, place.labels) else ""
    images = by_stem(listing.images(place.images), problems, within=place.images)
    labels = by_stem(listing.images(place.labels), problems, within=place.labels, suffix=suffix)
    for name in sorted(labels.keys() - images.keys()):
        problems.add(
            f"{join(place.labels, labels[name])} has no image in {place.images}: add the image or "
            "remove the label map."
        )
    pairs = {name: _pair(name, place, image, labels.get(name)) for name, image in images.items()}
    if place.split is not None:
        gathering.add_split(place.split, pairs.values())
        return
    for split, members in _split(listing, pairs).items():
        gathering.add_split(split, members)


def _pair(name: str, place: _Place, image: str, label: str | None) -> Pair:
    parts = _NAME.fullmatch(name)
    return Pair(
        name=name,
        sequence=_UNNAMED if parts is None else parts["sequence"],
        image=join(place.images, image),
        label=None if label is None else join(place.labels, label),
        seconds=None if parts is None else int(parts["number"]) / FRAME_RATE,
    )


def _split(listing: Listing, pairs: Mapping[str, Pair]) -> dict[str, Iterable[Pair]]:
    lists = [name for name in _USUAL if listing.has(f"{name}.txt")]
    if lists:
        return {name: read_list(listing, f"{name}.txt", pairs) for name in lists}
    splits: dict[str, list[Pair]] = {}
    for name, pair in pairs.items():
        splits.setdefault(usual_split(name) or "", []).append(pair)
    return {"train": pairs.values()} if "" in splits else dict(splits)


def _coding(gathering: Gathering, places: list[_Place]) -> LabelCoding:
    """Grey levels or colours: the first label map of the folder says it for all."""
    for place in places:
        for name in gathering.listing.images(place.labels)[:1]:
            header = gathering.header(join(place.labels, name))
            if header is not None and header.channels >= 3:
                return _BY_COLOUR
    return _BY_ID
