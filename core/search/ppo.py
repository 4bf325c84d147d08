"""Proximal policy optimisation: a controller learns which choices earn more than is usual.

After Schulman, Wolski, Dhariwal, Radford and Klimov, *Proximal Policy Optimization Algorithms*
(2017), equation 7, on descriptions written token by token as in Zoph and Le, *Neural Architecture
Search with Reinforcement Learning* (ICLR 2017). Sizes are ours, see docs/MEASUREMENTS.md.

The constraint is met by rejection: the controller writes until something is accepted. Proposals
therefore come from its distribution p given that they are accepted, p(g) / Z, where Z is the
probability of being accepted. What is kept and learnt from is log p, without Z. The gradient of the
expected reward E is that of (R - b) log(p / Z) in the mean over proposals, and the part with Z in
it is (E - b) times the gradient of log Z: nothing when the baseline b is what proposals usually
earn, which the moving mean follows. The ratio of new to old probabilities lacks Z_old / Z_new, one
factor for all tokens written with the same weights, and clipping bounds what it can do. So neither
Z nor rejected sequences have to be known, and a failure or a rejection is never taken for a reward.
"""

import base64
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np

from core.genotype import Genotype
from core.search.adam import Adam
from core.search.baseline import Baseline
from core.search.config import Strategy
from core.search.constraint import Accepts, anything, draw_accepted
from core.search.controller import Controller, Weights, Written
from core.search.lstm import Array
from core.search.searcher import NumberedSearcher, StrategyReport
from core.search.tokens import TokenPlan
from core.space import Space

_MOST_WRITTEN = 500
"""Sequences that the controller writes for one that meets the constraint; then chance draws."""

_LARGEST_DRAW = 32


@dataclass(frozen=True)
class PpoSettings:
    """Sizes of the controller and of its learning.

    Attributes:
        width: Units of the LSTM.
        batch: Rewards after which the controller learns.
        window: Latest rewards that it learns from then, at least `batch`.
        passes: Steps of Adam on them.
        learning_rate: Of Adam.
        clip: Change of a token's probability, as a share, beyond which it teaches no more.
        entropy: Weight of the mean entropy of a choice in nats, beside advantages in deviations.
        memory: Share of its weight that a reward keeps in the baseline per later reward.
    """

    width: int = 32
    batch: int = 10
    window: int = 10
    passes: int = 5
    learning_rate: float = 0.005
    clip: float = 0.2
    entropy: float = 0.05
    memory: float = 0.95

    def __post_init__(self) -> None:
        if not 1 <= self.batch <= self.window:
            raise ValueError(
                f"batch is {self.batch}; 1 up to the window, {self.window}, is possible"
            )


