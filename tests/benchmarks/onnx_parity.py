"""`python -m tests.benchmarks.onnx_parity [--frames 100]`: how far an export is from the predictor.

Puts cells, moved off the warm start by noise, on the shipped static network, exports them at
480x360 and labels a rendered street in both, each with its own state fed back. Prints the share of
pixels with the same label (mean over frames, and the worst frame) and the largest difference of
the state beside the largest value in it.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch

from core.export import export_onnx
from core.model_file import SHIPPED
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.onnx_files import OnnxExport
from core.predict import VideoPredictor
from core.video.clip import Rgb
from tests.core.lively_model import street, write_lively_cell
from tests.core.onnx_stream import OnnxStream

SIZE = (360, 480)
NOISE = 0.1


def main() -> None:
    """Runs the comparison and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100)
    options = parser.parse_args()
    torch.set_num_threads(1)
    frames = street(options.frames, width=SIZE[1], height=SIZE[0])
    print(f"{'cell':<10} {'interval':>8} {'same labels':>12} {'worst frame':>12} {'state':>8}  of")
    with tempfile.TemporaryDirectory() as folder:
        for name, genotype in NAMED.items():
            model = Path(folder) / f"{name}.safetensors"
            config = CellConfig.of(genotype)
            write_lively_cell(SHIPPED["camvid-static"], config, model, moved=NOISE)
            made = export_onnx(model, Path(folder) / name, height=SIZE[0], width=SIZE[1])
            for key_interval in (5, 0):
                _print(name, key_interval, _compared(model, made, frames, key_interval))


def _compared(
    model: Path, made: OnnxExport, frames: list[Rgb], key_interval: int
) -> tuple[list[float], float, float]:
    predictor = VideoPredictor.load(model, key_interval=key_interval)
    predictor.drift_limit = None  # the graphs do not look for it either
    stream = OnnxStream(made, key_interval=key_interval)
    same, drift, largest = [], 0.0, 0.0
    for frame in frames:
        same.append(float((predictor.step(frame) == stream.step(frame)).mean()))
        assert predictor.state is not None
        for ours, theirs in zip(predictor.state, stream.state, strict=True):
            drift = max(drift, float(np.abs(ours.numpy() - theirs).max()))
            largest = max(largest, float(ours.abs().max()))
    return same, drift, largest


def _print(name: str, key_interval: int, found: tuple[list[float], float, float]) -> None:
    same, drift, largest = found
    print(
        f"{name:<10} {key_interval:>8} {100 * np.mean(same):>11.4f}% {100 * min(same):>11.4f}%"
        f" {drift:>8.1e}  {largest:.1f}"
    )


if __name__ == "__main__":
    main()
