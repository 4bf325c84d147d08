"""Labels a stream of frames: the one object that owns what lives between them."""

import time
from pathlib import Path
from typing import Self

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.baselines.stream import build_stream
from core.engine import Engine, Precision
from core.errors import BadMedia, DyncellError
from core.frame_series import ComputePath
from core.model_file import ModelHeader, model_digest
from core.model_lookup import find_model
from core.nn.config import MIN_SIDE
from core.nn.dynamic import CellState
from core.nn.weights import load_network
from core.palette import Palette
from core.step_timings import StepTimings
from core.video.scene_cut import SceneCuts


class VideoPredictor:
    """Labels the frames of one stream in order; one predictor per stream.

    Use `load` to make one.

    Args:
        engine: The network, ready to run.
        header: What the model says about itself.
        model_id: SHA-256 of the model file.
        full_size: Label at the frames' own size instead of the network's.
        key_interval: Every how many frames a model with a cell runs its static network, 0 = only
            on the first frame and on scene cuts; the model's own interval when None. A model
            without a cell has only key frames, whatever the interval; so has a baseline that
            averages what the network says.

    Attributes:
        drift_limit: A frame on which the state's strength (the root mean square of its `high`)
            leaves that of the last key frame by more than this factor becomes a key frame itself:
            a cell that is followed for much longer than it has learnt to may swell or die away.
            None never restarts it.
        finds_cuts: Whether a scene cut becomes a key frame.
    """

    drift_limit: float | None = 2.0
    finds_cuts: bool = True

    def __init__(
        self,
        engine: Engine,
        header: ModelHeader,
        *,
        model_id: str,
        full_size: bool = False,
        key_interval: int | None = None,
    ) -> None:
        if key_interval is not None and key_interval < 0:
            raise DyncellError(f"The key interval {key_interval} is negative; choose 0 or more.")
        self.engine = engine
        self.header = header
        self.model_id = model_id
        self.full_size = full_size
        self._baseline = None if header.baseline is None else build_stream(header.baseline)
        self.key_interval = header.key_interval if key_interval is None else key_interval
        self.reset()

    @classmethod
    def load(
        cls,
        model: str | Path,
        *,
        full_size: bool = False,
        threads: int | None = None,
        device: str = "cpu",
        key_interval: int | None = None,
        precision: Precision = "fp32",
    ) -> Self:
        """Loads a model from a file or from the registry.

        Args:
            model: A path, or a name in the registry. The names of the shipped models (`camvid`,
                `camvid-static`) need no data folder. `copy` and `GENOTYPE@MODEL` are models
                whose cell has learnt nothing, see `core.fresh_cell`.
            full_size: Label at the frames' own size instead of the network's.
            threads: CPU threads of this process; as they are when None.
            device: `cpu` or `cuda`.
            key_interval: See `VideoPredictor`.
            precision: `fp32`, or `bf16` for speed where the hardware has it.

        Raises:
            NotFound: Nothing of that name is known.
            BadCheckpoint: The file is missing or no model.
        """
        path = find_model(model)
        network, header = load_network(path)
        engine = Engine(network, device=device, precision=precision, threads=threads)
        return cls(
            engine,
            header,
            model_id=model_digest(path),
            full_size=full_size,
            key_interval=key_interval,
        )

    @property
    def palette(self) -> Palette:
        """Class names and colours of the labels."""
        return self.header.palette

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return self.palette.num_classes

    @property
    def frames_seen(self) -> int:
        """Frames labelled since the start or the last `reset`."""
        return self._frames_seen

    @property
    def key_frames(self) -> int:
        """How many of them ran the static network: the state began anew."""
        return self._key_frames

    @property
    def frames_since_key(self) -> int:
        """Distance of the last frame to the last key frame, 0 = it was one."""
        return self._since_key

    @property
    def state(self) -> CellState | None:
        """What the stream carries to the next frame; None before the first."""
        return self._state

    @property
    def last_labels(self) -> NDArray[np.uint8] | None:
        """Labels of the last frame; None before the first."""
        return self._last_labels

    @property
    def compute_path(self) -> ComputePath:
        """What ran on the last frame: the static network, or a light or a full cell."""
        if self._since_key == 0 or self.header.cell is None:
            return "key"
        return "light" if self.header.cell.is_light else "full"

    def confidence(self) -> float | None:
        """Mean of the largest class probability of the last frame, 0..1, at the network's grid.

        It is that of the network's own answer, before a baseline mixes it with older ones. None
        before the first frame, and where labels were copied and nothing was computed.
        """
        return None if self._logits is None else self.engine.confidence(self._logits)

    @property
    def timings(self) -> StepTimings | None:
        """How long the last step took; None before the first."""
        return self._timings

    def label_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the labels of frames of that width and height."""
        return (width, height) if self.full_size else self.network_size(width, height)

    def network_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height the network sees: short side at most the model's `input_size`.

        Frames are scaled down, never up; the sides are rounded to whole pixels.

        Raises:
            BadMedia: The frame is too small for the network.
        """
        scale = min(1.0, self.header.config.input_size / max(1, min(width, height)))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if min(size) < MIN_SIDE:
            raise BadMedia(
                f"Frames of {width}x{height} pixels are too small to segment; "
                f"{MIN_SIDE}x{MIN_SIDE} is the least."
            )
        return size

    def reset(self) -> None:
        """Forgets the stream: the next frame is the first of a new one, of any size."""
        self._frame_size: tuple[int, int] | None = None
        self._frames_seen = self._key_frames = self._since_key = 0
        self._state: CellState | None = None
        self._logits: torch.Tensor | None = None
        self._key_strength = 0.0
        self._cuts = SceneCuts()
        self._last_labels: NDArray[np.uint8] | None = None
        self._timings: StepTimings | None = None
        if self._baseline is not None:
            self._baseline.forget()

    def step(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Labels the next frame of the stream.

        Args:
            frame: (H, W, 3) uint8 RGB. All frames of a stream have one size; call `reset` before
                a stream of another.

        Returns:
            (h, w) uint8 class ids, of the size that `label_size` says.

        Raises:
            BadMedia: The frame is no such array, too small, or of another size than the frames
                before it.
        """
        size = self._checked_size(frame)
        network_size = self.network_size(*size)
        start = time.perf_counter()
        frame = scaled_down(frame, network_size)
        is_key = self._is_key(frame) or self._state is None
        if self._last_labels is not None and not is_key and self.engine.is_copy:
            labels, self._logits = self._last_labels, None
            if self._baseline is not None:
                labels = self._baseline.carry(frame, labels)
            self._timings = StepTimings(1e3 * (time.perf_counter() - start), 0.0, 0.0)
        else:
            labels, is_key = self._label(frame, size, is_key=is_key, start=start)
        self._since_key = 0 if is_key else self._since_key + 1
        self._key_frames += is_key
        self._frame_size = size
        # A copy is repeated later, whatever the caller has done to its own by then.
        self._last_labels = labels.copy() if self.engine.is_copy else labels
        self._frames_seen += 1
        return labels

    def _label(
        self, frame: NDArray[np.uint8], size: tuple[int, int], *, is_key: bool, start: float
    ) -> tuple[NDArray[np.uint8], bool]:
        """Labels the frame; the second value says whether it became a key frame."""
        images = self.engine.prepare(frame)
        prepared = time.perf_counter()
        if not is_key and self._state is not None:
            logits, state = self.engine.follow(images, self._state)
            is_key = self._has_drifted(state)
        if is_key or self._state is None:
            logits, state = self.engine.key(images)
            self._key_strength = state.strength
        self._state, self._logits = state, logits
        if self._baseline is not None:
            logits = self._baseline.mix(frame, logits)
        ran = time.perf_counter()
        width, height = self.label_size(*size)
        labels = self.engine.labels(logits, (height, width))
        end = time.perf_counter()
        self._timings = StepTimings(
            1e3 * (prepared - start), 1e3 * (ran - prepared), 1e3 * (end - ran)
        )
        return labels, is_key

    def _has_drifted(self, state: CellState) -> bool:
        if self.drift_limit is None:
            return False
        least, most = self._key_strength / self.drift_limit, self._key_strength * self.drift_limit
        return not least <= state.strength <= most  # True for what is no number, too

    def _is_key(self, frame: NDArray[np.uint8]) -> bool:
        if self.header.kind == "static":
            return True
        has_cut = self._cuts.update(frame) and self.finds_cuts
        if self._baseline is not None and has_cut:
            self._baseline.forget()
        if self.header.baseline is not None and self.header.baseline.averages:
            return True
        return has_cut or 0 < (self.key_interval or 0) <= self._since_key + 1

    def _checked_size(self, frame: NDArray[np.uint8]) -> tuple[int, int]:
        if frame.ndim != 3 or frame.shape[2] != 3 or frame.dtype != np.uint8:
            raise BadMedia(
                f"A frame is an array (H, W, 3) of uint8 RGB, not {frame.shape} of {frame.dtype}."
            )
        height, width = frame.shape[:2]
        if self._frame_size is not None and self._frame_size != (width, height):
            before = "x".join(map(str, self._frame_size))
            raise BadMedia(
                f"The frame size changed from {before} to {width}x{height} within one stream; "
                "call reset() where a new stream begins."
            )
        return width, height


def scaled_down(frame: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame (H, W, 3) brought to a width and height as `network_size` says."""
    if (frame.shape[1], frame.shape[0]) == size:
        return frame
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
