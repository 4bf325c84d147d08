"""Datasets as people read of them."""

import time
from collections.abc import Mapping
from typing import Any

from core.records import Dataset
from webapp.wording import ago, count, size

_LAYOUTS = {
    "camvid": "CamVid layout",
    "cityscapes": "CityScapes layout",
    "masks": "images and masks",
    "synthetic": "synthetic streets",
}
_ORIGINS = {"upload": "from an archive", "folder": "from a folder", "shipped": "comes with dyncell"}


def layout_name(layout: str) -> str:
    """A layout in words."""
    return _LAYOUTS.get(layout, layout or "unknown layout")


def dataset_facts(dataset: Dataset) -> str:
    """Layout, size and age of a packed dataset, on one line."""
    frames = sum(split["frames"] for split in dataset.splits.values())
    return " · ".join(
        [
            layout_name(dataset.layout),
            count_classes(len(dataset.classes)),
            count(frames, "frame"),
            size(dataset.size),
            f"{_ORIGINS[dataset.origin]}, {ago(time.time() - dataset.created_at)}",
        ]
    )


def splits_line(splits: Mapping[str, Mapping[str, Any]]) -> str:
    """Frames of each split, with those that have labels: `train 367 · val 101 (50 labelled)`."""
    return " · ".join(f"{name} {_frames(split)}" for name, split in splits.items())


def count_classes(number: int) -> str:
    """A number of classes."""
    return "1 class" if number == 1 else f"{number} classes"


def percent(part: float, whole: float) -> str:
    """A share, with as many digits as it needs: `12.3 %`, `0.04 %`."""
    if whole <= 0:
        return "n/a"
    share = 100 * part / whole
    return f"{share:.1f} %" if share >= 1 or share == 0 else f"{share:.2g} %"


def _frames(split: Mapping[str, Any]) -> str:
    frames, labelled = split["frames"], split["labelled"]
    return f"{frames:,}" if frames == labelled else f"{frames:,} ({labelled:,} labelled)"
