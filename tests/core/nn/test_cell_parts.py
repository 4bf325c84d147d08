"""One contract for every operation and every combine; a new one is one more name in its table."""

import pytest
import torch
from torch import nn

from core.genotype import COMBINES, OPS, Genotype, Node
from core.nn.cell import CellInputs, DynamicCell
from core.nn.combines import COMBINES as JOINERS
from core.nn.combines import warp
from core.nn.config import StaticConfig
from core.nn.ops import OPS as OP_BUILDERS

STATIC = StaticConfig(num_classes=3, width=0.35, channels=12)
LOW_CHANNELS = 8
SIZES = ((64, 96), (16, 16), (33, 47), (17, 131))
"""Height and width of frames; odd ones too."""


def one_node(op: str, combine: str) -> Genotype:
    """A light cell that reads both inputs through `op`."""
    return Genotype((Node("prev_high", "low", op, op, combine),))


def inputs(
    size: tuple[int, int], *, batch: int = 2, dtype: torch.dtype = torch.float32, seed: int = 0
) -> CellInputs:
    """Random features of frames of that height and width, channels last."""
    generator = torch.Generator().manual_seed(seed)

    def random(channels: int, stride: int) -> torch.Tensor:
        height, width = (-(-side // stride) for side in size)
        values = torch.randn(batch, channels, height, width, generator=generator).to(dtype)
        return values.to(memory_format=torch.channels_last).requires_grad_()

    return CellInputs(random(LOW_CHANNELS, 4), None, random(LOW_CHANNELS, 4), random(12, 8))


def cell_of(genotype: Genotype) -> DynamicCell:
    torch.manual_seed(0)
    cell = DynamicCell(genotype, STATIC, low_channels=LOW_CHANNELS, reach=16)
    if cell.trust is not None:  # let the nodes in, or nothing of them is seen
        nn.init.constant_(cell.trust, 0.5)
    return cell


PARTS = [(op, "sum") for op in OPS["extended"]] + [
    ("identity", name) for name in COMBINES["extended"]
]


def test_every_op_and_combine_of_the_genotype_has_a_builder() -> None:
    assert set(OP_BUILDERS) == set(OPS["extended"])
    assert {*JOINERS, "correlate", "align"} == set(COMBINES["extended"])


@pytest.mark.parametrize(("op", "combine"), PARTS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("batch", [1, 3])
def test_a_part_keeps_shape_and_type_at_any_size_and_batch(
    op: str, combine: str, size: tuple[int, int], batch: int
) -> None:
    given = inputs(size, batch=batch)
    cell = cell_of(one_node(op, combine)).to(memory_format=torch.channels_last)
    answer = cell.train()(given)
    assert answer.shape == given.prev_high.shape
    assert answer.dtype == torch.float32
    assert answer.isfinite().all()
    assert cell.eval()(given).shape == given.prev_high.shape


@pytest.mark.parametrize(("op", "combine"), PARTS)
def test_gradients_reach_every_weight_and_what_is_read(op: str, combine: str) -> None:
    cell, given = cell_of(one_node(op, combine)).train(), inputs((48, 64))
    with torch.no_grad():  # away from the warm start, at which some ways are closed
        for weights in cell.parameters():
            weights.add_(0.1 * torch.randn(weights.shape))
    answer = cell(given)
    (answer * torch.randn(answer.shape)).sum().backward()
    missing = [n for n, p in cell.named_parameters() if p.grad is None or not p.grad.abs().any()]
    assert missing == []
    assert given.prev_high.grad is not None
    assert given.prev_high.grad.abs().any()
    assert given.low.grad is not None
    assert given.low.grad.abs().any()


@pytest.mark.parametrize(("op", "combine"), PARTS)
def test_a_part_runs_in_bf16_and_stays_near_fp32(op: str, combine: str) -> None:
    cell = cell_of(one_node(op, combine)).eval()
    exact = cell(inputs((48, 64)))
    half = cell.to(torch.bfloat16)(inputs((48, 64), dtype=torch.bfloat16))
    assert half.dtype == torch.bfloat16
    assert (half.float() - exact).abs().mean() < 0.05 * exact.abs().mean() + 0.02


@pytest.mark.parametrize(("op", "combine"), PARTS)
def test_a_part_gives_the_same_in_both_memory_layouts(op: str, combine: str) -> None:
    cell = cell_of(one_node(op, combine)).eval()
    given = inputs((33, 47))
    plain = CellInputs(*(None if v is None else v.detach().contiguous() for v in given))
    torch.testing.assert_close(cell(given), cell(plain), rtol=1e-4, atol=1e-4)


def test_a_frame_of_a_batch_does_not_depend_on_the_others() -> None:
    for op, combine in PARTS:
        cell, given = cell_of(one_node(op, combine)).eval(), inputs((33, 47), batch=3)
        alone = CellInputs(*(None if v is None else v[1:2] for v in given))
        torch.testing.assert_close(cell(given)[1:2], cell(alone), rtol=1e-4, atol=1e-4)


def test_a_gate_lets_the_left_half_through_and_a_blend_lies_between_its_halves() -> None:
    left, right = torch.full((1, 4, 2, 2), 3.0), torch.full((1, 4, 2, 2), -40.0)
    assert JOINERS["gate"](4, None)(left, right).abs().max() < 1e-6
    torch.testing.assert_close(JOINERS["gate"](4, None)(left, -right), left)
    torch.manual_seed(0)
    blended = JOINERS["blend"](4, None)(left, torch.ones_like(left))
    assert ((blended >= 1) & (blended <= 3)).all()


@pytest.mark.parametrize("kept", ["left", "right"])
@pytest.mark.parametrize("name", ["sum", "concat"])
def test_a_kept_half_is_repeated_exactly(name: str, kept: str) -> None:
    halves = {"left": torch.randn(1, 6, 3, 5), "right": torch.randn(1, 6, 3, 5)}
    joined = JOINERS[name](6, kept)(halves["left"], halves["right"])  # type: ignore[arg-type]
    assert torch.equal(joined, halves[kept])


def test_a_warp_by_whole_places_moves_and_by_nothing_returns_the_map_exactly() -> None:
    values = torch.randn(2, 5, 7, 9)
    offset = torch.zeros(2, 2, 7, 9)
    assert torch.equal(warp(values, offset), values)
    offset[:, 0], offset[:, 1] = 2, -1
    moved = warp(values, offset)
    assert torch.equal(moved[:, :, 1:, :-2], values[:, :, :-1, 2:])
    assert torch.equal(moved[:, :, 0, :-2], values[:, :, 0, 2:])  # the edge is repeated


def test_a_warp_by_no_number_answers_with_none_instead_of_failing() -> None:
    offset = torch.zeros(1, 2, 3, 4)
    offset[0, 0, 1, 2] = torch.nan
    warped = warp(torch.randn(1, 5, 3, 4), offset)
    assert warped[0, :, 1, 2].isnan().all()
    assert warped.isnan().sum() == 5


def test_a_warp_agrees_with_grid_sampling_anywhere() -> None:
    generator = torch.Generator().manual_seed(0)
    values = torch.randn(2, 5, 7, 9, generator=generator)
    offset = 6 * torch.randn(2, 2, 7, 9, generator=generator)
    rows, columns = torch.meshgrid(torch.arange(7.0), torch.arange(9.0), indexing="ij")
    x = (2 * (columns + offset[:, 0]) + 1) / 9 - 1
    y = (2 * (rows + offset[:, 1]) + 1) / 7 - 1
    reference = nn.functional.grid_sample(
        values, torch.stack((x, y), -1), padding_mode="border", align_corners=False
    )
    torch.testing.assert_close(warp(values, offset), reference, rtol=1e-4, atol=1e-5)
