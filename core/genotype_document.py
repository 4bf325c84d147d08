"""The plain JSON documents about genotypes that commands print and the API answers with."""

from typing import Any

from core.cell_cost import CellCost
from core.genotype import Genotype
from core.genotype_diff import diff_genotypes


def genotype_document(genotype: Genotype) -> dict[str, Any]:
    """The genotype as `Genotype.from_dict` reads it, with its key and whether it is light."""
    document = genotype.to_dict()
    return {
        "version": document["version"],
        "key": genotype.key,
        "light": genotype.is_light,
        "nodes": document["nodes"],
    }


def cost_document(cost: CellCost) -> dict[str, int]:
    """Parameters, and multiply-accumulates of a frame of the cell and of a key frame."""
    return {
        "params": cost.parameters,
        "macs_steady": cost.macs_steady,
        "macs_key": cost.macs_key,
    }


def diff_document(a: Genotype, b: Genotype) -> dict[str, Any]:
    """Which nodes two genotypes have in common, and which only one has, by their numbers."""
    found = diff_genotypes(a, b)
    return {
        "a": a.key,
        "b": b.key,
        "same": [{"a": i, "b": j, "node": str(a.nodes[i])} for i, j in found.same],
        "only_a": [{"a": number, "node": str(a.nodes[number])} for number in found.only_a],
        "only_b": [{"b": number, "node": str(b.nodes[number])} for number in found.only_b],
    }
