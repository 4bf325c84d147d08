"""Whole cells: how they start, what they read, what runs."""

import random

import pytest
import torch
from torch import nn

from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.nn.build import add_cell, build_segmenter
from core.nn.cell import CellInputs, DynamicCell
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.dynamic import CellState, DynamicSegmenter
from core.space import Space, sample

STATIC = StaticConfig(num_classes=5, width=0.35, channels=16)


def network_of(
    genotype: Genotype | None, *, seed: int = 0, static: StaticConfig = STATIC
) -> DynamicSegmenter:
    torch.manual_seed(seed)
    config = CellConfig.of(genotype)
    return add_cell(build_segmenter(static), config, static).eval()


def sampled(cell: str, count: int) -> list[Genotype]:
    space = Space(name="extended", nodes=4, cell=cell)  # type: ignore[arg-type]
    return [sample(space, random.Random(seed)) for seed in range(count)]


LIGHT = [g for g in NAMED.values() if g.is_light] + sampled("light", 12)
FULL = [g for g in NAMED.values() if not g.is_light] + sampled("full", 12)


@pytest.mark.parametrize("genotype", LIGHT, ids=lambda g: g.key)
def test_a_fresh_light_cell_copies_the_key_frame_exactly(genotype: Genotype) -> None:
    network, frames = network_of(genotype), torch.rand(4, 1, 3, 61, 83)
    with torch.inference_mode():
        state = key = network.key(frames[0])
        for frame in frames[1:]:
            state = network.follow(frame, state)
            assert torch.equal(state.high, key.high)
            assert torch.equal(state.low, network.static.low(frame))


@pytest.mark.parametrize("genotype", FULL, ids=lambda g: g.key)
def test_a_fresh_full_cell_is_the_static_network_exactly(genotype: Genotype) -> None:
    network, frames = network_of(genotype), torch.rand(3, 1, 3, 61, 83)
    with torch.inference_mode():
        state = network.key(frames[0])
        for frame in frames[1:]:
            state = network.follow(frame, state)
            assert torch.equal(state.high, network.static.high(network.static.low(frame)))


@pytest.mark.parametrize("genotype", LIGHT + FULL, ids=lambda g: g.key)
def test_a_fresh_cell_can_learn(genotype: Genotype) -> None:
    """The warm start is no dead end: a few steps towards a target bring the answer nearer."""
    cell, given, target = trainable(genotype)
    optimiser = torch.optim.Adam(cell.parameters(), lr=0.02)
    losses = []
    for _ in range(12):
        loss = nn.functional.mse_loss(cell(given), target)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


def trainable(genotype: Genotype) -> tuple[DynamicCell, CellInputs, torch.Tensor]:
    torch.manual_seed(0)
    cell = DynamicCell(genotype, STATIC, low_channels=8, reach=16).train()
    low, high = torch.randn(2, 8, 12, 16), torch.randn(2, 16, 6, 8)
    given = CellInputs(low, high, torch.randn(2, 8, 12, 16), torch.randn(2, 16, 6, 8))
    pooled = nn.functional.avg_pool2d(low, 2)
    return cell, given, torch.cat((pooled, -pooled), 1) + 0.5 * given.prev_high


class Calls:
    """Counts which layers run."""

    def __init__(self, network: DynamicSegmenter) -> None:
        self.ran: list[str] = []
        for name, module in network.named_modules():
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(lambda *_, name=name: self.ran.append(name))

    def take(self) -> list[str]:
        ran, self.ran = self.ran, []
        return ran


@pytest.mark.parametrize("genotype", LIGHT, ids=lambda g: g.key)
def test_a_light_cell_runs_no_layer_of_the_deep_encoder_or_the_decoder(genotype: Genotype) -> None:
    network = network_of(genotype)
    calls, images = Calls(network), torch.rand(1, 3, 48, 64)
    with torch.inference_mode():
        state = network.key(images)
        whole = set(calls.take())
        network.follow(images, state)
    ran = calls.take()
    static = {name for name in ran if name.startswith("static.")}
    low = {
        name
        for name in whole
        if name.startswith("static.backbone.features.") and int(name.split(".")[3]) <= 3
    }
    assert static == low
    assert len(ran) == len(set(ran)), "no layer runs twice"
    assert not any(name.startswith("static.decoder") for name in ran)


def test_a_copy_runs_nothing_between_key_frames() -> None:
    network = network_of(None)
    calls, images = Calls(network), torch.rand(1, 3, 48, 64)
    state = network.key(images)
    calls.take()
    assert network.follow(torch.rand(1, 3, 48, 64), state) is state
    assert calls.take() == []


def test_a_cell_that_reads_high_says_when_it_is_missing() -> None:
    cell, given, _ = trainable(FULL[0])
    with pytest.raises(ValueError, match="reads high"):
        cell(given._replace(high=None))


def test_a_head_of_its_own_begins_as_the_static_one_and_labels_only_the_cells_frames() -> None:
    torch.manual_seed(0)
    config = CellConfig(genotype=NAMED["propagate"], own_head=True)
    network = add_cell(build_segmenter(STATIC), config, STATIC).eval()
    high = torch.randn(1, 16, 6, 8)
    assert network.head(is_key=True) is network.static.classifier
    own = network.head(is_key=False)
    assert own is not network.static.classifier
    assert torch.equal(own.logits(high), network.static.classifier.logits(high))


@pytest.mark.parametrize("low_stride", [4, 8])
def test_the_state_has_the_size_that_the_cost_says(low_stride: int) -> None:
    from core.cell_cost import cell_cost

    static = StaticConfig(num_classes=5, width=0.5, channels=20, low_stride=low_stride)
    state: CellState = network_of(NAMED["propagate"], static=static).key(torch.rand(1, 3, 61, 83))
    cost = cell_cost(static, NAMED["propagate"], height=61, width=83)
    assert state.num_bytes == cost.state_bytes
