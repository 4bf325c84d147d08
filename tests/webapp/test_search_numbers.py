"""The numbers of a search, on trials made up here."""

import random
from dataclasses import replace
from typing import Any

import pytest

from core.named_genotypes import NAMED
from core.search.config import SearchConfig
from core.search_records import Trial, TrialState
from webapp.search_chart_looks import wide_range
from webapp.search_numbers import (
    best_so_far,
    fate,
    frequencies,
)

CONFIG = SearchConfig(dataset="streets", cell="any", space="extended", trials=10)


def trial(number: int, reward: float | None = None, **values: Any) -> Trial:
    """A trial that ran from 100 n to 100 n + 50 seconds; without a reward it failed."""
    known = Trial(
        id=str(number),
        search_id="search",
        number=number,
        key=f"key{number}",
        genotype=NAMED["blend"].to_dict(),
        seed=0,
        thresholds={},
        same_as=None,
        state=TrialState.FAILED if reward is None else TrialState.DONE,
        job_id="job",
        result={"accuracy": reward, "stability": reward, "macs": 50} if reward else {},
        reward=reward,
        cause="nan" if reward is None else "",
        seconds=50.0,
        host="here",
        device="cpu",
        created_at=0.0,
        started_at=100.0 * number,
        finished_at=100.0 * number + 50,
    )
    return replace(known, **values)


def waiting(number: int) -> Trial:
    return trial(number, state=TrialState.WAITING, cause="", started_at=None, finished_at=None)


def test_the_incumbent_only_rises_and_failures_leave_it() -> None:
    found = [trial(0), trial(1, 0.4), trial(2, 0.3), waiting(3), trial(4), trial(5, 0.6)]
    assert best_so_far(found) == ([1, 2, 4, 5], [0.4, 0.4, 0.4, 0.6])
    assert best_so_far([trial(0), waiting(1)]) == ([], [])


def test_a_trial_ends_in_one_of_four_ways() -> None:
    stopped = trial(0, 0.4, result={"is_stopped": True})
    found = [trial(0, 0.4), stopped, replace(stopped, same_as=0), trial(0), waiting(0)]
    assert [fate(each) for each in found] == ["done", "stopped", "shared", "failed", None]


@pytest.mark.parametrize("choice", ["ops", "combines", "inputs"])
def test_the_shares_of_every_window_add_up(choice: Any) -> None:
    rng = random.Random(0)
    names = list(NAMED)
    found = [
        trial(n, 0.5 + n / 100, genotype=NAMED[rng.choice(names)].to_dict()) for n in range(23)
    ]
    shown = frequencies(found, CONFIG, choice, columns=4)
    assert shown.windows == ("0-5", "6-11", "12-17", "18-22", "best 5")
    for column in zip(*shown.shares, strict=True):
        assert sum(column) == pytest.approx(100)


def test_what_is_chosen_more_often_later_is_seen() -> None:
    early, late = NAMED["propagate"].to_dict(), NAMED["blend"].to_dict()
    found = [trial(n, 0.1 * (n + 1), genotype=early if n < 5 else late) for n in range(10)]
    shown = frequencies(found, CONFIG, "combines", columns=2)
    blend = shown.shares[shown.words.index("blend")]
    assert blend[0] == 0
    assert blend[1] > 0


def test_an_axis_of_rewards_that_lie_close_together_is_not_zoomed_into_noise() -> None:
    assert wide_range([]) == [0, 100]
    assert wide_range([60.2]) == pytest.approx([57.96, 62.44])
    low, high = wide_range([60.20, 60.13])
    assert high - low == pytest.approx(4.48)
    assert wide_range([10, 60]) == pytest.approx([7, 63])


def test_a_single_trial_has_a_column_and_stands_for_the_best() -> None:
    shown = frequencies([trial(0, 0.5)], CONFIG, "ops")
    assert shown.windows == ("0", "best 1")
