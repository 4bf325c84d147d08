"""Regularised evolution: the best of a few is varied, and the oldest dies, good or bad.

After Real, Aggarwal, Huang and Le, *Regularized Evolution for Image Classifier Architecture Search*
(AAAI 2019), Algorithm 1; sizes are ours, chosen for searches of 80 to 500 trials.
"""

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from core.genotype import Genotype
from core.search.config import Strategy
from core.search.constraint import Accepts, anything, draw_accepted
from core.search.searcher import NumberedSearcher
from core.space import Space, mutate

_MOST_MUTANTS = 30
"""Mutants that are drawn for one that meets the constraint and is new."""


@dataclass(frozen=True)
class EvolutionSettings:
    """Sizes of the evolution.

    Attributes:
        population: Genotypes that live at a time; as many are drawn by chance at first.
        tournament: Genotypes that compete to be varied.
    """

    population: int = 20
    tournament: int = 6

    def __post_init__(self) -> None:
        if not 1 <= self.tournament <= self.population:
            raise ValueError(
                f"tournament is {self.tournament}; 1 up to the population, {self.population}, is "
                "possible"
            )


@dataclass(frozen=True)
class Living:
    """A genotype that lives, and its reward."""

    genotype: Genotype
    reward: float


class EvolutionSearcher(NumberedSearcher):
    """Varies the best of a tournament by one field.

    A genotype that failed never lives. Genotypes that were proposed before are not proposed again
    as long as other mutants are found.
    """

    strategy: ClassVar[Strategy] = "evolution"

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        accepts: Accepts = anything,
        settings: EvolutionSettings = EvolutionSettings(),
    ) -> None:
        super().__init__(space, seed=seed, accepts=accepts)
        self._settings = settings
        self._living: deque[Living] = deque()  # the oldest first
        self._seen: dict[str, None] = {}  # keys in the order of proposal

    @property
    def living(self) -> tuple[Living, ...]:
        """The population, the oldest first."""
        return tuple(self._living)

    def _propose(self) -> Genotype:
        genotype = self._mutant() if self._is_full else None
        if genotype is None:
            genotype = draw_accepted(self.space, self._rng, accepts=self.accepts)
        self._seen[genotype.key] = None
        return genotype

    @property
    def _is_full(self) -> bool:
        """Whether chance has proposed enough, and something of it lives."""
        return self.asked >= self._settings.population and bool(self._living)

    def _mutant(self) -> Genotype | None:
        """A mutant that meets the constraint, a new one if there is one; None if none does."""
        known = None
        for _ in range(_MOST_MUTANTS):
            mutant = mutate(self.space, self._winner(), self._rng)
            if not self.accepts(mutant):
                continue
            if mutant.key not in self._seen:
                return mutant
            known = known or mutant
        return known

    def _winner(self) -> Genotype:
        size = min(self._settings.tournament, len(self._living))
        drawn = self._rng.sample(range(len(self._living)), size)
        best = max(drawn, key=lambda place: (self._living[place].reward, place))
        return self._living[best].genotype

    def _learn(self, genotype: Genotype, reward: float | None) -> None:
        if reward is None:
            return
        self._living.append(Living(genotype, reward))
        if len(self._living) > self._settings.population:
            self._living.popleft()

    def _state(self) -> dict[str, Any]:
        return {
            "settings": asdict(self._settings),
            "living": [[each.genotype.to_dict(), each.reward] for each in self._living],
            "seen": list(self._seen),
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self._settings = EvolutionSettings(**state["settings"])
        self._living = deque(
            Living(Genotype.from_dict(document), reward) for document, reward in state["living"]
        )
        self._seen = dict.fromkeys(state["seen"])
