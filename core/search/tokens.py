"""Genotypes as sequences of tokens, and which tokens may stand at each place; imports no torch.

Node by node a sequence names what `FIELDS` says, in that order. A place allows the choices that the
space has for it. Besides, every genotype must read something of certain groups of inputs
(`Space.needed_inputs`): when there are only as many places for sources left as groups unmet, only
inputs of unmet groups are allowed. So every sequence that can be finished is a genotype of the
space, every genotype of the space can be written, and no place is ever without a choice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from core.genotype import Genotype, Node
from core.space import Space

FIELDS = ("left", "left_op", "right", "right_op", "combine")
"""The fields of a node in the order in which they are chosen."""

_SOURCES = ("left", "right")


@dataclass(frozen=True)
class TokenPlan:
    """The tokens of a space.

    A set of unmet groups is a number whose bit g says that group g is not read yet.

    Attributes:
        space: Where genotypes come from.
    """

    space: Space

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The word of every token: sources, operations, combines."""
        sources = (*self.space.inputs, *map(str, range(self.space.nodes - 1)))
        return (*sources, *self.space.ops, *self.space.combines)

    @property
    def length(self) -> int:
        """Tokens of a genotype."""
        return self.space.nodes * len(FIELDS)

    @property
    def all_unmet(self) -> int:
        """The set of all groups: before the first token none is met."""
        return (1 << len(self.space.needed_inputs)) - 1

    def meets(self, token: int) -> int:
        """The set of groups that reading this token's input meets; 0 for other tokens."""
        word = self.vocabulary[token]
        return sum(1 << g for g, group in enumerate(self.space.needed_inputs) if word in group)

    def allowed(self, place: int, unmet: int) -> tuple[bool, ...]:
        """Whether each token may stand at a place of the sequence.

        Args:
            place: 0 to `length` - 1.
            unmet: The set of groups that no token before has met.
        """
        number, field = divmod(place, len(FIELDS))
        choices = self.space.choices(number)[FIELDS[field]]
        is_forced = unmet.bit_count() == self._sources_left(place) and FIELDS[field] in _SOURCES
        return tuple(
            word in choices and (not is_forced or bool(self.meets(token) & unmet))
            for token, word in enumerate(self.vocabulary)
        )

    def tokens(self, genotype: Genotype) -> tuple[int, ...]:
        """The genotype as it is written.

        Raises:
            ValueError: It has a choice that the space has not.
        """
        return tuple(
            self.vocabulary.index(getattr(node, field))
            for node in genotype.nodes
            for field in FIELDS
        )

    def genotype(self, tokens: Sequence[int]) -> Genotype:
        """The genotype that a whole sequence writes down.

        Raises:
            InvalidGenotype: A token stands where it is not allowed.
        """
        words = [self.vocabulary[token] for token in tokens]
        rows = [words[place : place + len(FIELDS)] for place in range(0, self.length, len(FIELDS))]
        return Genotype(tuple(Node(**dict(zip(FIELDS, row, strict=True))) for row in rows))

    def _sources_left(self, place: int) -> int:
        """Places for sources from this one on."""
        return sum(FIELDS[each % len(FIELDS)] in _SOURCES for each in range(place, self.length))
