"""What became of a search's trials, its cost and its pace; records are made by hand."""

import pytest

from core.search_document import search_document, trial_document
from core.search_summary import best_cells, cost_of, seconds_left, trials_per_hour
from tests.core.searches_of_tests import a_summary, a_trial

STOPPED = {"is_stopped": True, "epochs": 2, "rungs": [[2, 0.5]]}
MIXED = a_summary(
    a_trial(0, 0.6, result={"seconds": {"train": 6.0, "judge": 4.0}}),
    a_trial(1, 0.5, result=STOPPED, thresholds={2: 0.55}),
    a_trial(2, cause="nan"),
    a_trial(3, 0.5, result=STOPPED, same_as=1, seconds=0.0, started_at=None, device=""),
    a_trial(4, 0.6),
    a_trial(5),
    a_trial(6, 0.9),
)


def test_every_trial_is_counted_as_what_it_is() -> None:
    assert (MIXED.finished, MIXED.running, MIXED.stopped, MIXED.shared) == (6, 0, 1, 1)
    assert MIXED.causes == {"nan": 1}


def test_the_best_is_the_first_of_equals_and_failures_are_none() -> None:
    best = a_summary(a_trial(0, cause="oom"), a_trial(1, 0.7), a_trial(2, 0.7)).best
    assert best is not None
    assert best.number == 1
    assert a_summary(a_trial(0, cause="oom"), a_trial(1)).best is None


def test_the_best_cells_are_different_ones_the_first_of_equals() -> None:
    found = [a_trial(n, reward) for n, reward in enumerate((0.4, 0.6, 0.6))]
    found += [a_trial(3, 0.6, key=found[1].key), a_trial(4, cause="nan")]
    assert [each.number for each in best_cells(found, most=9)] == [1, 2, 0]
    assert [each.number for each in best_cells(found, most=1)] == [1]


def test_searches_are_compared_after_equally_many_trials_without_a_gap() -> None:
    assert MIXED.leading == 5
    assert MIXED.best_of_first(5) == 0.6
    assert MIXED.best_of_first(7) == 0.9
    assert MIXED.best_of_first(0) is None


def test_time_without_a_trial_at_work_does_not_count() -> None:
    summary = a_summary(
        a_trial(0, 0.5), a_trial(1, 0.5, started_at=5.0, finished_at=15.0), a_trial(9, 0.5)
    )
    assert summary.seconds == 25.0
    assert trials_per_hour([summary]) == pytest.approx(3600 * 3 / 25)
    assert trials_per_hour([a_summary(a_trial(0))]) is None


def test_what_is_left_follows_the_pace_and_the_hours() -> None:
    done = [a_trial(number, 0.5) for number in range(5)]
    assert seconds_left([a_summary(*done)]) == pytest.approx(50.0)
    assert seconds_left([a_summary(*done), a_summary(name="twin")]) == pytest.approx(150.0)
    assert seconds_left([a_summary(*done, hours=60 / 3600)]) == pytest.approx(10.0)
    assert seconds_left([a_summary(*done, hours=0.001)]) == 0.0
    assert seconds_left([a_summary()]) is None


def test_what_is_left_follows_the_latest_trials_and_the_pace_all_of_them() -> None:
    slow = [a_trial(n, 0.5, started_at=90.0 * n, finished_at=90.0 * n + 90) for n in range(40)]
    fast = [a_trial(n, 0.5, started_at=1e4 + n, finished_at=1e4 + n + 1) for n in range(40, 80)]
    summary = a_summary(*slow, *fast, trials=140)
    assert trials_per_hour([summary]) == pytest.approx(3600 * 80 / 3640)
    assert trials_per_hour([summary], latest=40) == pytest.approx(3600)
    assert seconds_left([summary]) == pytest.approx(60)


def test_cost_is_kept_apart_by_device_and_stage_and_equal_genotypes_cost_once() -> None:
    stages = {"static": 100.0, "features": 20.0, "controller": 1.0}
    cost = a_summary(
        a_trial(0, 0.6, result={"seconds": {"train": 6.0, "judge": 4.0}}, device="A GPU"),
        a_trial(1, 0.6, result={"seconds": {"train": 6.0}}, same_as=0, seconds=0.0, device=""),
        a_trial(2, cause="crash", device=""),
        stages=stages,
        device="cuda",
    ).cost
    assert cost.seconds == {
        "cuda": {"static": 100.0, "features": 20.0, "other": 10.0},
        "cpu": {"controller": 1.0},
        "A GPU": {"train": 6.0, "judge": 4.0},
    }
    assert (cost.cpu_seconds, cost.gpu_seconds) == (1.0, 140.0)
    assert cost.gpu_days == pytest.approx(140 / 86400)
    assert sum(each.seconds for each in cost.stages if each.is_gpu) == 140.0
    both = cost_of([a_summary(a_trial(0, cause="oom")), a_summary(a_trial(0, cause="nan"))])
    assert both.seconds == {"cpu": {"other": 20.0}}


def test_documents_hold_percent_and_why_a_trial_stopped() -> None:
    stopped = trial_document(MIXED.trials[1])
    assert (stopped["reward"], stopped["is_stopped"], stopped["cause"]) == (50.0, True, None)
    assert stopped["rungs"] == [{"epochs": 2, "reward": 50.0, "threshold": 55.0}]
    assert trial_document(MIXED.trials[2])["cause"] == "nan"
    assert trial_document(MIXED.trials[5])["reward"] is None
    found = search_document([MIXED, a_summary(name="cells-twin")])
    assert [trial["number"] for trial in found["trials"]] == list(range(7))
    assert (found["best"]["number"], found["best"]["reward"]) == (6, 90.0)
    assert (found["twin"]["name"], found["twin"]["best"]) == ("cells-twin", None)
    assert found["seconds_left"] > 0
    assert search_document([MIXED])["twin"] is None
