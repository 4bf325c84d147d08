"""A folder of label PNGs named like the frames, judged as if a model had said them."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets.index import Frame
from core.datasets.label_file import decode_values
from core.errors import BadPrediction
from core.palette import IGNORE
from core.video.clip import Labels, Rgb


class PredictionFolder:
    """A `Labeller` that reads `FOLDER/NAME.png`: class ids of the dataset, 8-bit grey or indices.

    Void, 255 or one past the last class (CamVid's label files use that), is no answer: where a
    prediction says it, class 0 is judged, as METRICS.md wants it.

    Args:
        folder: The folder; `NAME` is a frame's name, or its last part.
        num_classes: Classes of the dataset.

    Raises:
        BadPrediction: There is no such folder.
    """

    def __init__(self, folder: Path, *, num_classes: int) -> None:
        if not folder.is_dir():
            raise BadPrediction(f"There is no folder {folder}; check the path.")
        self._folder, self._num_classes = folder, num_classes
        self.void_pixels = 0

    @property
    def uses_flow(self) -> bool:
        """Nobody knows how the labels were made."""
        return False

    def start(self) -> None:
        """Files know nothing of the frames before."""

    def label(self, frame: Frame, image: Rgb) -> Labels:
        """The labels that the frame's file holds.

        Raises:
            BadPrediction: The file is missing, unreadable or holds other ids.
        """
        path = self.path(frame)
        labels = _read(path)
        if labels is None or labels.ndim != 2 or labels.dtype != np.uint8:
            raise BadPrediction(
                f"{path} cannot be read as class ids: an 8-bit PNG in grey or with a palette is "
                "wanted; write one id per pixel, without colours."
            )
        is_void = (labels == IGNORE) | (labels == self._num_classes)
        wrong = labels[~is_void & (labels > self._num_classes)]
        if wrong.size:
            raise BadPrediction(
                f"{path} holds the id {wrong[0]}; the dataset's classes are 0 to "
                f"{self._num_classes - 1}, and 255 says nothing."
            )
        self.void_pixels += int(np.count_nonzero(is_void))
        return np.where(is_void, np.uint8(0), labels).astype(np.uint8)

    def path(self, frame: Frame) -> Path:
        """The file of a frame.

        Raises:
            BadPrediction: There is none.
        """
        last = frame.name.rpartition("/")[2]
        for name in dict.fromkeys((frame.name, last)):
            path = self._folder / f"{name}.png"
            if path.is_file():
                return path
        raise BadPrediction(
            f"There is no prediction for the frame {frame.name}: {self._folder / last}.png is "
            "missing; name the files like the frames."
        )

    def digest(self, frames: tuple[Frame, ...]) -> str:
        """SHA-256 over the files of these frames: the identity of the predictions.

        Raises:
            BadPrediction: A file is missing.
        """
        digest = hashlib.sha256()
        for frame in frames:
            digest.update(frame.name.encode())
            digest.update(hashlib.sha256(self.path(frame).read_bytes()).digest())
        return digest.hexdigest()


def _read(path: Path) -> NDArray[np.uint8] | None:
    try:
        return decode_values(path.read_bytes())
    except (OSError, ValueError):
        return None
