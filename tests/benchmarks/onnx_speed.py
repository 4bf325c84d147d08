"""`python -m tests.benchmarks.onnx_speed [--cell NAME] [--frames 60]`: an export against torch.

Exports the cell on the shipped static network at 480x360, fresh (what it computes costs what a
trained one's does), and prints the process's own CPU time for one frame on one core, in torch as
`core.engine` runs it and in onnxruntime, preprocessing and labels included. All four are measured
in turn in one run. CPU time of the process does not count what others run meanwhile, but shared
caches and clocks still do.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import psutil
import torch

from core.engine import Engine
from core.export import export_onnx
from core.fresh_cell import write_fresh_cell
from core.model_file import SHIPPED
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.weights import load_network
from core.video.synthetic import sequence
from tests.core.onnx_stream import open_graph

SIZE = (360, 480)
WARM_UP = 3


def main() -> None:
    """Runs the benchmark and prints its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cell", choices=tuple(NAMED), default="propagate")
    parser.add_argument("--frames", type=int, default=60)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        steps = _steps(Path(folder), options.cell)
    times: dict[str, list[float]] = {name: [] for name in steps}
    for count in range(options.frames + WARM_UP):
        for name, step in steps.items():
            start = time.process_time()
            step()
            if count >= WARM_UP:
                times[name].append(1e3 * (time.process_time() - start))
    load = psutil.getloadavg()[0]
    print(f"{options.cell}, one core, {options.frames} frames each, load average {load:.1f}")
    print(f"{'':<8}{'torch ms':>10}{'least':>8}{'onnx ms':>10}{'least':>8}{'ratio':>8}")
    for kind in ("key", "steady"):
        ours, theirs = times[f"torch {kind}"], times[f"onnx {kind}"]
        a, b = statistics.median(ours), statistics.median(theirs)
        print(f"{kind:<8}{a:>10.1f}{min(ours):>8.1f}{b:>10.1f}{min(theirs):>8.1f}{b / a:>8.2f}")


def _steps(folder: Path, cell: str) -> dict[str, Callable[[], object]]:
    model = folder / "cell.safetensors"
    write_fresh_cell(SHIPPED["camvid-static"], CellConfig.of(NAMED[cell]), model)
    made = export_onnx(model, folder / "cell", height=SIZE[0], width=SIZE[1])
    assert made.steady is not None
    key, steady = open_graph(made.key), open_graph(made.steady)
    engine = Engine(load_network(model)[0], threads=1)
    before, frame = (np.ascontiguousarray(f.image) for f in sequence(7, 2))
    _, state = engine.key(engine.prepare(before))
    _, low, high = key.run(None, {"frame": before[None]})
    feed = {"frame": frame[None], "prev_low": low, "prev_high": high}
    return {
        "torch key": lambda: engine.labels(engine.key(engine.prepare(frame))[0], SIZE),
        "onnx key": lambda: key.run(None, {"frame": frame[None]}),
        "torch steady": lambda: engine.labels(engine.follow(engine.prepare(frame), state)[0], SIZE),
        "onnx steady": lambda: steady.run(None, feed),
    }


if __name__ == "__main__":
    main()
