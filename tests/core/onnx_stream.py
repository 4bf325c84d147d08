"""Runs an exported model on a stream with onnxruntime alone, as its user would."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.onnx_files import OnnxExport


def open_graph(path: Path) -> onnxruntime.InferenceSession:
    """An ONNX file, ready to run on one thread of the CPU."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class OnnxStream:
    """Labels frames of one stream; key frames come at the interval alone."""

    def __init__(self, exported: OnnxExport, *, key_interval: int | None = None) -> None:
        self._key = open_graph(exported.key)
        self._steady = None if exported.steady is None else open_graph(exported.steady)
        self._interval = exported.key_interval if key_interval is None else key_interval
        self._number = 0
        self._labels: NDArray[np.uint8] | None = None
        self.state: list[NDArray[np.float32]] = []

    def step(self, frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Labels (H, W) of the next frame (H, W, 3)."""
        feed = {"frame": frame[None]}
        if self._number == 0 or (self._interval and self._number % self._interval == 0):
            self._labels, *self.state = self._key.run(None, feed)
        elif self._steady is not None:
            feed |= dict(zip(("prev_low", "prev_high"), self.state, strict=True))
            self._labels, *self.state = self._steady.run(None, feed)
        self._number += 1
        return self._labels[0]