class PpoSearcher(NumberedSearcher):
    """Writes genotypes with a controller that learns from every few rewards.

    Equal genotypes teach each time; a failure teaches nothing. Where the controller finds nothing
    that meets the constraint, chance draws a genotype, which is learnt from like one of its own.
    """

    strategy: ClassVar[Strategy] = "ppo"

    def __init__(
        self,
        space: Space,
        *,
        seed: int,
        accepts: Accepts = anything,
        settings: PpoSettings = PpoSettings(),
    ) -> None:
        super().__init__(space, seed=seed, accepts=accepts)
        self._settings = settings
        self._plan = TokenPlan(space)
        self._controller = Controller(self._plan, width=settings.width, seed=seed)
        self._adam = Adam()
        self._baseline = Baseline()
        self._written: deque[Written] = deque()  # of the proposals that wait, in their order
        self._window: deque[tuple[Written, float]] = deque(maxlen=settings.window)
        self._fresh = 0  # rewards of the window that were not learnt from yet
        self._updates = 0
        self._entropies: list[float] = []

    @property
    def report(self) -> StrategyReport:
        """Where the strategy stands after the last result."""
        if not self._updates:
            return StrategyReport()
        return StrategyReport(
            entropy=self._entropies[-1],
            baseline=self._baseline.mean,
            updates=self._updates,
            entropies=tuple(self._entropies),
        )

    def _propose(self) -> Genotype:
        genotype, written = self._accepted() or self._by_chance()
        self._written.append(written)
        return genotype

    def _accepted(self) -> tuple[Genotype, Written] | None:
        """The first sequence of the controller that meets the constraint; None if none does."""
        tried, count = 0, 1
        while tried < _MOST_WRITTEN:
            for written in self._controller.write(count, self._rng):
                genotype = self._plan.genotype(written.tokens)
                if self.accepts(genotype):
                    return genotype, written
            tried, count = tried + count, min(2 * count, _LARGEST_DRAW)
        return None

    def _by_chance(self) -> tuple[Genotype, Written]:
        genotype = draw_accepted(self.space, self._rng, accepts=self.accepts)
        tokens = self._plan.tokens(genotype)
        logs = self._controller.read([tokens]).log_probabilities[0]
        return genotype, Written(tokens, tuple(logs.tolist()))

    def _learn(self, genotype: Genotype, reward: float | None) -> None:
        written = self._written.popleft()
        if reward is None:
            return
        self._baseline = self._baseline.after(reward, memory=self._settings.memory)
        self._window.append((written, reward))
        self._fresh += 1
        if self._fresh == self._settings.batch:
            self._update()
            self._fresh = 0

    def _update(self) -> None:
        """Makes the better ones of the window more likely, the worse ones less."""
        settings = self._settings
        tokens = [written.tokens for written, _ in self._window]
        old = np.array([written.log_probabilities for written, _ in self._window])
        advantages = np.array([[self._baseline.advantage(reward)] for _, reward in self._window])
        for _ in range(settings.passes):
            reading = self._controller.read(tokens)
            ratios = np.exp(reading.log_probabilities - old)
            gradients = self._controller.gradients(
                reading,
                chosen=-clipped_slope(ratios, advantages, clip=settings.clip) / old.size,
                entropies=np.full_like(old, -settings.entropy / old.size),
            )
            self._adam.step(
                self._controller.weights, gradients, learning_rate=settings.learning_rate
            )
        self._entropies.append(float(self._controller.read(tokens).entropies.mean()))
        self._updates += 1

    def _state(self) -> dict[str, Any]:
        return {
            "settings": asdict(self._settings),
            "weights": _packed(self._controller.weights),
            "adam": [self._adam.steps, _packed(self._adam.first), _packed(self._adam.second)],
            "baseline": asdict(self._baseline),
            "written": [asdict(written) for written in self._written],
            "window": [[asdict(written), reward] for written, reward in self._window],
            "fresh": self._fresh,
            "updates": self._updates,
            "entropies": self._entropies,
        }

    def _restore(self, state: dict[str, Any]) -> None:
        self._settings = PpoSettings(**state["settings"])
        self._controller = Controller(self._plan, width=self._settings.width, seed=0)
        shapes = {name: weight.shape for name, weight in self._controller.weights.items()}
        self._controller.weights = _unpacked(state["weights"], shapes)
        steps, first, second = state["adam"]
        moments = shapes if steps else {}  # there are none before the first step
        self._adam = Adam(steps, _unpacked(first, moments), _unpacked(second, moments))
        self._baseline = Baseline(**state["baseline"])
        self._written = deque(_written(each) for each in state["written"])
        self._window = deque(
            ((_written(each), reward) for each, reward in state["window"]),
            maxlen=self._settings.window,
        )
        self._fresh, self._updates = state["fresh"], state["updates"]
        self._entropies = list(state["entropies"])


def clipped_slope(ratios: Array, advantages: Array, *, clip: float) -> Array:
    """The slope of the clipped gain min(r A, clip(r) A) by the logarithm of r.

    Args:
        ratios: r, new probabilities over old ones: (B, T).
        advantages: A: (B, 1).
        clip: r is clipped to 1 - clip..1 + clip.
    """
    is_beyond = np.where(advantages > 0, ratios > 1 + clip, ratios < 1 - clip)
    return np.where(is_beyond, 0.0, ratios * advantages)


def _packed(arrays: Weights) -> dict[str, str]:
    return {
        name: base64.b64encode(array.astype("<f8").tobytes()).decode()
        for name, array in arrays.items()
    }


def _unpacked(packed: dict[str, str], shapes: dict[str, tuple[int, ...]]) -> Weights:
    return {
        name: np.frombuffer(base64.b64decode(packed[name]), "<f8").astype(np.float64).reshape(shape)
        for name, shape in shapes.items()
    }


def _written(document: dict[str, Any]) -> Written:
    return Written(tuple(document["tokens"]), tuple(document["log_probabilities"]))
