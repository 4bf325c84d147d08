"""Every operation and every combine in onnxruntime; a new one is one more name in its table.

All of them are one graph, because writing a graph takes seconds.
"""

import logging
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core.errors import DyncellError
from core.genotype import Genotype, Node
from core.named_genotypes import NAMED
from core.nn.build import build_cell
from core.nn.cell import CellInputs, DynamicCell
from core.nn.cell_config import CellConfig
from core.nn.fold import fold_batch_norms
from core.nn.head import Head
from core.onnx_graph import onnx_graph
from tests.core.lively_model import SMALL, move, street
from tests.core.nn.test_cell_parts import PARTS, one_node
from tests.core.nn.test_segmenter import seeded
from tests.core.onnx_stream import open_graph

HEIGHT, WIDTH = 53, 75
"""Odd sides: no stride divides them."""

CELLS: dict[str, Genotype] = {
    **{f"{op}_{combine}": one_node(op, combine) for op, combine in PARTS},
    **{f"named_{name}": genotype for name, genotype in NAMED.items()},
    "on_the_grid": Genotype(
        (
            Node("prev_high", "low", "sep3x3", "conv1x1", "correlate"),
            Node("prev_high", "low", "max_pool3x3", "conv1x1", "align"),
            Node("0", "prev_low", "global_pool", "avg_pool3x3", "blend"),
        )
    ),
}


class EveryCell(nn.Module):
    """Many cells and one head, after one state."""

    def __init__(self, head: Head) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.head = head
        self.cells = nn.ModuleList(self._cell(genotype) for genotype in CELLS.values())

    @staticmethod
    def _cell(genotype: Genotype) -> DynamicCell:
        cell = build_cell(CellConfig.of(genotype), SMALL)
        with torch.no_grad():
            move(cell, by=0.2)
        return cell

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Labels and the answer of every cell in turn."""
        answers = [cell(CellInputs(*inputs)) for cell in self.cells]
        labels = [self.head(high, (HEIGHT, WIDTH)).argmax(1).byte() for high in answers]
        return tuple(value for pair in zip(labels, answers, strict=True) for value in pair)


@pytest.fixture(scope="module")
def results() -> dict[str, tuple[list[np.ndarray], list[np.ndarray]]]:
    """For every cell what torch and what onnxruntime make of it: labels and answer."""
    static = seeded(SMALL)
    every = fold_batch_norms(EveryCell(static.classifier))
    with torch.no_grad():
        frames = [torch.from_numpy(f) for f in street(2, width=WIDTH, height=HEIGHT)]
        prev_low, low = static.low(torch.stack(frames).permute(0, 3, 1, 2) / 255).split(1)
        values = (low, static.high(low), prev_low, static.high(prev_low))
        inputs = dict(zip(CellInputs._fields, values, strict=True))
        wanted = [value.numpy() for value in every(*values)]
    names = [f"{what}_of_{name}" for name in CELLS for what in ("labels", "answer")]
    graph = onnx_graph(every, inputs, outputs=names)
    session = open_graph(graph.SerializeToString())
    found = session.run(names, {name: value.numpy() for name, value in inputs.items()})
    return {
        name: (wanted[2 * place : 2 * place + 2], found[2 * place : 2 * place + 2])
        for place, name in enumerate(CELLS)
    }


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_computes_the_same_in_onnxruntime(
    results: dict[str, tuple[list[np.ndarray], list[np.ndarray]]], name: str
) -> None:
    (labels, answer), (found_labels, found_answer) = results[name]
    assert found_labels.dtype == np.uint8
    assert found_labels.shape == (1, HEIGHT, WIDTH)
    assert (found_labels == labels).mean() >= 0.999
    assert np.abs(found_answer - answer).max() <= 1e-5 * np.abs(answer).max()


def test_the_cells_differ_from_each_other(
    results: dict[str, tuple[list[np.ndarray], list[np.ndarray]]],
) -> None:
    maps = [found[1] for _, found in results.values()]
    assert all(not np.allclose(a, b) for i, a in enumerate(maps) for b in maps[:i])
    assert min(len(np.unique(found[0])) for _, found in results.values()) > 1


class Half(nn.Module):
    """A small module."""

    def forward(self, values: torch.Tensor) -> tuple[torch.Tensor]:
        """Halves."""
        return (nn.functional.interpolate(values, scale_factor=0.5),)


def test_writing_a_graph_is_silent_and_leaves_logging_as_it_was(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    level = logger.level
    with warnings.catch_warnings(record=True) as warned:
        onnx_graph(Half().eval(), {"values": torch.zeros(1, 1, 8, 8)}, outputs=["half"])
    assert warned == []
    assert capfd.readouterr() == ("", "")
    assert [r for r in caplog.records if r.levelno >= logging.WARNING] == []
    assert logger.level == level


def test_a_graph_says_nothing_of_this_machine_and_is_the_same_every_time() -> None:
    given = {"values": torch.zeros(1, 1, 8, 8)}
    graphs = [onnx_graph(Half().eval(), given, outputs=["half"]) for _ in range(2)]
    written = [graph.SerializeToString() for graph in graphs]
    assert written[0] == written[1]
    for word in (str(Path(__file__).parent), sys.prefix, ".py"):
        assert word.encode() not in written[0]


@pytest.mark.parametrize("missing", ["onnx", "onnxscript"])
def test_a_missing_extra_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(DyncellError, match=rf"the package {missing}, .*install -e '.\[export\]'"):
        onnx_graph(Half().eval(), {"values": torch.zeros(1, 1, 8, 8)}, outputs=["half"])


def test_the_module_loads_without_the_extra() -> None:
    block = "import sys; sys.modules['onnx'] = sys.modules['onnxscript'] = None"
    done = subprocess.run(
        [sys.executable, "-c", f"{block}; import core.export"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
