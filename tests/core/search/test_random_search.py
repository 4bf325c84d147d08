"""Chance alone."""

import random

from core.search.strategies import build_searcher
from core.space import Space, sample

SPACE = Space("paper", 3, "light")


def test_rewards_change_nothing() -> None:
    searchers = [build_searcher("random", space=SPACE, seed=9) for _ in range(2)]
    for number in range(50):
        first, second = (searcher.ask() for searcher in searchers)
        assert first == second
        searchers[0].tell(number, number / 50)
        searchers[1].tell(number, None)


def test_it_draws_as_the_space_does() -> None:
    searcher = build_searcher("random", space=SPACE, seed=9)
    rng = random.Random(9)
    assert [searcher.ask() for _ in range(50)] == [sample(SPACE, rng) for _ in range(50)]
