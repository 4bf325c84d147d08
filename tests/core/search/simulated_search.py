"""A search without SQL and without training: rewards follow from genotypes, time is a list."""

import copy
import hashlib
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from core.genotype import Genotype
from core.search.schedule import Asked, Proposal, advance
from core.space import Space, sample

RUNGS = (1, 2)
SMALL = Space("paper", nodes=1, only_ops=("identity", "conv1x1"), only_combines=("sum", "blend"))
"""So few genotypes that equal ones come up all the time."""


class Moody:
    """A strategy whose next genotype depends on everything it was ever told, and keeps a diary."""

    def __init__(self, seed: int) -> None:
        self.diary: list[str] = []
        self._rng = random.Random(seed)

    def ask(self) -> Genotype:
        genotype = sample(SMALL, self._rng)
        self.diary.append(f"ask {genotype.key}")
        return genotype

    def tell(self, number: int, reward: float | None) -> None:
        self.diary.append(f"tell {number} {reward}")
        self._rng.seed("\n".join(self.diary))


def result_of(proposal: Proposal, asked: Asked) -> Asked:
    """What the trial comes to: some fail, some stop at a rung."""
    chance = random.Random(hashlib.sha256(proposal.key.encode()).hexdigest())
    if chance.random() < 0.15:
        return replace(asked, is_finished=True)
    rungs: list[tuple[int, float]] = []
    for epochs in RUNGS:
        rungs.append((epochs, chance.random()))
        if rungs[-1][1] < proposal.thresholds.get(epochs, 0.0):
            return replace(asked, is_finished=True, reward=rungs[-1][1], rungs=tuple(rungs))
    return replace(asked, is_finished=True, reward=chance.random(), rungs=tuple(rungs))


@dataclass
class SimulatedSearch:
    """A search whose trials end when the test says so."""

    strategy: Moody
    parallelism: int
    trials: int
    told: int = 0
    asked: list[Asked] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    @property
    def running(self) -> list[int]:
        """Numbers of the trials that have a job and no result."""
        return [
            n for n, each in enumerate(self.asked) if not each.is_finished and not _shares(each)
        ]

    def advance(self, *, is_lost: bool = False) -> None:
        """Tells and asks; where `is_lost` another process was quicker and nothing is kept."""
        strategy = copy.deepcopy(self.strategy)
        step = advance(
            strategy,
            self.asked,
            told=self.told,
            trials=self.trials,
            parallelism=self.parallelism,
            seed=3,
            rungs=RUNGS,
        )
        if is_lost:
            return
        self.strategy, self.told = strategy, step.told
        self.proposals += step.proposals
        self.asked += [Asked(each.key, same_as=each.same_as) for each in step.proposals]
        self._share()

    def end(self, number: int) -> None:
        """Ends a trial that runs."""
        self.asked[number] = result_of(self.proposals[number], self.asked[number])
        self._share()

    def run(self, chooses: Callable[[list[int]], Iterable[int]]) -> None:
        """Runs to the end; `chooses` says which of the running trials end before the next look."""
        self.advance()
        while self.running:
            for number in chooses(self.running):
                self.end(number)
            self.advance()

    def _share(self) -> None:
        for number, each in enumerate(self.asked):
            if each.same_as is not None and self.asked[each.same_as].is_finished:
                self.asked[number] = replace(self.asked[each.same_as], same_as=each.same_as)


def _shares(asked: Asked) -> bool:
    return asked.same_as is not None
