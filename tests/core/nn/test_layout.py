import copy

import pytest
import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from core.named_genotypes import NAMED
from core.nn.build import add_cell, build_segmenter
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.nn.dynamic import DynamicSegmenter
from core.nn.layout import laid_out

CONFIG = StaticConfig(num_classes=6, width=0.25, channels=16)


def network() -> DynamicSegmenter:
    torch.manual_seed(0)
    return add_cell(build_segmenter(CONFIG), CellConfig.of(NAMED["propagate"]), CONFIG)


def logits(of: DynamicSegmenter, images: torch.Tensor) -> torch.Tensor:
    first, second = images
    after = of.follow(second, of.key(first))
    return of.head(is_key=False).logits(after.high)


def test_results_and_gradients_are_the_same_but_for_rounding() -> None:
    plain = network()
    ours = laid_out(copy.deepcopy(plain), "cpu")
    images = torch.rand(2, 3, 3, 48, 64)
    answers = [logits(each, images) for each in (plain, ours)]
    torch.testing.assert_close(answers[1], answers[0], rtol=1e-3, atol=1e-4)
    for answer in answers:
        answer.square().mean().backward()
    named = dict(plain.named_parameters())
    for name, parameter in ours.named_parameters():
        wanted = named[name].grad
        if wanted is None:
            assert parameter.grad is None
        else:
            torch.testing.assert_close(parameter.grad, wanted, rtol=1e-2, atol=1e-4)


def test_the_weights_keep_their_names_and_values() -> None:
    plain = network()
    ours = laid_out(copy.deepcopy(plain), "cpu")
    before, after = plain.state_dict(), ours.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())


@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="torch without oneDNN")
def test_no_convolution_of_a_frame_takes_the_path_that_copies() -> None:
    ours = laid_out(network(), "cpu").eval()
    images = torch.rand(2, 1, 3, 360, 480).contiguous()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode(), profile(activities=[ProfilerActivity.CPU]) as seen:
            logits(ours, images)
    finally:
        torch.set_num_threads(threads)
    names = {event.key for event in seen.key_averages()}
    assert "aten::mkldnn_convolution" in names
    assert not [name for name in names if "slow_conv2d" in name or "thnn_conv2d" in name]


def test_it_is_moved_to_the_type_that_was_asked_for() -> None:
    ours = laid_out(nn.Sequential(nn.Conv2d(3, 4, 1)), "cpu", dtype=torch.bfloat16)
    assert {each.dtype for each in ours.parameters()} == {torch.bfloat16}
