"""The exact motion of rendered frames: drawn again from what their names say."""

import re
from functools import lru_cache

import numpy as np

from core.datasets.index import DatasetIndex, Frame
from core.metrics.motion import Match
from core.video.clip import Labels
from core.video.synthetic import SyntheticScene

_NAME = re.compile(r"street(\d{5})_(\d{5})")


def exact_motion(index: DatasetIndex, frame: Frame, labels: Labels) -> Match | None:
    """The way back from a frame of the dataset `synthetic` to the frame before.

    Args:
        index: The dataset's index.
        frame: One of its frames.
        labels: The frame's label map as stored, (H, W) uint8.

    Returns:
        None for other datasets, for the first frame of a street, and for frames that an older
        renderer drew otherwise.
    """
    found = _NAME.fullmatch(frame.name) if index.layout == "synthetic" else None
    if found is None or int(found[2]) == 0:
        return None
    rendered = _scene(int(found[1]), frame.width, frame.height).render(int(found[2]))
    if not np.array_equal(rendered.labels, labels):
        return None
    return Match.exact(rendered.flow_back, rendered.visible_back)


@lru_cache(maxsize=2)
def _scene(seed: int, width: int, height: int) -> SyntheticScene:
    return SyntheticScene(seed, width=width, height=height)
