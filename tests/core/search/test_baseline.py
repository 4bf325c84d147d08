"""What reward is usual."""

import numpy as np
import pytest

from core.search.baseline import Baseline


def test_it_is_the_weighted_mean_and_deviation_of_all_rewards() -> None:
    rewards = np.random.default_rng(0).uniform(size=30)
    baseline = Baseline()
    for reward in rewards:
        baseline = baseline.after(float(reward), memory=0.9)
    weights = 0.9 ** np.arange(30)[::-1]
    mean = np.average(rewards, weights=weights)
    deviation = np.average((rewards - mean) ** 2, weights=weights) ** 0.5
    assert baseline.mean == pytest.approx(mean)
    assert baseline.advantage(0.7) == pytest.approx((0.7 - mean) / deviation)


def test_the_first_reward_has_no_special_weight() -> None:
    baseline = Baseline().after(0.0, memory=0.9).after(1.0, memory=0.9)
    assert baseline.mean == pytest.approx(1 / 1.9)


def test_rewards_that_never_differ_give_nobody_an_advantage() -> None:
    baseline = Baseline()
    assert baseline.advantage(0.3) == 0
    for _ in range(5):
        baseline = baseline.after(0.3, memory=0.9)
    assert (baseline.mean, baseline.advantage(0.3)) == (0.3, 0)
