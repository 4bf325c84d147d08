"""A model as what labels a frame from any past it is given: many streams share its features."""

from typing import NamedTuple, Protocol, TypeVar

import numpy as np

from core.class_mapping import class_ids
from core.dynamics.plan import model_class
from core.dynamics.protocol import ModelClass
from core.errors import DyncellError
from core.nn.dynamic import CellState
from core.palette import Palette
from core.predict import VideoPredictor, scaled_down
from core.video.clip import Labels, Rgb

State = TypeVar("State")


class Follower(Protocol[State]):
    """What a stream keeps is given in and out; nothing is kept inside."""

    @property
    def model_class(self) -> ModelClass:
        """What runs between key frames."""
        ...

    def see(self, image: Rgb) -> State:
        """The state after a key frame: all that the frame alone says."""
        ...

    def follow(self, seen: State, before: State) -> State:
        """The state after the frame that was `seen`, in a stream that was at `before`."""
        ...

    def step(self, image: Rgb, before: State) -> State:
        """The same for a frame that nobody has seen; runs what the cell reads, and no more."""
        ...

    def labels(self, state: State) -> Labels:
        """Class ids of the dataset, (H, W) uint8, of the image's size."""
        ...

    def strength(self, state: State) -> float:
        """The root mean square of what is carried on."""
        ...


class Moment(NamedTuple):
    """A stream of the network after a frame.

    Attributes:
        state: What the cell carries on.
        size: (H, W) of the labels.
        is_key: Whether the static network's own head labels it.
    """

    state: CellState
    size: tuple[int, int]
    is_key: bool


class ModelFollower:
    """A model as a follower; its classes are brought to those of the dataset.

    Args:
        predictor: The model.
        palette: The dataset's classes.
        mapping: Name of a class of the model -> of the dataset, where they differ.

    Raises:
        DyncellError: A class of the model is none of the dataset, or the mapping names one that
            does not exist.
    """

    def __init__(
        self, predictor: VideoPredictor, palette: Palette, *, mapping: dict[str, str] | None = None
    ) -> None:
        self._predictor, self._engine = predictor, predictor.engine
        ids = class_ids(predictor.palette.names, palette.names, mapping=mapping or {})
        self._ids = np.array(ids, np.uint8)

    @property
    def model_class(self) -> ModelClass:
        """What runs between key frames."""
        header = self._predictor.header
        return model_class(header.cell, is_baseline=header.baseline is not None)

    def see(self, image: Rgb) -> Moment:
        """Runs the static network.

        Raises:
            DyncellError: It gives what is no number.
        """
        _, state = self._engine.key(self._engine.prepare(self._scaled(image)))
        if not np.isfinite(state.strength):
            raise DyncellError(
                "The static network's own features are no numbers (NaN): the weights are damaged; "
                "train or import the model again."
            )
        return Moment(state, image.shape[:2], is_key=True)

    def follow(self, seen: Moment, before: Moment) -> Moment:
        """Runs the cell on features that are there."""
        return Moment(self._engine.carry(seen.state, before.state), seen.size, is_key=False)

    def step(self, image: Rgb, before: Moment) -> Moment:
        """Runs the early encoder and the cell; a full cell's deep encoder too."""
        images = self._engine.prepare(self._scaled(image))
        _, state = self._engine.follow(images, before.state)
        return Moment(state, image.shape[:2], is_key=False)

    def labels(self, state: Moment) -> Labels:
        """The labels at the image's size as class ids of the dataset."""
        logits = self._engine.head(state.state, is_key=state.is_key)
        return self._ids[self._engine.labels(logits, state.size)]

    def strength(self, state: Moment) -> float:
        """The root mean square of `high`."""
        return state.state.strength

    def _scaled(self, image: Rgb) -> Rgb:
        height, width = image.shape[:2]
        return scaled_down(image, self._predictor.network_size(width, height))
