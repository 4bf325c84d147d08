"""Synthetic rewards of genotypes: quick, exact, and hard in the way that real ones are.

What a choice is worth depends on the choices beside it, so nothing can be found by choosing every
field on its own.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.genotype import SYMMETRIC, Genotype
from core.space import Space, sample

_CALIBRATION = 200
"""Genotypes of the space that say what is usual."""


@dataclass
class PairwiseReward:
    """A reward in 0..1 from weights of single choices and of pairs of them.

    Equal cells have equal rewards: the choices are seen as the cell computes, not as it is written
    down. Weights are normally distributed; those of pairs make most of the difference. The mean
    genotype drawn by chance has about 0.5, one that is two standard deviations better 0.73.

    Attributes:
        space: Whose genotypes are usual.
        seed: Decides the weights.
    """

    space: Space
    seed: int
    _weights: dict[tuple[str, ...], float] = field(default_factory=dict, init=False)
    _mean: float = field(default=0.0, init=False)
    _spread: float = field(default=1.0, init=False)

    def __post_init__(self) -> None:
        rng = random.Random(f"usual {self.seed}")
        usual = [self._score(sample(self.space, rng)) for _ in range(_CALIBRATION)]
        self._mean = sum(usual) / len(usual)
        self._spread = math.sqrt(sum((each - self._mean) ** 2 for each in usual) / len(usual))

    def __call__(self, genotype: Genotype) -> float:
        """The genotype's reward."""
        unusual = (self._score(genotype) - self._mean) / self._spread
        return 1 / (1 + math.exp(-unusual / 2))

    def _score(self, genotype: Genotype) -> float:
        return math.fsum(self._weight(choices) for choices in _choices(genotype))

    def _weight(self, choices: tuple[str, ...]) -> float:
        if choices not in self._weights:
            rng = random.Random(f"{self.seed} {choices}")
            self._weights[choices] = rng.gauss(0, 1 if len(choices) > 1 else 0.5)
        return self._weights[choices]


def _choices(genotype: Genotype) -> Iterator[tuple[str, ...]]:
    """The single choices of a cell and the pairs of choices that meet in one place of it."""
    for node in genotype.nodes:
        sides = ("", "") if node.combine in SYMMETRIC else ("left of ", "right of ")
        combine = node.combine
        sources = [
            f"a {genotype.nodes[int(source)].combine}" if source.isdigit() else source
            for source in (node.left, node.right)
        ]
        ops = (node.left_op, node.right_op)
        yield (combine,)
        for side, source, op in zip(sides, sources, ops, strict=True):
            yield (op,)
            yield (source,)
            yield source, op
            yield op, side + combine
            yield source, side + combine
        for pair in (sources, ops):
            yield tuple(sorted(side + each for side, each in zip(sides, pair, strict=True)))
