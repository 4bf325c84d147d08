"""Chance alone: the strategy that every other one must beat."""

from typing import Any, ClassVar

from core.genotype import Genotype
from core.search.config import Strategy
from core.search.constraint import draw_accepted
from core.search.searcher import NumberedSearcher


class RandomSearcher(NumberedSearcher):
    """Draws every genotype as `core.space.sample` does; rewards change nothing."""

    strategy: ClassVar[Strategy] = "random"

    def _propose(self) -> Genotype:
        return draw_accepted(self.space, self._rng, accepts=self.accepts)

    def _learn(self, genotype: Genotype, reward: float | None) -> None:
        pass

    def _state(self) -> dict[str, Any]:
        return {}

    def _restore(self, state: dict[str, Any]) -> None:
        pass
