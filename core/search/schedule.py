"""The order of asking and telling: a search's sequence never depends on timing.

Trial n is asked for once the strategy has been told the results 0..n-P, in number order, and no
more (P = parallelism: so many trials may be under way before the first result is told). Which
genotypes come when therefore follows from seed and P alone, however fast each trial ends and
whatever dies meanwhile.

What a trial is given is fixed when it is asked for, from the same results:

- an equal genotype was asked for before, whether it has ended or not: the lowest-numbered such
  trial's result is shared, be it a failure (`same_as`);
- else, per rung, a threshold: the median of that rung's rewards among the told trials that reached
  it, equal genotypes counted once, when there are at least `LEAST_JUDGED`. A trial whose reward at
  a rung is below it stops there, and that reward is its result.

Plain data in and out: no SQL, no torch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from core.genotype import Genotype
from core.search.config import trial_seed

LEAST_JUDGED = 5
"""Told trials that reached a rung before the next ones may be stopped there."""


class Strategy(Protocol):
    """What proposes genotypes and learns from their results."""

    def ask(self) -> Genotype:
        """The next genotype."""

    def tell(self, number: int, reward: float | None) -> None:
        """Takes the result of trial `number`; None = it failed."""


@dataclass(frozen=True)
class Asked:
    """A trial that was asked for already.

    Attributes:
        key: The genotype's key.
        is_finished: Whether its result, or that of the equal trial, is there.
        reward: The result; None for a failure.
        rungs: (epochs, reward) at each rung it reached.
        same_as: Number of the earlier trial whose result it shares.
    """

    key: str
    is_finished: bool = False
    reward: float | None = None
    rungs: tuple[tuple[int, float], ...] = ()
    same_as: int | None = None


@dataclass(frozen=True)
class Proposal:
    """A trial to be run, all that decides it included.

    Attributes:
        thresholds: The least reward per rung, by epochs.
        same_as: Number of the earlier trial whose result it shares: nothing is to be run.
    """

    number: int
    genotype: Genotype
    key: str
    seed: int
    thresholds: dict[int, float]
    same_as: int | None


@dataclass(frozen=True)
class Step:
    """What an advance came to.

    Attributes:
        told: Results that the strategy has been told by now.
        proposals: The trials asked for, in number order.
    """

    told: int
    proposals: tuple[Proposal, ...]


def advance(
    strategy: Strategy,
    asked: Sequence[Asked],
    *,
    told: int,
    trials: int,
    parallelism: int,
    seed: int,
    rungs: Sequence[int],
) -> Step:
    """Tells and asks as far as the results there are allow.

    Args:
        strategy: Told `told` results and asked `len(asked)` times before; changed by this.
        asked: The trials so far, in number order.
        told: Results that the strategy has been told.
        trials: How many trials there shall be in all.
        parallelism: P.
        seed: The search's seed.
        rungs: Epochs after which a trial is judged early.
    """
    known = list(asked)
    proposals: list[Proposal] = []
    while is_due(known, told=told, trials=trials, parallelism=parallelism):
        while told < results_before(len(known), parallelism=parallelism):
            strategy.tell(told, known[told].reward)
            told += 1
        proposal = _propose(strategy.ask(), known, told=told, seed=seed, rungs=rungs)
        proposals.append(proposal)
        known.append(_as_asked(proposal, known))
    return Step(told, tuple(proposals))


def is_due(asked: Sequence[Asked], *, told: int, trials: int, parallelism: int) -> bool:
    """Whether the next trial can be asked for."""
    before = results_before(len(asked), parallelism=parallelism)
    return len(asked) < trials and all(each.is_finished for each in asked[told:before])


def results_before(number: int, *, parallelism: int) -> int:
    """How many results the strategy has been told when it is asked for trial `number`."""
    return max(0, number - parallelism + 1)


def thresholds(told: Sequence[Asked], *, rungs: Sequence[int]) -> dict[int, float]:
    """The least reward per rung after these results; rungs without a threshold are left out."""
    found: dict[int, float] = {}
    for epochs in rungs:
        rewards = [
            reward
            for trial in told
            if trial.same_as is None
            for reached, reward in trial.rungs
            if reached == epochs
        ]
        if len(rewards) >= LEAST_JUDGED:
            found[epochs] = median(rewards)
    return found


def _propose(
    genotype: Genotype, known: Sequence[Asked], *, told: int, seed: int, rungs: Sequence[int]
) -> Proposal:
    key = genotype.key
    same_as = next((number for number, trial in enumerate(known) if trial.key == key), None)
    return Proposal(
        number=len(known),
        genotype=genotype,
        key=key,
        seed=trial_seed(seed, key),
        thresholds=thresholds(known[:told], rungs=rungs) if same_as is None else {},
        same_as=same_as,
    )


def _as_asked(proposal: Proposal, known: Sequence[Asked]) -> Asked:
    if proposal.same_as is None:
        return Asked(proposal.key)
    equal = known[proposal.same_as]
    return Asked(
        proposal.key,
        is_finished=equal.is_finished,
        reward=equal.reward,
        rungs=equal.rungs,
        same_as=proposal.same_as,
    )
