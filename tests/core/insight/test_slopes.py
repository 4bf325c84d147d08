"""Slopes against what they are known to be."""

import math

import numpy as np
import pytest

from core.insight.slopes import holm, slopes
from core.metrics.statistics import student_t_quantile


def test_one_feature_in_one_group_is_welchs_difference_of_means() -> None:
    rng = np.random.default_rng(0)
    with_it, without = rng.normal(2, 3, 12), rng.normal(0, 1, 30)
    values = np.concatenate([np.ones(12), np.zeros(30)])[:, None]
    found = slopes(values, np.concatenate([with_it, without]), ["s"] * 42)[0]
    assert found is not None
    assert found.effect == pytest.approx(with_it.mean() - without.mean())
    error = math.sqrt(with_it.var(ddof=1) / 12 + without.var(ddof=1) / 30)
    freedom = int((1 / 12 + 1 / 30) ** 2 / ((1 / 12) ** 2 / 11 + (1 / 30) ** 2 / 29))
    assert freedom == 20  # Welch's for equal spreads
    half = student_t_quantile(0.975, freedom) * error
    assert (found.low, found.high) == pytest.approx((found.effect - half, found.effect + half))
    assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_a_constant_feature_has_no_slope_and_an_exact_one_no_doubt() -> None:
    values = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    constant, exact = slopes(values, np.array([1.0, 3.0, 1.0, 3.0]), ["s"] * 4)
    assert constant is None
    assert exact is not None
    assert (exact.effect, exact.low, exact.high) == pytest.approx((2.0, 2.0, 2.0))


def test_levels_of_groups_are_no_effect() -> None:
    values = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
    scores = np.array([1.0, 2.0, 3.0, 11.0, 12.0, 13.0])
    assert slopes(values, scores, ["a"] * 3 + ["b"] * 3) == [None]
    mixed = np.array([[0.0], [0.0], [1.0], [0.0], [1.0], [1.0]])
    found = slopes(mixed, scores, ["a"] * 3 + ["b"] * 3)[0]
    assert found is not None
    assert found.effect == pytest.approx(1.5)


def test_features_that_tell_the_same_have_no_slope_of_their_own_without_a_ridge() -> None:
    values = np.repeat(np.array([[0.0], [1.0], [0.0], [1.0], [1.0]]), 2, axis=1)
    scores = np.array([0.0, 2.0, 0.1, 2.1, 1.9])
    assert slopes(values, scores, ["s"] * 5) == [None, None]
    shared = slopes(values, scores, ["s"] * 5, penalty=1.0)
    assert shared[0] is not None
    assert shared[0].effect == pytest.approx(0.9, abs=0.2)


def test_holm_lets_fewer_through_the_more_are_asked() -> None:
    assert holm([0.04]) == [True]
    assert holm([0.04, 0.5]) == [False, False]
    assert holm([0.03, 0.001, 0.04]) == [False, True, False]
    assert holm([]) == []
