"""What a frozen static network computes of clips, once and for all."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray

from core.engine import find_device
from core.errors import DyncellError
from core.nn.fold import fold_batch_norms
from core.nn.layout import laid_out
from core.nn.segmenter import Segmenter


class FeatureExtractor:
    """A static network made ready for whole clips, as `core.engine.Engine` is for frames.

    Batch norms are folded and everything is laid out channels last. It computes in fp32, also
    where autocast is on, and only the result is rounded to bfloat16; on CUDA convolutions use TF32
    where torch allows it. On the CPU the result depends only on the weights, the frames and the
    number of threads; other numbers and other devices may round the last bit differently.

    Args:
        segmenter: The network; it is copied, not changed.
        device: `cpu` or `cuda`.
        threads: Threads of torch while features are computed; as they are when None.
    """

    def __init__(
        self, segmenter: Segmenter, *, device: str = "cpu", threads: int | None = None
    ) -> None:
        if threads is not None and threads < 1:
            raise DyncellError(f"{threads} threads are impossible; choose 1 or more.")
        self._device, self._threads = find_device(device), threads
        self._network = laid_out(fold_batch_norms(segmenter), self._device)

    @torch.inference_mode()
    def features(self, frames: NDArray[np.uint8]) -> tuple[torch.Tensor, torch.Tensor]:
        """Computes `low` and `high` of all frames of a clip in one batch.

        Args:
            frames: (T, H, W, 3) uint8 RGB, sides of at least 16.

        Returns:
            `low` (T, C_low, h, w) and `high` (T, C, h, w) bfloat16, channels last, on the CPU.
        """
        pixels = torch.from_numpy(np.require(frames, requirements=["C", "W"]))
        with _threads(self._threads), torch.autocast(self._device.type, enabled=False):
            images = pixels.to(self._device).permute(0, 3, 1, 2).float().div_(255)  # (T, 3, H, W)
            low = self._network.low(images)  # (T, C_low, h, w)
            high = self._network.high(low)  # (T, C, h, w)
            return _rounded(low), _rounded(high)


def _rounded(features: torch.Tensor) -> torch.Tensor:
    return features.to("cpu", torch.bfloat16).contiguous(memory_format=torch.channels_last)


@contextmanager
def _threads(wanted: int | None) -> Iterator[None]:
    before = torch.get_num_threads()
    if wanted is not None:
        torch.set_num_threads(wanted)
    try:
        yield
    finally:
        if wanted is not None:
            torch.set_num_threads(before)
