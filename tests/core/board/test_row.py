import math
from dataclasses import replace
from typing import Any

import pytest

from core.board.making import trial_run
from core.board.reasons import NO_NUMBER
from core.board.row import GREYED, STANDS_STILL, group
from core.board.run import Run, measured_scores
from core.metrics.statistics import spread
from core.search_records import Search, SearchState, Trial, TrialState


def _run(seed: int | None, values: dict[str, float], **changes: Any) -> Run:
    run = Run(
        id=f"{seed}",
        subject="cell",
        setting="camvid",
        seed=seed,
        texts={"name": f"mover seed {seed}", "kind": "cell", "timed_on": "here"},
        flags={"cell": True},
        values=values,
        base={"miou": 60.0},
        created_at=1.0 if seed is None else float(seed),
    )
    return replace(run, **changes)


def test_seeds_become_one_row_with_the_mean_and_its_interval() -> None:
    row = group([_run(n, {"miou": value}) for n, value in enumerate((60.0, 62.0, 61.0))])
    expected = spread([60.0, 62.0, 61.0])
    assert row.texts["name"] == "mover"
    assert row.counts["seeds"] == 3
    assert row.flags["ranked"]
    assert row.means == {"miou": 61.0}
    assert row.interval("miou") == pytest.approx((expected.low, expected.high))


def test_two_seeds_have_no_rank_and_one_has_no_interval() -> None:
    assert not group([_run(n, {"miou": 60.0}) for n in range(2)]).flags["ranked"]
    assert group([_run(0, {"miou": 60.0})]).interval("miou") is None


def test_the_same_seed_counts_once_and_the_newest_of_it() -> None:
    older = _run(1, {"miou": 10.0}, id="older", created_at=0.5)
    row = group([older, _run(1, {"miou": 60.0}), _run(2, {"miou": 62.0})])
    assert (row.counts["seeds"], row.means["miou"]) == (2, 61.0)
    assert [run["is_counted"] for run in row.details["runs"]] == [True, True, False]


def test_a_mean_of_fewer_seeds_than_the_row_has_says_so() -> None:
    row = group([_run(0, {"miou": 60.0, "pcr": 5.0}), _run(1, {"pcr": 6.0})])
    assert row.means == {"miou": 60.0, "pcr": 5.5}
    assert row.details["fewer"] == {"miou": 1}


def test_runs_without_a_known_seed_are_runs_of_their_own() -> None:
    runs = [_run(None, {"miou": 60.0}, id=f"{n}") for n in range(3)]
    assert group(runs).counts["seeds"] == 3


def test_a_number_that_is_missing_has_its_reason() -> None:
    row = group([_run(0, {"miou": 60.0}, reasons={"tc_m": "no flow"}, otherwise="not asked")])
    assert row.reason("miou") is None
    assert row.reason("tc_m") == "no flow"
    assert row.reason("vc8") == "not asked"


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf])
def test_what_is_no_finite_number_is_missing_and_says_so(odd: float) -> None:
    values, reasons = measured_scores({"miou": odd, "pcr": 5.0, "notes": {"tc_m": "no flow"}})
    assert values == {"pcr": 5.0}
    assert reasons == {"miou": NO_NUMBER, "tc_m": "no flow"}


def test_a_row_that_lost_more_than_1_miou_is_greyed_and_has_no_ratio_to_sort_by() -> None:
    values = {"miou": 58.9, "aba_flicker": 0.0, "aba_flicker_ratio": 0.0}
    row = group([_run(0, values)])
    assert row.flags["greyed"]
    assert "aba_flicker_ratio" not in row.means
    assert row.reason("aba_flicker_ratio") == GREYED
    kept = group([_run(0, values | {"miou": 59.1})])
    assert not kept.flags["greyed"]
    assert kept.means["aba_flicker_ratio"] == 0.0


