from pathlib import Path

import numpy as np
import pytest
import torch

from core.fresh_cell import write_fresh_cell
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.dynamic import CellState, DynamicSegmenter
from core.time_cell import PASSES, _median_share, fresh_network, processor_name, time_cell
from core.video.clip import Rgb
from tests.small_model import write_small_model

FRAMES: list[Rgb] = [np.full((48, 64, 3), shade, np.uint8) for shade in (0, 90, 200)]
STAGES = ("low", "high", "cell", "head", "steady", "key", "labels")


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "static.safetensors")


def network(static: Path, name: str) -> DynamicSegmenter:
    return fresh_network(static, CellConfig.of(NAMED[name]))


@pytest.mark.parametrize("name", list(NAMED))
def test_every_stage_and_every_node_is_timed(static: Path, name: str) -> None:
    seen: list[tuple[int, int]] = []
    timing = time_cell(
        network(static, name), FRAMES, warm_up=2, timed=5, progress=lambda *at: seen.append(at)
    )
    assert seen == [(n, 7 * PASSES) for n in range(1, 7 * PASSES + 1)]
    assert timing.measured["frames_timed"] == 5
    for stage in STAGES:
        p50, p95 = (timing.measured[f"{stage}_{which}_ms"] for which in ("p50", "p95"))
        assert 0 < p50 <= p95
    assert 0 < timing.measured["share"] < 10
    cpu_share = timing.measured["cpu_share"]  # a frame this small may fall between two ticks
    assert cpu_share is None or 0 <= cpu_share < 10
    assert len(timing.nodes) == len(NAMED[name].nodes)
    assert all(taken > 0 for taken in (*timing.nodes, timing.projections_ms))
    assert timing.join_ms >= 0
    setting = timing.setting
    assert (setting["width"], setting["height"], setting["device"]) == (64, 48, "cpu")
    assert setting["processor"] == processor_name() != ""
    assert isinstance(setting["busy"], bool)


def test_both_kinds_of_frame_run_by_turns(static: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    follow = DynamicSegmenter.follow

    def noted(self: DynamicSegmenter, images: torch.Tensor, state: CellState) -> CellState:
        ran.append(f"cell {float(images.mean()):.2f}")
        return follow(self, images, state)

    monkeypatch.setattr(DynamicSegmenter, "follow", noted)
    seen: list[int] = []
    time_cell(
        network(static, "clockwork"),
        FRAMES,
        warm_up=1,
        timed=3,
        progress=lambda done, total: seen.append(len(ran)),
    )
    # After the first frame of the cell a key frame, twice, then again a frame of the cell, twice.
    assert seen[:8] == [1, 1, 1, 2, 3, 3, 3, 4]
    assert ran[:4] == ["cell 0.00", "cell 0.35", "cell 0.78", "cell 0.00"]


def test_the_network_that_is_timed_stays_as_it_was(static: Path) -> None:
    given = network(static, "propagate")
    time_cell(given, FRAMES, warm_up=1, timed=1)
    hooks = [module for module in given.modules() if module._forward_hooks]
    assert hooks == []


def test_the_cell_of_a_model_is_left_out_of_a_fresh_one(static: Path, tmp_path: Path) -> None:
    path = tmp_path / "cell.safetensors"
    write_fresh_cell(static, CellConfig.of(NAMED["blend"]), path)
    other = fresh_network(path, CellConfig.of(NAMED["clockwork"]))
    assert other.cell is not None
    assert other.cell.genotype.key == NAMED["clockwork"].key


def test_nothing_to_time_is_refused(static: Path) -> None:
    with pytest.raises(ValueError, match="no frames"):
        time_cell(network(static, "clockwork"), [])
    with pytest.raises(ValueError, match="no cell"):
        time_cell(fresh_network(static, CellConfig.of(None)), FRAMES)


def test_a_clock_too_coarse_to_see_a_frame_leaves_that_frame_out() -> None:
    assert _median_share([1.0, 2.0, 9.0], [0.0, 4.0, 10.0]) == 0.7
    assert _median_share([0.0], [0.0]) is None
