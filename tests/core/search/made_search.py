"""A search on a made reward, told and asked in the order of a real one."""

from collections import deque
from collections.abc import Callable

from core.genotype import Genotype
from core.search.schedule import results_before
from core.search.searcher import Searcher


def rewards_of(
    searcher: Searcher,
    reward: Callable[[Genotype], float],
    *,
    trials: int,
    parallelism: int = 1,
) -> list[float]:
    """The rewards of a searcher's proposals, in their order.

    Args:
        searcher: At its beginning.
        reward: What a genotype earns.
        trials: How many proposals there shall be.
        parallelism: Trials that may be under way before the first result is told.
    """
    rewards: list[float] = []
    waiting: deque[float] = deque()
    for number in range(trials):
        while searcher.told < results_before(number, parallelism=parallelism):
            searcher.tell(searcher.told, waiting.popleft())
        waiting.append(reward(searcher.ask()))
        rewards.append(waiting[-1])
    return rewards