def test_a_row_that_stands_still_beside_the_hand_labels_is_greyed_whatever_its_miou() -> None:
    values = {"miou": 60.0, "pcr": 1.0, "aba_flicker": 0.0, "aba_flicker_ratio": 0.0}
    row = group([_run(0, values, truth={"pcr": 3.0, "aba_flicker": 0.3})])
    assert row.flags["greyed"]
    assert row.reason("aba_flicker_ratio") == row.details["greyed"] == STANDS_STILL
    assert row.details["truth"] == {"pcr": 3.0, "aba_flicker": 0.3}
    moving = group([_run(0, values | {"pcr": 2.0}, truth={"pcr": 3.0})])
    assert not moving.flags["greyed"]
    assert not group([_run(0, values)]).flags["greyed"]  # nobody knows how much the truth moves


def test_seeds_that_were_timed_on_another_machine_do_not_count_for_the_latency() -> None:
    texts = _run(0, {}).texts
    there = [
        _run(n, {"latency_p50": 50.0}, texts=texts | {"timed_on": "there"}, created_at=-1.0)
        for n in (5, 6)
    ]
    row = group([_run(0, {"latency_p50": 10.0}), *there])
    assert row.texts["timed_on"] == "here"
    assert row.means["latency_p50"] == 10.0


def _trial(number: int, **changes: Any) -> Trial:
    trial = Trial(
        id=f"{number:016x}",
        search_id="5" * 16,
        number=number,
        key="a" * 16,
        genotype={"version": 1, "nodes": []},
        seed=number,
        thresholds={},
        same_as=None,
        state=TrialState.DONE,
        job_id="",
        result={"accuracy": 0.5, "stability": 0.6, "miou": 0.4, "macs": 7, "params": 9},
        reward=0.55,
        cause="",
        seconds=1.0,
        host="",
        device="cpu",
        created_at=1.0,
        started_at=1.0,
        finished_at=2.0,
    )
    return replace(trial, **changes)


_SEARCH = Search(
    id="5" * 16,
    name="cells",
    state=SearchState.DONE,
    config={"dataset": "/data/camvid", "split": "train"},
    dataset_id=None,
    data_key="d",
    static_id=None,
    static_key="s",
    twin_of=None,
    job_id="",
    version=0,
    asked=0,
    told=0,
    code="c",
    message="",
    prepared={},
    stages={},
    created_at=0.0,
    started_at=None,
    finished_at=None,
)


def test_a_trial_is_a_run_of_its_genotype_with_scores_in_percent() -> None:
    row = group([trial_run(_trial(0), _SEARCH, static="wide")])
    assert row.means == pytest.approx(
        {
            "reward": 55.0,
            "accuracy_half": 50.0,
            "stability": 60.0,
            "miou": 40.0,
            "macs_steady": 7.0,
            "params": 9.0,
        }
    )
    texts = {"key": "a" * 16, "search": "cells", "static": "wide", "dataset": "camvid"}
    assert {name: row.texts[name] for name in texts} == texts


def test_a_failed_trial_is_a_row_that_says_why() -> None:
    failed = _trial(0, reward=None, cause="oom", result={}, state=TrialState.FAILED)
    row = group([trial_run(failed, _SEARCH, static="")])
    assert row.flags["failed"]
    assert row.reason("reward") == "the trial failed: memory ran out"


def test_a_reward_that_is_no_number_is_missing_with_its_reason() -> None:
    row = group([trial_run(_trial(0, reward=math.nan), _SEARCH, static="")])
    assert "reward" not in row.means
    assert row.reason("reward") == NO_NUMBER


def test_where_a_trial_went_through_those_that_were_stopped_count_no_more() -> None:
    stopped = _trial(1, reward=0.1, result={"is_stopped": True})
    row = group([trial_run(each, _SEARCH, static="") for each in (_trial(0), stopped)])
    assert row.means["reward"] == pytest.approx(55.0)
    assert not row.flags["stopped"]
    alone = group([trial_run(stopped, _SEARCH, static="")])
    assert alone.flags["stopped"]
    assert alone.means["reward"] == pytest.approx(10.0)


def test_searches_with_another_static_network_are_another_setting() -> None:
    other = replace(_SEARCH, static_key="t")
    one, two = (trial_run(_trial(0), search, static="") for search in (_SEARCH, other))
    assert one.row != two.row
    assert one.subject == two.subject
