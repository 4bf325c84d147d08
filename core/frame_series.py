"""What is measured of every single frame of a segmentation, without labels: one compact file."""

import io
import math
import zipfile
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from core.durable import replace_file
from core.errors import DyncellError, StorageFull

if TYPE_CHECKING:  # the web process, which loads no OpenCV, reads series too
    from core.metrics.stability import StabilityState

ComputePath = Literal["key", "light", "full"]
"""What ran on a frame: the static network, or a cell without or with the deep encoder."""

COMPUTE_PATHS: tuple[ComputePath, ...] = get_args(ComputePath)

NUMBERS = {
    "aba_flicker": "%",
    "pcr": "%",
    "static_flicker": "%",
    "confidence": "%",
    "network_ms": "ms",
}
"""The numbers of a frame, by name, with their units."""


@dataclass(frozen=True)
class FrameSeries:
    """Numbers per frame, in the order of the frames.

    Attributes:
        numbers: (T,) float32 per name of `NUMBERS`; NaN where a frame has none: the first frame
            changes from nothing, only a frame between two others can flicker, a picture without a
            still pixel has no static flicker, and a copy of older labels no confidence.
        paths: (T,) uint8, places in `COMPUTE_PATHS`.
    """

    numbers: dict[str, NDArray[np.float32]]
    paths: NDArray[np.uint8]

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return len(self.paths)

    def mean(self, name: str) -> float | None:
        """The mean of a number over the frames that have it; None where none has."""
        values = self.numbers[name].astype(np.float64)
        known = values[~np.isnan(values)]
        return float(known.mean()) if known.size else None

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all.

        Raises:
            StorageFull: The disk is full.
        """
        columns: dict[str, Any] = {"paths": self.paths, **self.numbers}
        try:
            with replace_file(path) as part, part.open("wb") as file:
                np.savez_compressed(file, **columns)
        except OSError as error:
            raise StorageFull(
                f"The numbers per frame could not be written ({error.strerror}): free some space "
                "and run it again."
            ) from error

    @classmethod
    def load(cls, data: bytes) -> Self:
        """The series in the bytes of a file.

        Raises:
            DyncellError: They are no such file, or a damaged one.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                return cls({name: found[name] for name in NUMBERS}, found["paths"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DyncellError(
                "The file of the numbers per frame is damaged: segment the video again to make a "
                "new one."
            ) from error


class SeriesBuilder:
    """Collects the frames of one video, 21 bytes each."""

    def __init__(self) -> None:
        self._numbers = {name: array("f") for name in NUMBERS}
        self._paths = bytearray()

    def add(
        self,
        before: "StabilityState",
        after: "StabilityState",
        *,
        confidence: float | None,
        network_ms: float,
        path: ComputePath,
    ) -> None:
        """Adds the next frame.

        A flicker belongs to the odd frame out, which is known once its successor has come.

        Args:
            before: The stability's state before the frame.
            after: The state after it.
            confidence: Mean of the largest class probability, 0..1; None where nothing was
                computed.
            network_ms: Milliseconds the network took.
            path: What ran.
        """
        flicker = _share(before, after, "flickered", "compared_twice")
        if self._paths:
            self._numbers["aba_flicker"][-1] = flicker
        of_this_frame = {
            "aba_flicker": math.nan,
            "pcr": _share(before, after, "changed", "compared"),
            "static_flicker": _share(before, after, "static_changed", "static"),
            "confidence": math.nan if confidence is None else 100 * confidence,
            "network_ms": network_ms,
        }
        for name, value in of_this_frame.items():
            self._numbers[name].append(value)
        self._paths.append(COMPUTE_PATHS.index(path))

    def build(self) -> FrameSeries:
        """The series of the frames so far."""
        numbers = {name: np.array(values, np.float32) for name, values in self._numbers.items()}
        return FrameSeries(numbers, np.frombuffer(bytes(self._paths), np.uint8))


def _share(before: "StabilityState", after: "StabilityState", part: str, whole: str) -> float:
    """Percent that came with one frame; NaN where nothing was compared."""
    compared = getattr(after, whole) - getattr(before, whole)
    counted = getattr(after, part) - getattr(before, part)
    return 100 * counted / compared if compared else math.nan
