"""What a cell is made of, as columns of text that filters can look into."""

from collections.abc import Iterable

from core.genotype import COMBINES, OPS, Genotype

PARTS = ("inputs", "ops", "combines")
"""The columns."""


def parts(genotype: Genotype | None) -> dict[str, str]:
    """Inputs, ops and combines of a cell, each word once with a blank on both sides.

    So `~ " sep3x3 "` finds that word and no longer one that begins like it. All are empty where
    there is no cell.
    """
    if genotype is None:
        return dict.fromkeys(PARTS, "")
    ops = {op for node in genotype.nodes for op in (node.left_op, node.right_op)}
    combines = {node.combine for node in genotype.nodes}
    return {
        "inputs": _padded(genotype.inputs),
        "ops": _padded(word for word in OPS["extended"] if word in ops),
        "combines": _padded(word for word in COMBINES["extended"] if word in combines),
    }


def _padded(words: Iterable[str]) -> str:
    return f" {' '.join(words)} "
