"""A folder looked at: which layout it has, and what it holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from core.datasets import camvid, cityscapes, masks
from core.datasets.found import Found
from core.datasets.index_json import MARK
from core.datasets.listing import Listing, join
from core.datasets.pack import INDEX
from core.datasets.problems import BadDataset, Problems

ScannedLayout = Literal["auto", "camvid", "cityscapes", "masks"]
"""What can be asked of a look at a folder; `auto` recognises the others."""

_LAYOUTS: dict[str, tuple[Callable[[Listing], bool], Callable[[Path], Found], str]] = {
    "masks": (masks.is_masks, masks.scan_masks, masks.LOOKED_FOR),
    "cityscapes": (
        cityscapes.is_cityscapes,
        cityscapes.scan_cityscapes,
        cityscapes.LOOKED_FOR,
    ),
    "camvid": (camvid.is_camvid, camvid.scan_camvid, camvid.LOOKED_FOR),
}
"""Layout -> whether a folder has it, how it is scanned, what is looked for; asked in this order."""


def scan(folder: Path, layout: ScannedLayout = "auto") -> Found:
    """Looks through a folder: lists, pairs and measures its files, and decodes none.

    Folders that hold nothing but one folder, as many zips do, are entered.

    Args:
        folder: The folder.
        layout: How its files lie.

    Returns:
        What was found; its `problems` must be empty before it can be packed.

    Raises:
        BadDataset: It is no folder, or laid out in no way that is known.
        ValueError: There is no such layout.
    """
    if layout != "auto" and layout not in _LAYOUTS:
        raise ValueError(f"layout {layout!r}; possible are auto, {', '.join(_LAYOUTS)}")
    names: list[str] = list(_LAYOUTS) if layout == "auto" else [layout]
    listing = Listing(folder, Problems())
    if not listing.all_folders()[1:] and not listing.files():
        raise BadDataset(
            f"The folder {folder.name or folder} is empty: name one that holds images."
        )
    below = ""
    while True:
        if _is_unpacked_pack(listing, below):
            raise BadDataset(
                f"{folder.name or folder} holds what a dataset file of dyncell does: give that "
                "file's path wherever a command takes a dataset."
            )
        for name in names:
            recognises, look, _ = _LAYOUTS[name]
            within = listing.root / below
            if recognises(listing if not below else Listing(within, Problems())):
                return look(within)
        inner = listing.folders(below)
        if len(inner) != 1 or not listing.has_folder(join(below, inner[0])):
            break
        below = join(below, inner[0])
    raise BadDataset(_unknown(folder, names, listing))


def _is_unpacked_pack(listing: Listing, below: str) -> bool:
    path = join(below, INDEX)
    if not listing.has(path):
        return False
    with listing.path(path).open("rb") as file:
        return file.read(len(MARK)) == MARK


def _unknown(folder: Path, names: list[str], listing: Listing) -> str:
    links = f" {listing.problems.found[0]}" if listing.problems.found else ""
    looked_for = "; ".join(f"{name}: {_LAYOUTS[name][2]}" for name in names)
    return f"{folder.name or folder} is laid out in no known way ({looked_for}).{links}"
