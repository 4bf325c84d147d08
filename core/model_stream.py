"""A model that labels a stream of frames in the classes of a dataset."""

import numpy as np

from core.class_mapping import class_ids
from core.palette import Palette
from core.predict import VideoPredictor
from core.video.clip import Labels, Rgb


class ModelStream:
    """A model that labels one stream at a time, in the classes of a dataset.

    Args:
        predictor: The model, labelling at full size.
        palette: The dataset's classes.
        mapping: Name of a class of the model -> of the dataset, where they differ.

    Raises:
        DyncellError: A class of the model is none of the dataset, or the mapping names one that
            does not exist.
    """

    def __init__(
        self, predictor: VideoPredictor, palette: Palette, *, mapping: dict[str, str] | None = None
    ) -> None:
        self.predictor = predictor
        ids = class_ids(predictor.palette.names, palette.names, mapping=mapping or {})
        self._ids = np.array(ids, np.uint8)

    def start(self) -> None:
        """Forgets the frames before."""
        self.predictor.reset()

    def label(self, image: Rgb) -> Labels:
        """The labels of the next frame."""
        return self._ids[self.predictor.step(image)]

    @property
    def is_key(self) -> bool:
        """Whether the last frame was a key frame."""
        return self.predictor.frames_since_key == 0
