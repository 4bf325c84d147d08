"""The controller's learning: from what, how far, and what of it is stored."""

import json
from typing import Any

import numpy as np
import pytest
import torch

from core.genotype import Genotype
from core.search.ppo import PpoSearcher, PpoSettings, clipped_slope
from core.search.searcher import BadSearcher, StrategyReport
from core.search.strategies import restore_searcher
from core.search.tokens import TokenPlan
from core.space import Space

SPACE = Space("paper", 2, "light")
QUICK = PpoSettings(batch=4, window=8, learning_rate=0.02)


def state(searcher: PpoSearcher) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(searcher.to_bytes())["state"]
    return stored


def share_of_blends(gain: float) -> float:
    """How often the last 50 of 150 proposals blend when a blend earns so much more."""
    searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
    counts = []
    for number in range(150):
        counts.append([node.combine for node in searcher.ask().nodes].count("blend"))
        searcher.tell(number, 0.5 + gain * counts[-1])
    return sum(counts[-50:]) / 100


def test_a_choice_that_earns_more_becomes_likelier_however_little_more() -> None:
    assert share_of_blends(0.0) < 0.4
    assert share_of_blends(0.001) > 0.9
    assert share_of_blends(-0.1) < 0.05


def test_a_failure_teaches_nothing_and_delays_nothing() -> None:
    searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
    for number in range(3):
        searcher.ask()
        searcher.tell(number, 0.1 * number)
    before = state(searcher)
    for number in range(3, 20):
        searcher.ask()
        searcher.tell(number, None)
    assert state(searcher) == before
    searcher.ask()
    searcher.tell(20, 0.4)
    after = state(searcher)
    assert after["updates"] == 1
    assert after["weights"] != before["weights"]


def test_equal_genotypes_teach_each_time() -> None:
    space = Space("paper", 1, "light", only_ops=("identity",), only_combines=("sum",))
    searcher = PpoSearcher(space, seed=0, settings=QUICK)
    for number in range(40):
        searcher.ask()
        searcher.tell(number, 0.1 + 0.02 * number)
    assert searcher.report.updates == 10


def test_the_report_says_where_the_controller_stands() -> None:
    searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
    for number in range(3):
        searcher.ask()
        assert searcher.report == StrategyReport()
        searcher.tell(number, 0.5)
    searcher.ask()
    searcher.tell(3, 0.5)
    report = searcher.report
    assert (report.baseline, report.updates) == (pytest.approx(0.5), 1)
    # At first all choices are about equally likely; only ten tokens, some of them forced.
    usual = np.log([3, 8, 3, 8, 5, 4, 8, 4, 8, 5]).mean()
    assert report.entropy == pytest.approx(usual, abs=0.2)
    for number in range(4, 8):
        searcher.ask()
        searcher.tell(number, 0.1 * number)
    later = restore_searcher(searcher.to_bytes()).report
    assert later == searcher.report
    assert later.entropies == (report.entropy, later.entropy)


def test_rewards_that_never_differ_keep_the_choices_open() -> None:
    searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
    entropies = []
    for number in range(80):
        searcher.ask()
        searcher.tell(number, 0.5)
        entropies.append(searcher.report.entropy or 0.0)
    assert entropies[-1] > entropies[3] - 0.1


def test_where_the_controller_finds_nothing_accepted_chance_does_and_it_teaches() -> None:
    def accepts(genotype: Genotype) -> bool:  # about one of 1,600
        return all(
            node.combine == "product" and node.left_op == "conv3x3" for node in genotype.nodes
        )

    searcher = PpoSearcher(SPACE, seed=1, settings=QUICK, accepts=accepts)
    plan = TokenPlan(SPACE)
    for number in range(4):
        genotype = searcher.ask()
        assert accepts(genotype)
        written = state(searcher)["written"][0]
        assert tuple(written["tokens"]) == plan.tokens(genotype)
        # As likely as any other of some 15 million sequences, about exp(-16.5).
        assert sum(written["log_probabilities"]) == pytest.approx(-17, abs=2)
        searcher.tell(number, 0.1 * number)
    assert searcher.report.updates == 1


def test_the_clipped_slope_is_that_of_the_clipped_gain() -> None:
    rng = np.random.default_rng(0)
    logs = rng.normal(0, 0.3, size=(40, 10))
    advantages = rng.normal(size=(40, 1))
    free = torch.tensor(logs, requires_grad=True)
    ratios, factor = free.exp(), torch.tensor(advantages)
    gain = torch.minimum(ratios * factor, ratios.clamp(0.8, 1.2) * factor)
    gain.sum().backward()
    np.testing.assert_allclose(
        clipped_slope(np.exp(logs), advantages, clip=0.2), free.grad, atol=1e-14
    )


def test_settings_are_stored() -> None:
    searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
    restored = restore_searcher(searcher.to_bytes())
    for number in range(9):
        assert restored.ask() == searcher.ask()
        for each in (restored, searcher):
            each.tell(number, number / 9)
    assert restored.to_bytes() == searcher.to_bytes()


def test_torchs_number_of_threads_changes_nothing() -> None:
    before, stored = torch.get_num_threads(), []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        searcher = PpoSearcher(SPACE, seed=0, settings=QUICK)
        for number in range(20):
            searcher.ask()
            searcher.tell(number, number / 20)
        stored.append(searcher.to_bytes())
    torch.set_num_threads(before)
    assert stored[0] == stored[1]


@pytest.mark.parametrize("part", ["weights", "adam", "written", "window", "baseline", "settings"])
def test_a_state_that_lacks_a_part_is_refused(part: str) -> None:
    document = json.loads(PpoSearcher(SPACE, seed=0).to_bytes())
    del document["state"][part]
    with pytest.raises(BadSearcher, match="cannot be read"):
        restore_searcher(json.dumps(document).encode())


def test_weights_of_another_shape_are_refused() -> None:
    document = json.loads(PpoSearcher(SPACE, seed=0).to_bytes())
    document["state"]["settings"]["width"] = 16
    with pytest.raises(BadSearcher, match="cannot be read"):
        restore_searcher(json.dumps(document).encode())


@pytest.mark.parametrize("batch", [0, 11])
def test_a_batch_is_no_larger_than_the_window(batch: int) -> None:
    with pytest.raises(ValueError, match=f"batch is {batch}; 1 up to the window, 10"):
        PpoSettings(batch=batch, window=10)
