from dataclasses import replace

import pytest
import torch

import core.search.trial as trial
from core.cell_cost import cell_cost
from core.engine import Engine
from core.errors import Cancelled
from core.named_genotypes import NAMED
from core.nn.build import build_cell
from core.nn.cell_config import CellConfig
from core.search.config import TrialResult
from core.search.frame_time import LEAST, MOST, time_frames
from core.search.material import TrialMaterial
from core.search.trial import run_trial
from core.train.run_state import TrainingDiverged
from tests.core.search.small_search import BUDGET, STATIC


def tried(material: TrialMaterial, name: str = "propagate", **given: object) -> TrialResult:
    arguments = {"budget": BUDGET, "seed": 5, "thresholds": {}, **given}
    return run_trial(NAMED[name], material=material, **arguments)  # type: ignore[arg-type]


def scores(result: TrialResult) -> tuple[object, ...]:
    return result.reward, result.accuracy, result.stability, result.miou, result.rungs


@pytest.mark.parametrize("name", ["propagate", "blend"])
def test_equal_trials_give_equal_results_to_the_bit(name: str, material: TrialMaterial) -> None:
    first = tried(material, name)
    torch.manual_seed(99)  # nobody else's chance matters
    assert scores(tried(material, name)) == scores(first)
    others = [scores(tried(material, name, seed=seed)) for seed in (6, 7, 8)]
    assert any(other != scores(first) for other in others)
    assert 0 < first.reward < 1
    assert [epochs for epochs, _ in first.rungs] == [1]
    assert set(first.seconds) == {"load", "train", "judge", "time"}
    assert first.latency_ms > 0
    assert first.static_ms > 0
    height, width = material.learn[0].labels.shape[1:]
    assert first.macs == cell_cost(STATIC, NAMED[name], height=height, width=width).macs_steady


def test_few_frames_are_timed_and_fewer_where_there_is_little_time(
    material: TrialMaterial, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    key = Engine.key
    monkeypatch.setattr(
        Engine, "key", lambda engine, images: seen.append(images.shape) or key(engine, images)
    )
    cell = build_cell(CellConfig.of(NAMED["propagate"]), STATIC)
    assert cell is not None
    for within, frames in ((0.0, 1 + LEAST), (60.0, 1 + MOST)):
        seen.clear()
        time_frames(
            material.segmenter, cell.eval(), height=48, width=64, device="cpu", within=within
        )
        assert seen == [(1, 3, 48, 64)] * frames


def test_learning_moves_the_reward(material: TrialMaterial) -> None:
    longer = replace(BUDGET, epochs=12, rungs=())
    assert tried(material, budget=longer).reward != tried(material).reward


def test_a_trial_below_the_threshold_stops_at_its_rung(material: TrialMaterial) -> None:
    whole = tried(material)
    stopped = tried(material, thresholds={1: whole.rungs[0][1] + 1e-9})
    assert stopped.is_stopped
    assert stopped.epochs == 1
    assert stopped.reward == whole.rungs[0][1] == stopped.rungs[0][1]
    passed = tried(material, thresholds={1: whole.rungs[0][1]})
    assert not passed.is_stopped
    assert scores(passed) == scores(whole)


def test_whoever_listens_may_stop_the_trial(material: TrialMaterial) -> None:
    heard: list[tuple[str, int, int]] = []
    with pytest.raises(Cancelled):
        tried(
            material,
            told=lambda *what: heard.append(what),
            should_stop=lambda: len(heard) >= 2,
        )
    assert heard[:2] == [("training", 1, 3), ("training", 2, 3)]


def test_memory_that_is_short_once_costs_half_the_batch(
    material: TrialMaterial, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = trial.lesson_loss

    def greedy(cell, clips, **given):  # type: ignore[no-untyped-def]
        if len(clips.low) > 1:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")
        return real(cell, clips, **given)

    monkeypatch.setattr(trial, "lesson_loss", greedy)
    result = tried(material)
    assert result.batch == 1
    assert result.epochs == 2
    with pytest.raises(RuntimeError, match="DefaultCPUAllocator"):
        tried(material, budget=replace(BUDGET, batch=4))


def test_a_loss_that_is_no_number_is_no_result(material: TrialMaterial) -> None:
    broken = replace(material, weights=torch.full_like(material.weights, float("nan")))
    with pytest.raises(TrainingDiverged, match="step 0"):
        tried(broken)
