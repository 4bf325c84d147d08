"""One set of label maps that panes show: a segmentation, or the ground truth."""

from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.labels import LabelReader
from core.palette import IGNORE
from core.video.clip import Labels

_KEPT = 24
"""Label maps kept unpacked; the flicker of a frame looks at 17."""


@dataclass(frozen=True)
class Layer:
    """Label maps of consecutive frames of a video.

    Attributes:
        labels: Reads them; number 0 is that of the frame `start`.
        start: The first frame that has labels.
        classes: Per class id of the label maps the id among all layers' classes, 255 = none.
    """

    labels: LabelReader
    start: int
    classes: tuple[int, ...]
    _kept: OrderedDict[int, Labels] = field(default_factory=OrderedDict, repr=False)

    def covers(self, frame: int) -> bool:
        """Whether the frame has labels."""
        return self.start <= frame < self.start + self.labels.frames

    def own(self, frame: int) -> Labels | None:
        """(H, W) uint8, the layer's own class ids; None where the frame has no labels."""
        if not self.covers(frame):
            return None
        if frame not in self._kept:
            self._kept[frame] = self.labels.frame(frame - self.start)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[frame]

    def joined(self, frame: int) -> Labels | None:
        """(H, W) uint8, ids among all layers' classes; None where the frame has no labels."""
        own = self.own(frame)
        return None if own is None else self._table()[own]

    def _table(self) -> NDArray[np.uint8]:
        table = np.full(IGNORE + 1, IGNORE, np.uint8)
        table[: len(self.classes)] = self.classes
        return table
