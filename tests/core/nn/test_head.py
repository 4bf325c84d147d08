import pytest
import torch
from torch import nn

from core.nn.fold import fold_batch_norms
from core.nn.head import Head


def head(upscale: int) -> Head:
    torch.manual_seed(0)
    made = Head(8, 5, upscale=upscale).eval()
    for module in made.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2.0)
    return made


@pytest.mark.parametrize("upscale", [2, 4])
@pytest.mark.parametrize("is_folded", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (5, 7), (6, 4)])
def test_logits_at_a_place_are_those_of_all_places(
    upscale: int, is_folded: bool, size: tuple[int, int]
) -> None:
    made = fold_batch_norms(head(upscale)) if is_folded else head(upscale)
    high = torch.randn(2, 8, *size)
    whole = made.logits(high)
    for row in range(upscale):
        for column in range(upscale):
            part = made.logits_at(high, (row, column))
            torch.testing.assert_close(
                part, whole[..., row::upscale, column::upscale], rtol=1e-4, atol=1e-5
            )


def test_a_place_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1 are possible"):
        head(2).logits_at(torch.randn(1, 8, 3, 3), (0, 2))
