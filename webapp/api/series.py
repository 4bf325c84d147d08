"""The numbers of single frames of a segmentation, as plain JSON."""

from typing import Annotated

import numpy as np
from fastapi import Query
from numpy.typing import NDArray
from pydantic import BaseModel

from core.artifacts import Artifacts
from core.frame_series import COMPUTE_PATHS, NUMBERS, ComputePath, FrameSeries
from webapp.api.problems import Problem

MOST = 20_000
"""Frames in one answer."""

OLDER = (
    "This segmentation has no numbers per frame: it was made before they were kept. Segment the "
    "video again to have them."
)

SeriesCount = Annotated[int, Query(ge=1, le=MOST, description="How many frames")]


class SeriesDocument(BaseModel):
    """Numbers per frame; null where a frame has none."""

    start: int
    count: int
    frames: int
    units: dict[str, str]
    numbers: dict[str, list[float | None]]
    paths: list[ComputePath]


def read_series(artifacts: Artifacts, name: str, start: int, count: int) -> SeriesDocument:
    """The numbers of frames `start` to `start + count` of a file; fewer at its end.

    Raises:
        NotFound: The file is gone.
        DyncellError: The file is damaged.
        Problem: `start` lies behind the last frame.
    """
    with artifacts.open(name) as file:
        found = FrameSeries.load(file.read())
    if start >= found.frames:
        raise Problem(416, f"There are numbers of {found.frames} frames; frame {start} has none.")
    chosen = slice(start, start + count)
    paths: list[ComputePath] = [COMPUTE_PATHS[each] for each in found.paths[chosen]]
    return SeriesDocument(
        start=start,
        count=len(paths),
        frames=found.frames,
        units=NUMBERS,
        numbers={key: _listed(values[chosen]) for key, values in found.numbers.items()},
        paths=paths,
    )


def _listed(values: NDArray[np.float32]) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 4) for value in values]
