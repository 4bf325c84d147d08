"""What cells can have in common: inputs, operations, combines, and how large and deep they are."""

from dataclasses import dataclass
from typing import Literal

from core.genotype import COMBINES, INPUTS, OPS, Genotype

Kind = Literal["input", "op", "combine", "size"]
"""What a feature is about."""

_SEES = {"correlate", "align"}


@dataclass(frozen=True)
class Feature:
    """Something that a cell has or has not, or has more or less of.

    Attributes:
        key: Its name, unique: `op conv3x3`.
        kind: What it is about.
        word: The op, input or combine in question, or the size: `nodes`, `depth`, `macs`.
        told: The cells that have it, within a sentence: `cells that read prev_low`.
        is_choice: Whether it is chosen for itself; what follows from choices is not.
    """

    key: str
    kind: Kind
    word: str
    told: str
    is_choice: bool = True

    @property
    def is_size(self) -> bool:
        """Whether cells have more or less of it, rather than have it or not."""
        return self.kind == "size"


FEATURES: tuple[Feature, ...] = (
    *(Feature(f"input {word}", "input", word, f"cells that read {word}") for word in INPUTS),
    *(Feature(f"op {word}", "op", word, f"cells with {word}") for word in OPS["extended"]),
    *(
        Feature(
            f"combine {word}",
            "combine",
            word,
            f"cells that {'see motion by ' if word in _SEES else 'combine by '}{word}",
        )
        for word in COMBINES["extended"]
    ),
    Feature("nodes", "size", "nodes", "one node more"),
    Feature("depth", "size", "depth", "one node more on the longest way"),
    Feature("macs", "size", "macs", "a tenth of the static network's MACs more", is_choice=False),
)
"""Everything that is looked at, in the order of the genotype's words."""


def has(genotype: Genotype) -> dict[str, float]:
    """How much of every feature a cell has, without its MACs: 0 or 1, or a size."""
    words = {f"input {word}" for word in genotype.inputs}
    for node in genotype.nodes:
        words |= {f"op {node.left_op}", f"op {node.right_op}", f"combine {node.combine}"}
    found = {each.key: float(each.key in words) for each in FEATURES if not each.is_size}
    return found | {"nodes": float(len(genotype.nodes)), "depth": float(depth(genotype))}


def depth(genotype: Genotype) -> int:
    """Nodes on the longest way from an input to an output."""
    below: list[int] = []
    for node in genotype.nodes:
        read = [below[int(source)] for source in (node.left, node.right) if source.isdecimal()]
        below.append(1 + max(read, default=0))
    return max(below)
