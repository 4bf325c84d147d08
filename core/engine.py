"""Turns a network into what runs: folded, laid out for the device, without gradients."""

from typing import Literal

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from core.errors import DyncellError
from core.nn.dynamic import CellState, DynamicSegmenter
from core.nn.fold import fold_batch_norms
from core.nn.labelling import upsampled_labels
from core.nn.layout import laid_out
from core.nn.segmenter import Segmenter

Precision = Literal["fp32", "bf16"]
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}


class Engine:
    """A network made ready for single frames.

    Batch norms are folded into the convolutions and weights and frames are laid out channels
    last, which on a CPU runs in under half of the plain network's time. fp32 is the default: its
    labels are bit-identical from run to run on one machine with one number of threads, and on
    CPUs without matrix units bf16 is no faster.

    Args:
        network: A static network, or one with a cell; it is copied, not changed.
        device: `cpu` or `cuda`.
        precision: `fp32` or `bf16`.
        threads: Threads of torch and OpenCV in this process; as they are when None.
    """

    backend = "torch"

    def __init__(
        self,
        network: Segmenter | DynamicSegmenter,
        *,
        device: str = "cpu",
        precision: Precision = "fp32",
        threads: int | None = None,
    ) -> None:
        if precision not in PRECISIONS:
            raise ValueError(f"precision is {precision!r}; it must be one of {list(PRECISIONS)}")
        if threads is not None:
            _limit_threads(threads)
        self._device = find_device(device)
        self._dtype = PRECISIONS[precision]
        if isinstance(network, Segmenter):
            network = DynamicSegmenter(network, None)
        self._network = laid_out(fold_batch_norms(network), self._device, dtype=self._dtype)
        self.precision: Precision = precision

    @property
    def device(self) -> str:
        """Where the network runs: `cpu` or `cuda`."""
        return self._device.type

    @property
    def is_copy(self) -> bool:
        """Whether frames between key frames run nothing: the network has no cell."""
        return self._network.cell is None

    @property
    def threads(self) -> int:
        """CPU threads that torch may use in this process."""
        return torch.get_num_threads()

    def prepare(self, frame: NDArray[np.uint8]) -> torch.Tensor:
        """Lays a frame (H, W, 3) uint8 RGB out as images (1, 3, H, W) in [0, 1] on the device."""
        pixels = torch.from_numpy(np.require(frame, requirements=["C", "W"]))
        images = pixels.to(self._device).permute(2, 0, 1).unsqueeze(0)
        # A permuted frame is channels last already; nothing is copied but the conversion.
        return images.to(self._dtype).div_(255)

    @torch.inference_mode()
    def logits(self, images: torch.Tensor) -> torch.Tensor:
        """Runs the static network on images (1, 3, H, W): the head's own logits (1, K, h, w).

        On a GPU the call waits until they are there.
        """
        return self.key(images)[0]

    @torch.inference_mode()
    def key(self, images: torch.Tensor) -> tuple[torch.Tensor, CellState]:
        """Runs the static network on images (1, 3, H, W): logits, and a state that begins anew."""
        state = self._network.key(images)
        return self.head(state, is_key=True), state

    @torch.inference_mode()
    def follow(self, images: torch.Tensor, state: CellState) -> tuple[torch.Tensor, CellState]:
        """Runs the cell on the images (1, 3, H, W) after `state`: logits and the next state."""
        after = self._network.follow(images, state)
        return self.head(after, is_key=False), after

    @torch.inference_mode()
    def carry(self, seen: CellState, state: CellState) -> CellState:
        """Runs the cell after `state` on a frame whose own `key` state was `seen`.

        The next state is that of `follow`; no encoder runs.
        """
        return self._network.carry(seen, state)

    @torch.inference_mode()
    def head(self, state: CellState, *, is_key: bool) -> torch.Tensor:
        """The logits (1, K, h, w) of a state, by the head of key frames or of the cell's frames.

        On a GPU the call waits until they are there.
        """
        logits: torch.Tensor = self._network.head(is_key=is_key).logits(state.high).float()
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        return logits

    @torch.inference_mode()
    def labels(self, logits: torch.Tensor, size: tuple[int, int]) -> NDArray[np.uint8]:
        """Labels (H, W) uint8 of `size` = (H, W): argmax of the bilinearly upsampled logits."""
        return upsampled_labels(logits, size)

    @torch.inference_mode()
    def confidence(self, logits: torch.Tensor) -> float:
        """Mean over the pixels of logits (1, K, h, w) of the largest class probability, 0..1."""
        return float(logits.softmax(1).amax(1).mean())


def find_device(name: str) -> torch.device:
    """The device of that name, `cpu` or `cuda`.

    Raises:
        DyncellError: There is no such device here.
    """
    if name not in ("cpu", "cuda"):
        raise DyncellError(f"There is no device {name!r}; choose cpu or cuda.")
    if name == "cuda" and not torch.cuda.is_available():
        raise DyncellError("No CUDA device is available to PyTorch here; choose the device cpu.")
    return torch.device(name)


def _limit_threads(threads: int) -> None:
    if threads < 1:
        raise DyncellError(f"{threads} threads are impossible; choose 1 or more.")
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
