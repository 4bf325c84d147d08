"""The text form of a dataset's index: one JSON document, frames as rows under column names."""

import json
from dataclasses import asdict, fields
from operator import attrgetter
from typing import Any

from core.datasets.index import DatasetIndex, Frame, Split, SplitStatistics
from core.datasets.problems import BadDataset
from core.palette import Palette

FORMAT_VERSION = 1

MARK = b'{"format":"dyncell dataset",'
"""The first bytes of every index, by which a pack is told from any other zip."""

_COLUMNS = tuple(field.name for field in fields(Frame))
_row = attrgetter(*_COLUMNS)


def index_to_json(index: DatasetIndex) -> str:
    """Writes an index; `index_from_json` is its inverse."""
    document = {
        "format": "dyncell dataset",
        "version": FORMAT_VERSION,
        "layout": index.layout,
        "classes": list(index.palette.names),
        "colours": [list(colour) for colour in index.palette.colours],
        "notes": list(index.notes),
        "columns": list(_COLUMNS),
        "splits": [
            {
                "name": split.name,
                "statistics": asdict(index.statistics[split.name]),
                "frames": [list(_row(frame)) for frame in split.frames],
            }
            for split in index.splits
        ],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def index_from_json(text: str | bytes) -> DatasetIndex:
    """Reads what `index_to_json` wrote.

    Raises:
        BadDataset: It is damaged, or a newer version wrote it.
    """
    try:
        document = json.loads(text)
        if document["format"] != "dyncell dataset":
            raise ValueError(f"format {document['format']!r}")
        version = document["version"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            raise BadDataset(
                f"The dataset has format version {version}, this program reads up to "
                f"{FORMAT_VERSION}: update dyncell to use it."
            )
        return _index(document)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadDataset(
            f"The dataset's index dataset.json is damaged ({error}): import the dataset again."
        ) from error


def _index(document: dict[str, Any]) -> DatasetIndex:
    columns = document["columns"]
    found = document["splits"]
    return DatasetIndex(
        palette=Palette(
            names=tuple(document["classes"]),
            colours=tuple((int(r), int(g), int(b)) for r, g, b in document["colours"]),
        ),
        splits=tuple(
            Split(
                split["name"],
                tuple(Frame(**dict(zip(columns, row, strict=True))) for row in split["frames"]),
            )
            for split in found
        ),
        layout=document["layout"],
        statistics={split["name"]: _statistics(**split["statistics"]) for split in found},
        notes=tuple(document["notes"]),
    )


def _statistics(
    *, class_pixels: list[int], void_pixels: int, labelled_frames: int
) -> SplitStatistics:
    return SplitStatistics(tuple(class_pixels), void_pixels, labelled_frames)
