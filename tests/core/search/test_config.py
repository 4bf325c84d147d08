from dataclasses import replace

import pytest

from core.errors import DyncellError
from core.search.config import Objective, SearchConfig, TrialBudget, TrialResult, trial_seed


def test_a_config_survives_json() -> None:
    config = SearchConfig(
        dataset="camvid", cell="any", hours=1.5, budget=TrialBudget(epochs=3, rungs=(2,))
    )
    assert SearchConfig.from_dict(config.to_dict()) == config
    assert SearchConfig.from_dict({"dataset": "camvid"}) == SearchConfig(dataset="camvid")
    timed = replace(config, objectives=("accuracy", "latency"))
    assert SearchConfig.from_dict(timed.to_dict()) == timed


@pytest.mark.parametrize("objectives", [(), ("accuracy",), ("macs", "macs")])
def test_a_front_needs_two_objectives(objectives: tuple[Objective, ...]) -> None:
    with pytest.raises(DyncellError, match="at least two different objectives of accuracy, stab"):
        SearchConfig(dataset="camvid", objectives=objectives)


def test_a_result_survives_json() -> None:
    result = TrialResult(
        reward=0.5, accuracy=0.5, stability=0.5, miou=0.4, epochs=2, rungs=((1, 0.4), (2, 0.5))
    )
    assert TrialResult.from_dict(result.to_dict()) == result


@pytest.mark.parametrize("budget", [{"trials": 0}, {"hours": 0}])
def test_a_search_without_a_budget_is_refused_in_a_sentence(budget: dict[str, int]) -> None:
    with pytest.raises(DyncellError, match="at least 1 trial"):
        SearchConfig(dataset="camvid", **budget)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong",
    [
        {"strategy": "luck"},
        {"space": "all"},
        {"trials": -1},
        {"parallelism": 0},
        {"nodes": 9},
        {"macs_share": 0.0},
        {"objectives": ("accuracy", "fps")},
    ],
)
def test_a_config_says_which_value_is_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        replace(SearchConfig(dataset="camvid"), **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wrong", [{"rungs": (2, 1)}, {"rungs": (5,)}, {"epochs": 0}, {"length": 2}, {"crop": (-1, 4)}]
)
def test_a_budget_says_which_value_is_wrong(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is"):
        TrialBudget(**wrong)  # type: ignore[arg-type]


def test_light_cells_cost_at_most_half_unless_told_otherwise() -> None:
    assert SearchConfig(dataset="x").most_macs_share == 0.5
    assert SearchConfig(dataset="x", macs_share=0.3).most_macs_share == 0.3
    assert SearchConfig(dataset="x", cell="full").most_macs_share is None


def test_trial_seeds_depend_on_search_and_genotype() -> None:
    assert trial_seed(0, "a") == trial_seed(0, "a")
    assert len({trial_seed(0, "a"), trial_seed(1, "a"), trial_seed(0, "b")}) == 3
