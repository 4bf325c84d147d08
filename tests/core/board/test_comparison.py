import math

import pytest

from core.board.columns import METRICS
from core.board.comparison import (
    NOT_STEADIER,
    OTHER_PLACE,
    OTHER_SETTING,
    OTHER_SIZES,
    WAS_BUSY,
    BadComparison,
    Comparison,
    Standing,
    compare,
)
from core.board.contender import Contender
from tests.core.board.contenders import contender


def _mious(*values: float) -> list[dict[str, float]]:
    return [{"miou": value} for value in values]


def _at(comparison: Comparison, metric: str, place: int) -> Standing:
    (line,) = [line for line in comparison.lines if line.metric == metric]
    return line.standings[place]


def _standing(metric: str, base: Contender, other: Contender) -> Standing:
    return _at(compare([base, other]), metric, 1)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [((63.0, 64.1, 62.9), "better"), ((57.0, 56.1, 55.9), "worse"), ((60.2, 60.9, 59.0), "tie")],
)
def test_a_difference_is_better_worse_or_tied_by_its_interval(
    values: tuple[float, ...], verdict: str
) -> None:
    found = _standing(
        "miou", contender("a", _mious(60.0, 61.0, 59.5)), contender("b", _mious(*values))
    )
    assert found.difference is not None
    assert found.difference.value == pytest.approx(sum(values) / 3 - 180.5 / 3)
    assert found.difference.method == "paired"
    assert found.verdict == verdict
    assert found.reason == ""


def test_where_less_is_better_a_lower_number_wins() -> None:
    fast = [{"latency_p50": value} for value in (8.0, 8.1, 8.2)]
    slow = [{"latency_p50": value} for value in (9.0, 9.1, 9.2)]
    assert _standing("latency_p50", contender("a", slow), contender("b", fast)).verdict == "better"
    assert _standing("latency_p50", contender("a", fast), contender("b", slow)).verdict == "worse"


def test_any_row_can_be_the_base() -> None:
    rows = [contender(name, _mious(*values)) for name, values in _THREE.items()]
    first, last = compare(rows), compare(rows, base=2)
    gap, back = _at(first, "miou", 2).difference, _at(last, "miou", 0).difference
    assert gap is not None
    assert back is not None
    assert back.value == pytest.approx(-gap.value)
    assert _at(last, "miou", 2).verdict == "base"
    assert _at(last, "miou", 2).difference is None


_THREE = {"a": (60.0, 61.0), "b": (62.0, 62.5), "c": (70.0, 71.5)}


def test_one_run_has_a_difference_but_no_interval_and_no_verdict() -> None:
    found = _standing("miou", contender("a", _mious(60.0)), contender("b", _mious(65.0)))
    assert found.difference is not None
    assert found.difference.value == 5.0
    assert (found.difference.interval, found.verdict) == (None, "open")
    assert "at least 2 seeds on either side" in found.reason


def test_seeds_that_nobody_knows_are_two_groups() -> None:
    found = _standing(
        "miou",
        contender("a", _mious(60.0, 61.0), seeds=(None, None)),
        contender("b", _mious(70.0, 71.0), seeds=(None, None)),
    )
    assert found.difference is not None
    assert found.difference.method == "welch"


def test_rows_of_other_settings_show_numbers_without_a_difference() -> None:
    values = [{"miou": 60.0, "params": 100.0, "macs_steady": 9.0}] * 2
    base = contender("a", values)
    other = contender("b", values, setting="bbbbbbbb")
    found = compare([base, other])
    assert not found.is_alike(1)
    miou = _at(found, "miou", 1)
    assert (miou.mean, miou.difference, miou.reason) == (60.0, None, OTHER_SETTING)
    assert _at(found, "params", 1).verdict == "equal"  # counted alike, wherever it was judged
    assert _at(found, "macs_steady", 1).verdict == "equal"
    trial = compare([base, contender("t", values, setting="cccccccc", kind="trial")])
    assert _at(trial, "macs_steady", 1).reason == OTHER_SIZES


def test_models_that_nobody_judged_are_never_alike() -> None:
    rows = [contender(name, _mious(60.0, 61.0), setting="") for name in "ab"]
    assert not compare(rows).is_alike(1)
    assert _at(compare(rows), "miou", 1).reason == OTHER_SETTING


def test_times_of_other_places_and_of_busy_machines_say_nothing() -> None:
    times = [{"latency_p50": value} for value in (8.0, 8.1)]
    slow = [{"latency_p50": value} for value in (18.0, 18.1)]
    elsewhere = contender("b", slow, timed_on="there")
    found = _standing("latency_p50", contender("a", times), elsewhere)
    assert (found.difference, found.reason) == (None, OTHER_PLACE)
    found = _standing("latency_p50", contender("a", times), contender("b", slow, busy=True))
    assert (found.verdict, found.reason) == ("open", WAS_BUSY)


def test_a_row_that_is_wrong_more_often_is_not_called_steadier() -> None:
    good = [{"miou": 60.0, "aba_flicker": 1.0 + n / 100} for n in range(3)]
    frozen = [{"miou": 40.0, "aba_flicker": 0.0} for _ in range(3)]
    steady = [{"miou": 59.5, "aba_flicker": 0.5} for _ in range(3)]
    base = contender("good", good)
    found = _standing("aba_flicker", base, contender("frozen", frozen))
    assert (found.verdict, found.reason) == ("open", NOT_STEADIER)
    back = _standing("aba_flicker", contender("frozen", frozen), base)
    assert (back.verdict, back.reason) == ("open", NOT_STEADIER)
    assert _standing("aba_flicker", base, contender("steady", steady)).verdict == "better"


def test_what_is_missing_has_its_reason_and_nothing_is_ever_nan() -> None:
    failed = contender("t", [{}], kind="trial")
    found = compare([contender("a", _mious(60.0)), failed])
    assert {line.metric for line in found.lines} == {column.key for column in METRICS}
    for line in found.lines:
        for standing in line.standings:
            assert (standing.mean is None) == bool(standing.missing)
            numbers = [standing.mean, *(standing.interval or ())]
            numbers += [standing.difference.value] if standing.difference else []
            assert all(math.isfinite(each) for each in numbers if each is not None)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_and_too_many_rows_are_refused(count: int) -> None:
    rows = [contender(str(n), _mious(60.0)) for n in range(count)]
    with pytest.raises(BadComparison, match="takes two to four rows"):
        compare(rows)
