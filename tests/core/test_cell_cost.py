"""The counted cost of cells against the networks themselves."""

import random

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from core.cell_cost import cell_cost
from core.genotype import COMBINES, OPS, Genotype, Node
from core.named_genotypes import NAMED
from core.nn.build import add_cell, build_segmenter
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.nn.fold import fold_batch_norms
from core.space import Space, sample

STATICS = (
    StaticConfig(num_classes=11, width=1.0),
    StaticConfig(num_classes=4, width=0.5, channels=20, low_stride=8, head_upscale=2),
)
EVERY_PART = [Genotype((Node("prev_high", "low", op, op, "sum"),)) for op in OPS["extended"]] + [
    Genotype((Node("prev_low", "low", "identity", "sep3x3", name),))
    for name in COMBINES["extended"]
]
SAMPLED = [
    sample(Space(name="extended", nodes=nodes), random.Random(nodes))
    for nodes in (1, 2, 3, 4, 6, 8)
]
GENOTYPES = [*NAMED.values(), *EVERY_PART, *SAMPLED]


def measured(network: DynamicSegmenter, size: tuple[int, int]) -> tuple[int, int]:
    """MACs of a key frame and of the cell's frame after it, as torch counts them."""
    images = torch.rand(1, 3, *size)
    with torch.inference_mode():
        with FlopCounterMode(display=False) as key:
            state = network.key(images)
            network.head(is_key=True).logits(state.high)
        with FlopCounterMode(display=False) as steady:
            state = network.follow(images, state)
            network.head(is_key=False).logits(state.high)
    return key.get_total_flops() // 2, steady.get_total_flops() // 2


@pytest.mark.parametrize("genotype", GENOTYPES, ids=lambda g: f"{g.nodes[0].combine}-{g.key}")
@pytest.mark.parametrize("static", STATICS, ids=["stride4", "stride8"])
@pytest.mark.parametrize("size", [(96, 128), (33, 47)])
def test_macs_and_parameters_are_those_of_the_network_that_runs(
    genotype: Genotype, static: StaticConfig, size: tuple[int, int]
) -> None:
    config = CellConfig.of(genotype)
    network = fold_batch_norms(add_cell(build_segmenter(static), config, static))
    cost = cell_cost(static, config, height=size[0], width=size[1])
    assert (cost.macs_key, cost.macs_steady) == measured(network, size)
    assert cost.parameters == sum(weights.numel() for weights in network.parameters())
    assert cost.cell.parameters == sum(
        part.parameters for part in (cost.projections, *cost.nodes, cost.join)
    )


def test_a_head_of_its_own_is_deployed_too_and_costs_no_macs() -> None:
    static = STATICS[0]
    config = CellConfig(genotype=NAMED["propagate"], own_head=True)
    network = fold_batch_norms(add_cell(build_segmenter(static), config, static))
    cost = cell_cost(static, config, height=64, width=64)
    assert cost.parameters == sum(weights.numel() for weights in network.parameters())
    plain = cell_cost(static, NAMED["propagate"], height=64, width=64)
    assert cost.macs_steady == plain.macs_steady


def test_a_copy_costs_nothing_between_key_frames() -> None:
    cost = cell_cost(STATICS[0], CellConfig.of(None), height=360, width=480)
    assert cost.macs_steady == 0
    assert cost.parameters == cost.static.parameters


@pytest.mark.parametrize("name", NAMED)
def test_the_named_light_cells_cost_under_half_of_the_static_network(name: str) -> None:
    cost = cell_cost(STATICS[0], NAMED[name], height=360, width=480)
    if NAMED[name].is_light:
        assert cost.macs_steady <= 0.5 * cost.macs_key
    else:
        assert cost.macs_steady > cost.macs_key
