"""Strategies that learn do better than chance where the worth of a choice depends on others.

A short version of `tests.benchmarks.search_rewards`; every number follows from the seeds.
"""

from functools import cache
from statistics import mean

import pytest

from core.search.strategies import build_searcher
from core.space import Space
from tests.core.search.made_search import rewards_of
from tests.core.search.rewards import PairwiseReward

SPACE = Space("paper", 4, "light")
SEEDS = range(3)
FIRST, LAST = slice(20), slice(-30, None)


@cache
def rewards(strategy: str, parallelism: int) -> list[list[float]]:
    """Of 150 proposals for each seed."""
    return [
        rewards_of(
            build_searcher(strategy, space=SPACE, seed=seed),
            PairwiseReward(SPACE, seed=seed),
            trials=150,
            parallelism=parallelism,
        )
        for seed in SEEDS
    ]


@pytest.mark.parametrize("parallelism", [1, 4])
@pytest.mark.parametrize("strategy", ["ppo", "evolution"])
def test_what_learns_proposes_better_genotypes_than_chance(strategy: str, parallelism: int) -> None:
    learnt, chance = rewards(strategy, parallelism), rewards("random", parallelism)
    assert mean(map(max, learnt)) > mean(map(max, chance)) + 0.05
    late, early = (mean(mean(own[part]) for own in learnt) for part in (LAST, FIRST))
    assert late > mean(mean(own[LAST]) for own in chance) + 0.15
    assert late > early + 0.15
