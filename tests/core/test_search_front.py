"""The front of a search over the objectives it was started with; records are made by hand."""

from typing import Any

import pytest

from core.search_document import search_document
from core.search_front import latency_devices, search_fronts
from core.search_records import Trial
from core.search_summary import SearchSummary
from tests.core.searches_of_tests import PREPARED, STATIC_MACS, a_summary, a_trial

HERE, THERE = "Xeon", "EPYC"


def measured(
    number: int, accuracy: float, stability: float, *, ms: float = 0.0, device: str = HERE, **v: Any
) -> Trial:
    result = {
        "accuracy": accuracy,
        "stability": stability,
        "miou": accuracy,
        "epochs": 5,
        "macs": STATIC_MACS // 2,
    }
    if ms:
        result |= {"latency_ms": ms, "static_ms": 20.0, "latency_device": device}
    return a_trial(number, accuracy, result=result, **v)


def summary(*trials: Trial, **values: Any) -> SearchSummary:
    return a_summary(*trials, prepared=PREPARED, **values)


def test_every_cell_counts_once_and_the_volume_is_a_share_of_the_possible() -> None:
    perfect = measured(0, 1.0, 1.0)
    equal = measured(2, 1.0, 1.0, key=perfect.key)
    found = summary(perfect, measured(1, 0.5, 0.5), equal, a_trial(3, cause="nan"))
    (front,) = search_fronts([found])
    assert front.objectives == ("accuracy", "stability", "macs")
    assert [trial.number for trial in front.trials] == [0, 1]
    assert front.members == (0,)
    assert front.volume == pytest.approx(50, abs=0.01)
    assert [front.shown(None, each) for each in front.objectives] == [0, 0, 100]
    assert front.shown(0, "macs") == pytest.approx(50, abs=0.01)
    (full,) = search_fronts([summary(perfect, cell="full")])
    assert full.volume == pytest.approx(75, abs=0.01)
    (empty,) = search_fronts([summary()])
    assert (empty.trials, empty.members, empty.volume) == ((), (), 0)


def test_the_objectives_are_those_the_search_was_started_with() -> None:
    trials = [measured(0, 0.5, 0.5, ms=8.0), measured(1, 0.6, 0.4, ms=10.0)]
    (front,) = search_fronts([summary(*trials, objectives=["accuracy", "stability"])])
    assert front.volume == pytest.approx(100 * (0.5 * 0.5 + 0.1 * 0.4))
    (front,) = search_fronts([summary(*trials, objectives=["accuracy", "latency"])])
    assert front.reference == (0.0, -1.0)
    assert [front.shown(n, "latency") for n in front.members] == [40.0, 50.0]
    assert front.volume == pytest.approx(100 * (0.5 * 0.6 + 0.1 * 0.5))


def test_latencies_of_two_devices_are_never_compared() -> None:
    own = summary(
        measured(0, 0.5, 0.5, ms=8.0),
        measured(1, 0.9, 0.9, ms=2.0, device=THERE),
        measured(2, 0.4, 0.4, ms=4.0),
        measured(3, 0.8, 0.8),
        objectives=["accuracy", "latency"],
    )
    twin = summary(measured(0, 0.7, 0.7, ms=9.0, device=THERE), name="twin")
    assert latency_devices(own.trials) == [HERE, THERE]
    front, of_twin = search_fronts([own, twin])
    assert (front.device, of_twin.device) == (HERE, HERE)
    assert [trial.number for trial in front.trials] == [0, 2]
    assert (front.left_out, of_twin.left_out, of_twin.volume) == (2, 1, 0)
    front, of_twin = search_fronts([own, twin], device=THERE)
    assert ([t.number for t in front.trials], len(of_twin.trials)) == ([1], 1)


def test_a_search_from_before_latencies_were_measured_has_its_usual_front() -> None:
    old = summary(measured(0, 0.5, 0.5))
    old.search.config.pop("objectives")
    assert search_document([old])["front"] == {
        "objectives": ["accuracy", "stability", "macs"],
        "reference": {"accuracy": 0.0, "stability": 0.0, "macs": 100.0},
        "latency_device": None,
        "trials": [0],
        "hypervolume": pytest.approx(12.5, abs=0.01),
    }
    document = search_document([old])["trials"][0]
    assert (document["latency_ms"], document["latency_device"]) == (None, None)
