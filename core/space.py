"""The cells that a search may find: drawn, varied by one choice, and counted."""

import random
from collections.abc import Iterator
from dataclasses import KW_ONLY, asdict, dataclass, replace
from itertools import product
from typing import Any, Literal, Self, get_args

from core.genotype import (
    COMBINES,
    CURRENT,
    INPUTS,
    MAX_NODES,
    OPS,
    PREVIOUS,
    SYMMETRIC,
    Genotype,
    InvalidGenotype,
    Node,
)
from core.space_size import count_cells

SpaceName = Literal["paper", "extended"]
"""Which operations and combines there are."""

CellClass = Literal["light", "full", "any"]
"""Whether cells never read `high`, always do, or either."""


@dataclass(frozen=True)
class Space:
    """A set of genotypes.

    Attributes:
        name: Which operations and combines there are.
        nodes: How many nodes each genotype has, 1..`MAX_NODES`.
        cell: `light` genotypes never read `high`, `full` ones do; `any` allows both.
        only_ops: The operations to keep of the space's; None keeps all.
        only_combines: The combines to keep; None keeps all.

    Raises:
        ValueError: A value is out of range or unknown.
    """

    name: SpaceName
    nodes: int = 4
    cell: CellClass = "any"
    _: KW_ONLY
    only_ops: tuple[str, ...] | None = None
    only_combines: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for field, choices in (("name", get_args(SpaceName)), ("cell", get_args(CellClass))):
            value = getattr(self, field)
            if value not in choices:
                raise ValueError(f"{field} is {value!r}; one of {', '.join(choices)} is allowed")
        if not isinstance(self.nodes, int) or isinstance(self.nodes, bool):
            raise ValueError(f"nodes is {self.nodes!r}; it must be a whole number")
        if not 1 <= self.nodes <= MAX_NODES:
            raise ValueError(f"nodes is {self.nodes}; 1 to {MAX_NODES} are possible")
        _check_kept("only_ops", self.only_ops, OPS[self.name])
        _check_kept("only_combines", self.only_combines, COMBINES[self.name])

    @property
    def ops(self) -> tuple[str, ...]:
        """The operations a half may have."""
        return OPS[self.name] if self.only_ops is None else self.only_ops

    @property
    def combines(self) -> tuple[str, ...]:
        """The combines a node may have."""
        return COMBINES[self.name] if self.only_combines is None else self.only_combines

    @property
    def inputs(self) -> tuple[str, ...]:
        """The inputs a node may read."""
        return tuple(name for name in INPUTS if self.cell != "light" or name != "high")

    @property
    def needed_inputs(self) -> tuple[tuple[str, ...], ...]:
        """Groups of inputs; of each group at least one is read by every genotype."""
        return (("high",) if self.cell == "full" else CURRENT, PREVIOUS)

    def choices(self, number: int) -> dict[str, tuple[str, ...]]:
        """What each field of the node of that number may be, by the names of `Node`'s fields."""
        sources = (*self.inputs, *map(str, range(number)))
        return {
            "left": sources,
            "right": sources,
            "left_op": self.ops,
            "right_op": self.ops,
            "combine": self.combines,
        }

    def contains(self, genotype: Genotype) -> bool:
        """Whether the genotype is one of this space."""
        ops = {op for node in genotype.nodes for op in (node.left_op, node.right_op)}
        return (
            len(genotype.nodes) == self.nodes
            and ops <= set(self.ops)
            and {node.combine for node in genotype.nodes} <= set(self.combines)
            and set(genotype.inputs) <= set(self.inputs)
            and all(set(genotype.inputs) & set(group) for group in self.needed_inputs)
        )

    def to_dict(self) -> dict[str, Any]:
        """The space as plain JSON."""
        return {
            field: list(value) if isinstance(value, tuple) else value
            for field, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, document: dict[str, Any]) -> Self:
        """Builds the space from what `to_dict` gave.

        Raises:
            TypeError: A key is unknown.
            ValueError: A value is out of range or unknown.
        """
        values: dict[str, Any] = {
            field: tuple(value) if isinstance(value, list) else value
            for field, value in document.items()
        }
        return cls(**values)


@dataclass(frozen=True)
class SpaceSize:
    """How large a space is.

    Attributes:
        count: Different cells, or an upper bound of them.
        is_exact: Whether `count` is their number.
    """

    count: int
    is_exact: bool


def sample(space: Space, rng: random.Random) -> Genotype:
    """Draws a genotype: every field of every node uniformly, again until they make a valid cell.

    So every way to write a genotype of the space down is equally likely; a cell that can be
    numbered in several ways comes up more often than one that cannot.
    """
    while True:
        drawn = _genotype(
            tuple(
                Node(**{field: rng.choice(values) for field, values in space.choices(n).items()})
                for n in range(space.nodes)
            )
        )
        if drawn is not None and space.contains(drawn):
            return drawn


def mutate(space: Space, genotype: Genotype, rng: random.Random) -> Genotype:
    """Changes exactly one field of one node, so that another cell of the space comes out.

    The node, the field and its new value are each drawn uniformly, again until the cell is valid
    and its key differs. There always is one: a node may read the other previous input instead.

    Raises:
        ValueError: The genotype is not in the space.
    """
    if not space.contains(genotype):
        raise ValueError(f"the genotype {genotype.key} is not in {space}")
    while True:
        number = rng.randrange(space.nodes)
        field, values = rng.choice(tuple(space.choices(number).items()))
        nodes = list(genotype.nodes)
        nodes[number] = replace(nodes[number], **{field: rng.choice(values)})
        mutant = _genotype(tuple(nodes))
        if mutant is not None and space.contains(mutant) and mutant.key != genotype.key:
            return mutant


def size(space: Space) -> SpaceSize:
    """The number of cells of the space, cells of one key counted once; exact for every space.

    Counts wirings of all sets of inputs and takes away those that leave a needed group out.
    """
    symmetric = sum(combine in SYMMETRIC for combine in space.combines)
    count = 0
    for sign, inputs in _allowed_inputs(space):
        count += sign * count_cells(
            space.nodes,
            inputs=len(inputs),
            ops=len(space.ops),
            symmetric=symmetric,
            ordered=len(space.combines) - symmetric,
        )
    return SpaceSize(count=count, is_exact=True)


def _allowed_inputs(space: Space) -> Iterator[tuple[int, frozenset[str]]]:
    """The terms of inclusion and exclusion over the needed groups that are left out."""
    for left_out in product((False, True), repeat=len(space.needed_inputs)):
        gone = [group for group, out in zip(space.needed_inputs, left_out, strict=True) if out]
        yield (-1) ** len(gone), frozenset(space.inputs).difference(*gone)


def _genotype(nodes: tuple[Node, ...]) -> Genotype | None:
    try:
        return Genotype(nodes)
    except InvalidGenotype:
        return None


def _check_kept(field: str, kept: tuple[str, ...] | None, known: tuple[str, ...]) -> None:
    if kept is None:
        return
    if not kept or len(set(kept)) < len(kept) or not set(kept) <= set(known):
        raise ValueError(f"{field} is {kept!r}; some of {', '.join(known)} are needed, each once")
