"""Genotypes for tests: drawn, and the same cell written down in other ways."""

import random
from typing import Any

from hypothesis import strategies as st

from core.genotype import SYMMETRIC, Genotype, Node
from core.space import Space, sample


def one_node(**values: object) -> dict[str, Any]:
    """The document of a sound genotype of one node, with some fields of the node replaced."""
    node: dict[str, object] = {
        "left": "prev_high",
        "right": "low",
        "left_op": "identity",
        "right_op": "sep3x3",
        "combine": "blend",
    }
    return {"version": 1, "nodes": [node | values]}


def drawn(seed: int, nodes: int, alike: bool) -> Genotype:
    """A genotype of the extended space; of few ops and combines where nodes should be `alike`."""
    ops = ("identity",) if alike else None
    combines = ("sum", "gate") if alike else None
    space = Space("extended", nodes, only_ops=ops, only_combines=combines)
    return sample(space, random.Random(seed))


genotypes = st.builds(drawn, st.integers(0, 2**32), st.integers(1, 8), st.booleans())


def rewritten(genotype: Genotype, rng: random.Random) -> Genotype:
    """The same cell: nodes in another topological order, halves of symmetric combines swapped."""
    order: list[int] = []
    while len(order) < len(genotype.nodes):
        ready = [
            number
            for number, node in enumerate(genotype.nodes)
            if number not in order
            and all(not s.isdigit() or int(s) in order for s in (node.left, node.right))
        ]
        order.append(rng.choice(ready))
    return renumbered(genotype, order, swaps=[rng.random() < 0.5 for _ in order])


def renumbered(genotype: Genotype, order: list[int], *, swaps: list[bool]) -> Genotype:
    """Nodes in that order; the halves of the node at a place swapped where they may be."""
    names = {str(old): str(new) for new, old in enumerate(order)}
    nodes = []
    for old, swap in zip(order, swaps, strict=True):
        node = genotype.nodes[old]
        left, right = names.get(node.left, node.left), names.get(node.right, node.right)
        new = Node(left, right, node.left_op, node.right_op, node.combine)
        if swap and node.combine in SYMMETRIC:
            new = Node(right, left, node.right_op, node.left_op, node.combine)
        nodes.append(new)
    return Genotype(tuple(nodes))
