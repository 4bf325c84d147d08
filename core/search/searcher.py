"""What every search strategy can do: propose genotypes, learn from results, be stored.

Proposals and results follow each other by number, so that what a strategy proposes depends on its
seed and on how many results it had been told by then, never on which trial ended first.
"""

import json
import random
from abc import ABC, abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from core.errors import DyncellError
from core.genotype import Genotype
from core.search.config import Strategy
from core.search.constraint import Accepts, anything
from core.space import Space

VERSION = 1
"""The version of the stored form."""


class BadSearcher(DyncellError):
    """Stored bytes that hold no strategy's state."""


@dataclass(frozen=True)
class StrategyReport:
    """Where a strategy stands after the last result, for plots.

    Attributes:
        entropy: Mean entropy of the controller's choices in nats per token; None for strategies
            without a controller, and before its first update.
        baseline: The reward that the controller expects; None as above.
        updates: How often the controller has learnt.
        entropies: `entropy` as it was after each of these times, the first one first.
    """

    entropy: float | None = None
    baseline: float | None = None
    updates: int = 0
    entropies: tuple[float, ...] = ()


class Searcher(Protocol):
    """A search strategy with its whole state; build one by `core.search.strategies`."""

    @property
    def asked(self) -> int:
        """How many genotypes were proposed; the next one is trial `asked`."""

    @property
    def told(self) -> int:
        """How many results were told; the next one is that of trial `told`."""

    @property
    def report(self) -> StrategyReport:
        """Where the strategy stands after the last result."""

    def ask(self) -> Genotype:
        """Proposes the genotype of the next trial.

        Raises:
            NothingAccepted: No genotype that meets the constraint was found.
        """

    def tell(self, number: int, reward: float | None) -> None:
        """Gives the result of a trial; results come in the order of their numbers.

        Args:
            number: The trial's, from 0 up; what was proposed for it is known.
            reward: 0..1, also of a trial that was stopped early or shared a result; None for a
                failure, which nothing is learnt from.

        Raises:
            ValueError: Another result is next, or the reward is out of range; nothing has changed.
        """

    def to_bytes(self) -> bytes:
        """The whole state as JSON; `core.search.strategies.restore_searcher` reads it.

        What goes on from there is bit for bit what would have followed here: chance, proposals
        that wait for their results, and all that was learnt are in it. The constraint is not.
        """


class NumberedSearcher(ABC):
    """Keeps proposals and results in order, for strategies that say how to propose and learn.

    Attributes:
        space: Where genotypes come from.
        accepts: The constraint that every proposal meets.
    """

    strategy: ClassVar[Strategy]

    def __init__(self, space: Space, *, seed: int, accepts: Accepts = anything) -> None:
        self.space = space
        self.accepts = accepts
        self._rng = random.Random(seed)
        self._waiting: deque[Genotype] = deque()
        self._told = 0

    @property
    def asked(self) -> int:
        """How many genotypes were proposed."""
        return self._told + len(self._waiting)

    @property
    def told(self) -> int:
        """How many results were told."""
        return self._told

    @property
    def report(self) -> StrategyReport:
        """Where the strategy stands after the last result."""
        return StrategyReport()

    def ask(self) -> Genotype:
        """Proposes the genotype of the next trial, see `Searcher.ask`."""
        genotype = self._propose()
        self._waiting.append(genotype)
        return genotype

    def tell(self, number: int, reward: float | None) -> None:
        """Gives the result of a trial, see `Searcher.tell`."""
        if not self._waiting or number != self._told:
            raise ValueError(
                f"the result of trial {number} was told; {self._told} of {self.asked} are told, "
                "and results come in number order"
            )
        if reward is not None and not 0 <= reward <= 1:
            raise ValueError(f"the reward of trial {number} is {reward}; 0 to 1 is possible")
        self._learn(self._waiting.popleft(), reward)
        self._told += 1

    def to_bytes(self) -> bytes:
        """The whole state as JSON, see `Searcher.to_bytes`."""
        version, words, gauss = self._rng.getstate()
        document = {
            "version": VERSION,
            "strategy": self.strategy,
            "space": self.space.to_dict(),
            "told": self._told,
            "waiting": [genotype.to_dict() for genotype in self._waiting],
            "rng": [version, list(words), gauss],
            "state": self._state(),
        }
        return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()

    @classmethod
    def from_document(cls, document: dict[str, Any], *, accepts: Accepts) -> Self:
        """Builds the strategy from the JSON document that `to_bytes` wrote.

        Raises:
            KeyError, TypeError, ValueError, DyncellError: It is none of this strategy.
        """
        searcher = cls(Space.from_dict(document["space"]), seed=0, accepts=accepts)
        version, words, gauss = document["rng"]
        searcher._rng.setstate((version, tuple(words), gauss))
        searcher._waiting = deque(Genotype.from_dict(each) for each in document["waiting"])
        searcher._told = document["told"]
        searcher._restore(document["state"])
        return searcher

    @abstractmethod
    def _propose(self) -> Genotype:
        """Draws the next genotype."""

    @abstractmethod
    def _learn(self, genotype: Genotype, reward: float | None) -> None:
        """Takes the result of the oldest proposal that waits."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """What the strategy itself knows, as plain JSON."""

    @abstractmethod
    def _restore(self, state: dict[str, Any]) -> None:
        """Takes what `_state` gave."""
