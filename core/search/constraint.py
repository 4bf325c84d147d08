"""What a genotype must meet besides being of the space, as a limit on its cost; by rejection."""

import random
from collections.abc import Callable

from core.errors import DyncellError
from core.genotype import Genotype
from core.space import Space, sample

Accepts = Callable[[Genotype], bool]
"""Whether a genotype may be proposed; the same answer for the same genotype, always."""

MOST_DRAWS = 10_000
"""Genotypes that are drawn from a space before it counts as one where nothing is accepted."""


class NothingAccepted(DyncellError):
    """A space in which no genotype meets the constraint."""


def anything(genotype: Genotype) -> bool:
    """The constraint that every genotype meets."""
    del genotype
    return True


def draw_accepted(
    space: Space, rng: random.Random, *, accepts: Accepts, most_draws: int = MOST_DRAWS
) -> Genotype:
    """Draws genotypes as `core.space.sample` does until one meets the constraint.

    Raises:
        NothingAccepted: None of `most_draws` does.
    """
    for _ in range(most_draws):
        drawn = sample(space, rng)
        if accepts(drawn):
            return drawn
    raise NothingAccepted(
        f"None of {most_draws:,} genotypes drawn from the space {space.name} ({space.nodes} nodes, "
        f"{space.cell} cells) keeps the limit on cost; raise the limit or take fewer nodes."
    )
