"""Any folder of images and masks with a `classes.json` (see `core.datasets.classes_json`).

    classes.json
    images/seq1/0001.jpg     or     train/images/0001.jpg     or     images/train/0001.jpg
    masks/seq1/0001.png             train/masks/0001.png             masks/train/0001.png

A mask belongs to the image of the same path, but for the suffixes that `classes.json` names. By
default the folder an image lies in is its sequence, and splits are the folders that are named
like splits, else the files `train.txt`, `val.txt`, `test.txt`, else all is `train`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from core.datasets.classes_json import FILE, MasksConfig, read_classes
from core.datasets.found import Found, LabelCoding
from core.datasets.gathering import Gathering, Pair
from core.datasets.list_file import read_list, read_text
from core.datasets.listing import Listing, by_stem, join, natural, stem
from core.datasets.problems import Problems
from core.palette import IGNORE, Palette

LOOKED_FOR = f"{FILE} beside folders of images and masks was looked for"
"""What would be recognised, for messages."""

_SPLIT_FOLDERS = frozenset(
    ("train", "training", "val", "valid", "validation", "test", "testing", "dev")
)
_LISTS = ("train", "val", "test")
_IMAGES, _MASKS = "images", ("masks", "labels")
_SEQUENCE = "frames"
_NOTHING = Palette(names=("unknown",), colours=((0, 0, 0),))
_NO_IDS = LabelCoding.of_train_ids(1, void=())

_Splits = dict[str, list[Pair]]


@dataclass(frozen=True)
class _Place:
    """A folder of images with its folder of masks, and the split they make up, if known."""

    images: str
    masks: str
    split: str | None = None


def is_masks(listing: Listing) -> bool:
    """Whether a folder says by itself what it holds."""
    return listing.has(FILE)


def scan_masks(folder: Path) -> Found:
    """Looks through a folder of images and masks.

    Raises:
        BadDataset: The folder cannot be read.
    """
    listing = Listing(folder, Problems())
    gathering = Gathering(listing)
    config = None
    if not is_masks(listing):
        listing.problems.add(f"{folder.name} has no {FILE}: write one that names the classes.")
    elif (text := read_text(listing, FILE)) is not None:
        config = read_classes(text, listing.problems)
    if config is None:
        return gathering.found(layout="masks", palette=_NOTHING, coding=_NO_IDS)
    splits: _Splits = {}
    places = _places(listing, config)
    for place in places:
        pairs = _pairs(listing, config, place)
        for split, members in _split(listing, config, place, pairs).items():
            splits.setdefault(split, []).extend(members)
    for split, members in splits.items():
        gathering.add_split(split, members)
    coding = _coding(gathering, config, splits)
    return gathering.found(layout="masks", palette=config.classes.palette, coding=coding)


def _places(listing: Listing, config: MasksConfig) -> list[_Place]:
    """The folders of images and masks: one pair, or one in each folder of a split."""
    images = _IMAGES if config.images is None else config.images.strip("./")
    named = None if config.masks is None else config.masks.strip("./")
    choices = _MASKS if named is None else (named,)
    splits = [] if isinstance(config.splits, dict) else listing.folders()
    for masks in choices:
        within = [
            _Place(join(top, images), join(top, masks), top)
            for top in splits
            if listing.has_folder(join(top, images)) and listing.has_folder(join(top, masks))
        ]
        if within and config.images != ".":
            return within
        if listing.has_folder(images) and listing.has_folder(masks):
            return [_Place(images, masks)]
    missing = [name for name in (images, choices[0]) if not listing.has_folder(name)]
    for name in missing:
        key = "images" if name == images else "masks"
        listing.problems.add(
            f"{config.where(key)}: there is no folder {name!r} beside {FILE}; name the folder of "
            f'the {key} with "{key}".'
        )
    return []


def _pairs(listing: Listing, config: MasksConfig, place: _Place) -> list[Pair]:
    problems = listing.problems
    images = listing.all_images(place.images)
    if place.masks != place.images:
        inside = f"{place.masks}/"
        images = [path for path in images if not join(place.images, path).startswith(inside)]
    elif config.mask_suffix:
        images = [path for path in images if not stem(path).endswith(config.mask_suffix)]
    else:
        problems.add(
            f"{config.where('masks')}: images and masks lie in one folder; say what mask names end "
            'with: "mask_suffix": "_mask".'
        )
        return []
    pictures = by_stem(images, problems, within=place.images, suffix=config.image_suffix)
    masks = by_stem(
        listing.all_images(place.masks), problems, within=place.masks, suffix=config.mask_suffix
    )
    for name in sorted(masks.keys() - pictures.keys(), key=natural):
        problems.add(
            f"{join(place.masks, masks[name])} has no image in {place.images or 'the folder'}: add "
            "the image or remove the mask."
        )
    named = {
        name: Pair(
            name=name,
            sequence=name.rpartition("/")[0] or _SEQUENCE,
            image=join(place.images, image),
            label=join(place.masks, masks[name]) if name in masks else None,
        )
        for name, image in sorted(pictures.items(), key=lambda item: natural(item[0]))
    }
    return list(named.values())


def _split(listing: Listing, config: MasksConfig, place: _Place, pairs: list[Pair]) -> _Splits:
    rule = config.splits
    if place.split is not None:
        return {place.split: _sequenced(listing, config, pairs)}
    if rule == "folder" or (rule is None and _lie_in_split_folders(pairs)):
        return _by_folder(listing, config, pairs)
    pairs = _sequenced(listing, config, pairs)
    by_name = {pair.name: pair for pair in pairs}
    if rule is None:
        lists = [name for name in _LISTS if listing.has(f"{name}.txt")]
        return {n: read_list(listing, f"{n}.txt", by_name) for n in lists} or {"train": pairs}
    splits: _Splits = {}
    shares: dict[str, float] = {}
    for name, value in rule.items():
        if isinstance(value, str):
            splits[name] = _listed(listing, config, name, value, by_name)
        elif isinstance(value, tuple):
            splits[name] = _chosen(listing, config, name, value, pairs)
        else:
            shares[name] = value
    return _shared_out(shares, pairs) if shares else splits


def _lie_in_split_folders(pairs: list[Pair]) -> bool:
    tops = {pair.name.partition("/")[0] for pair in pairs if "/" in pair.name}
    return tops <= _SPLIT_FOLDERS and bool(tops) and all("/" in pair.name for pair in pairs)


def _by_folder(listing: Listing, config: MasksConfig, pairs: list[Pair]) -> _Splits:
    splits: _Splits = {}
    for pair in pairs:
        split, slash, name = pair.name.partition("/")
        if not slash:
            listing.problems.add(
                f"{config.where('splits')}: {pair.image} lies in no folder of a split; move it "
                "into one."
            )
            continue
        sequence = name.rpartition("/")[0] or _SEQUENCE
        splits.setdefault(split, []).append(replace(pair, name=name, sequence=sequence))
    return {name: _sequenced(listing, config, members) for name, members in splits.items()}


def _sequenced(listing: Listing, config: MasksConfig, pairs: list[Pair]) -> list[Pair]:
    """The pairs with sequence and time, sorted."""
    numbered: dict[str, list[tuple[int | None, Pair]]] = {}
    for pair in pairs:
        sequence, number = pair.sequence, None
        if config.pattern is not None:
            found = config.pattern.fullmatch(pair.name)
            if found is None or not found["sequence"]:
                listing.problems.add(
                    f"{config.where('sequences')}: the expression does not fit {pair.name!r}; "
                    "correct it or rename the file."
                )
                continue
            sequence, number = found["sequence"], _number(found.groupdict().get("number"))
        numbered.setdefault(sequence, []).append((number, replace(pair, sequence=sequence)))
    return [
        pair for name in sorted(numbered, key=natural) for pair in _timed(config, numbered[name])
    ]


def _timed(config: MasksConfig, members: list[tuple[int | None, Pair]]) -> Iterator[Pair]:
    ordered = sorted(members, key=lambda m: (m[0] is None, m[0] or 0, natural(m[1].name)))
    for position, (number, pair) in enumerate(ordered):
        if config.frame_rate is None:
            yield pair
        else:
            place = position if number is None else number
            yield replace(pair, seconds=place / config.frame_rate)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 16 else None


def _listed(
    listing: Listing, config: MasksConfig, split: str, path: str, by_name: dict[str, Pair]
) -> list[Pair]:
    if not listing.has(path.removeprefix("./")):
        where = config.where("splits", split)
        listing.problems.add(f"{where}: there is no file {path!r} beside {FILE}; add it.")
        return []
    return read_list(listing, path.removeprefix("./"), by_name)


def _chosen(
    listing: Listing, config: MasksConfig, split: str, names: tuple[str, ...], pairs: list[Pair]
) -> list[Pair]:
    known = {pair.sequence for pair in pairs}
    for number, name in enumerate(names):
        if name not in known:
            some = ", ".join(sorted(known, key=natural)[:10])
            listing.problems.add(
                f"{config.where('splits', split, number)}: there is no sequence {name!r}, but "
                f"{some}."
            )
    return [pair for pair in pairs if pair.sequence in names]


def _shared_out(shares: dict[str, float], pairs: list[Pair]) -> _Splits:
    """Cuts each sequence into blocks of consecutive frames, one for each split."""
    splits: _Splits = {name: [] for name in shares}
    for _, group in groupby(pairs, lambda pair: pair.sequence):
        members = list(group)
        start, until = 0, 0.0
        for name, share in shares.items():
            until += share
            end = round(until * len(members))
            splits[name] += members[start:end]
            start = end
    return splits


def _coding(gathering: Gathering, config: MasksConfig, splits: _Splits) -> LabelCoding:
    """What `mode` says, else what the first mask looks like."""
    mode = config.classes.mode
    for pair in (pair for members in splits.values() for pair in members):
        if mode is None and pair.label is not None:
            header = gathering.header(pair.label)
            mode = "rgb" if header is not None and header.channels >= 3 else "ids"
    if (
        mode == "rgb"
        and len(set(config.classes.by_colour.colours.values()) - {IGNORE})
        < config.classes.palette.num_classes
    ):
        gathering.problems.add(
            f"{config.where('classes')}: the masks hold colours, so every class needs its own "
            '"colour"; or say "mode": "ids".'
        )
    return config.classes.by_colour if mode == "rgb" else config.classes.by_id
