"""Which nodes two genotypes have in common, whatever their numbers."""

from dataclasses import dataclass

from core.genotype import INPUTS, SYMMETRIC, Genotype


@dataclass(frozen=True)
class GenotypeDiff:
    """Two genotypes node by node; every node of either is named once.

    Attributes:
        same: Number in `a` and number in `b` of nodes that compute the same from the inputs on.
        only_a: Numbers of the nodes that only `a` has.
        only_b: Numbers of the nodes that only `b` has.
    """

    same: tuple[tuple[int, int], ...]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]


def diff_genotypes(a: Genotype, b: Genotype) -> GenotypeDiff:
    """Pairs the nodes of equal content: combine, ops, and the content of what they read.

    Content is compared as in the canonical form, the halves of symmetric combines in one order.
    Weights are never shared, so a node pairs with one node only.
    """
    unpaired = dict(enumerate(_contents(b)))
    same: list[tuple[int, int]] = []
    only_a: list[int] = []
    for number, content in enumerate(_contents(a)):
        match = next((other for other, found in unpaired.items() if found == content), None)
        if match is None:
            only_a.append(number)
        else:
            same.append((number, match))
            del unpaired[match]
    return GenotypeDiff(same=tuple(same), only_a=tuple(only_a), only_b=tuple(unpaired))


def _contents(genotype: Genotype) -> list[str]:
    """Per node everything it computes, down to the inputs, as one text."""
    contents: list[str] = []
    for node in genotype.nodes:
        halves = [
            f"{op}({source if source in INPUTS else contents[int(source)]})"
            for source, op in ((node.left, node.left_op), (node.right, node.right_op))
        ]
        if node.combine in SYMMETRIC:
            halves.sort()
        contents.append(f"{node.combine}({', '.join(halves)})")
    return contents
