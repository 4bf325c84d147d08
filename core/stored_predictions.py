"""The predictions that an evaluation kept, judged again as if a model had said them."""

import zipfile
from pathlib import Path

import cv2
import numpy as np

from core.datasets.index import Frame
from core.errors import BadPrediction
from core.frame_scores import load_frame_scores
from core.video.clip import Labels, Rgb


class StoredPredictions:
    """A `Labeller` that says what was said before; frames are found by sequence and name.

    Args:
        path: The file of an evaluation.
        uses_flow: Whether the labels follow DIS, see `Labeller`.

    Raises:
        DyncellError: It is damaged.
    """

    def __init__(self, path: Path, *, uses_flow: bool = False) -> None:
        self._path, self.uses_flow = path, uses_flow
        self._frames = {(each.sequence, each.name): each for each in load_frame_scores(path)}

    def start(self) -> None:
        """What is stored knows nothing of the frames before."""

    def label(self, frame: Frame, image: Rgb) -> Labels:
        """The labels that were predicted for the frame.

        Raises:
            BadPrediction: There are none, or they are of another picture.
        """
        del image
        known = self._frames.get((frame.sequence, frame.name))
        if known is None:
            raise BadPrediction(
                f"Frame {frame.name} has labels now but no stored prediction: evaluate the model "
                "again instead of scoring again."
            )
        is_same = not known.image_digest or known.image_digest == frame.image_digest
        if not is_same or (known.width, known.height) != (frame.width, frame.height):
            raise BadPrediction(
                f"The picture of frame {frame.name} is another one now: evaluate the model again "
                "instead of scoring again."
            )
        with zipfile.ZipFile(self._path) as archive:
            data = archive.read(f"predictions/{known.index:06}.png")
        labels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        return np.asarray(labels, np.uint8)
