import random
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.cell_cost import cell_cost
from core.cell_description import (
    CellConfig,
    canonical_places,
    describe_cell,
    describe_in_search,
    model_cell,
    model_static,
)
from core.data_folder import open_data_folder
from core.fresh_cell import write_fresh_cell
from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.nn.build import add_cell, build_segmenter
from core.nn.config import StaticConfig
from core.registry import import_model
from core.settings import Settings
from core.space import Space, sample
from tests.core.genotypes import rewritten
from tests.small_model import write_small_model

CORRECT = NAMED["correct"]


@pytest.mark.parametrize("low_stride", [4, 8])
@pytest.mark.parametrize("size", [(72, 96), (50, 45)])
def test_shapes_are_those_of_the_real_maps(size: tuple[int, int], low_stride: int) -> None:
    static = StaticConfig(num_classes=3, width=0.25, channels=16, low_stride=low_stride)
    network = add_cell(build_segmenter(static), CellConfig.of(CORRECT), static).eval()
    cell = describe_cell(CORRECT, static, height=size[0], width=size[1])
    shapes: list[tuple[int, ...]] = []
    assert network.cell is not None
    for node in network.cell.nodes:
        node.register_forward_hook(lambda _m, _i, found: shapes.append(tuple(found.shape[1:])))
    with torch.no_grad():
        state = network.key(torch.rand(1, 3, *size))
        network.follow(torch.rand(1, 3, *size), state)
    grid = (cell.grid.channels, cell.grid.height, cell.grid.width)
    assert set(shapes) == {grid}
    for name, real in (("low", state.low), ("high", state.high)):
        for told in (cell.inputs[name], cell.inputs[f"prev_{name}"]):
            assert (told.channels, told.height, told.width) == tuple(real.shape[1:])
    assert str(cell.grid) == " x ".join(map(str, grid))


@pytest.mark.parametrize("seed", range(12))
def test_nodes_keep_their_costs_however_they_are_numbered(seed: int) -> None:
    rng = random.Random(seed)
    genotype = sample(Space("extended", 1 + seed % 8), rng)
    other = rewritten(genotype, rng)
    static = StaticConfig(num_classes=3)
    costs = cell_cost(static, genotype, height=72, width=96).nodes
    for written in (genotype, other):
        described = describe_cell(written, static, height=72, width=96)
        places = canonical_places(written)
        assert sorted(places) == list(range(len(written.nodes)))
        for number, place in enumerate(places):
            assert written.nodes[number].combine == written.canonical.nodes[place].combine
            assert described.cost.nodes[number] == costs[place]


def test_the_sizes_of_a_trained_cell_are_taken() -> None:
    static = StaticConfig(num_classes=3)
    near = CellConfig(genotype=CORRECT, reach=4, own_head=True)
    usual = describe_cell(CORRECT, static, height=72, width=96)
    cell = describe_cell(CORRECT, static, height=72, width=96, config=near)
    assert cell.cost.macs_steady < usual.cost.macs_steady
    assert cell.cost.own_head > 0
    with pytest.raises(ValueError, match="another cell"):
        describe_cell(NAMED["blend"], static, height=72, width=96, config=near)


def test_it_says_what_the_answer_is_at_first() -> None:
    static = StaticConfig(num_classes=3)
    first = {
        name: describe_cell(genotype, static, height=72, width=96)
        for name, genotype in NAMED.items()
    }
    assert {name: cell.base for name, cell in first.items()} == {
        "blend": "high",
        "propagate": "prev_high",
        "clockwork": "prev_high",
        "correct": "prev_high",
        "realign": "prev_high",
    }
    assert first["blend"].is_eased_in
    assert not first["clockwork"].is_eased_in
    assert first["propagate"].projected == ("low", "prev_high")


def test_a_model_tells_its_cell_and_its_static_network(tmp_path: Path) -> None:
    folder = open_data_folder(Settings.of(tmp_path / "data", {}))
    path = write_small_model(tmp_path / "static.safetensors")
    config = CellConfig.of(CORRECT, key_interval=3)
    write_fresh_cell(path, config, tmp_path / "cell.safetensors")
    static = import_model(folder, path, name="static")
    cell = import_model(folder, tmp_path / "cell.safetensors", name="cell")
    assert model_cell(static) is None
    assert model_cell(cell) == config
    assert model_static(cell) == model_static(static)
    copied = replace(cell, config=static.config | {"cell": CellConfig.of(None).to_dict()})
    found = model_cell(copied)
    assert found is not None
    assert found.genotype is None
    folder.database.close()


def test_equal_nodes_are_each_given_a_place() -> None:
    twice = Genotype((*NAMED["clockwork"].nodes, *NAMED["clockwork"].nodes))
    assert sorted(canonical_places(twice)) == [0, 1]


def test_a_cell_of_a_search_is_described_on_the_searchs_network_and_frames() -> None:
    genotype = NAMED["propagate"]
    static = StaticConfig(num_classes=3, width=0.5)
    prepared = {"static": static.to_dict(), "height": 180, "width": 240}
    described = describe_in_search(genotype, prepared)
    assert described == describe_cell(genotype, static, height=180, width=240)
    assert describe_in_search(genotype, {}) is None
