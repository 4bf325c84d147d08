from dataclasses import replace

import pytest

from core.board.comparison import OTHER_SETTING, compare
from core.board.contender import NO_EVALUATION
from core.board.curve_comparison import NOT_MEASURED, distance_curve, no_curve
from core.metrics.statistics import spread
from tests.core.board.contenders import contender, with_curves

_CONFUSION = [[90, 10, 0], [20, 80, 0], [5, 5, 10]]
_VALUES = [{"miou": 60.0}, {"miou": 61.0}]


def test_a_curve_is_the_mean_over_seeds_with_its_interval() -> None:
    row = contender("a", _VALUES, confusions=[_CONFUSION] * 2)
    found = compare([with_curves(row, (60.0, 50.0, 55.0), (62.0, 53.0, 55.0)), row])
    curve = distance_curve(found, 0)
    assert curve is not None
    assert curve.d == (0, 1, 2)
    assert curve.miou == pytest.approx((61.0, 51.5, 55.0))
    expected = spread([50.0, 53.0])
    assert (curve.low[1], curve.high[1]) == pytest.approx((expected.low, expected.high))
    assert curve.least == (1, pytest.approx(51.5))
    assert curve.mean == pytest.approx((61.0 + 51.5 + 55.0) / 3)
    assert curve.seeds == 2
    assert no_curve(found, 1) == NOT_MEASURED
    assert distance_curve(found, 1) is None


def test_where_a_seed_lost_its_state_there_is_no_mean() -> None:
    row = contender("a", _VALUES, confusions=[_CONFUSION] * 2)
    found = compare([with_curves(row, (60.0, None), (62.0, 53.0)), row])
    curve = distance_curve(found, 0)
    assert curve is not None
    assert curve.miou == (61.0, None)
    assert (curve.least, curve.mean) == ((0, 61.0), None)
    lost = distance_curve(compare([with_curves(row, (None,)), row]), 0)
    assert lost is not None
    assert (lost.least, lost.mean) == (None, None)


def test_a_row_that_cannot_have_a_curve_says_why_and_is_not_to_be_measured() -> None:
    row = contender("a", _VALUES, confusions=[_CONFUSION] * 2)
    found = compare([row, replace(row, no_curve="it follows a rule")])
    assert no_curve(found, 0) == NOT_MEASURED
    assert no_curve(found, 1) == "it follows a rule"
    assert distance_curve(found, 1) is None


def test_rows_of_other_settings_and_trials_have_no_curve_beside_it() -> None:
    row = contender("a", _VALUES, confusions=[_CONFUSION] * 2)
    elsewhere = contender("b", _VALUES, setting="bbbbbbbb", confusions=[_CONFUSION] * 2)
    found = compare([row, with_curves(elsewhere, (1.0,)), contender("t", _VALUES, kind="trial")])
    assert no_curve(found, 1) == OTHER_SETTING
    assert no_curve(found, 2) == NO_EVALUATION
