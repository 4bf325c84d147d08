"""The static network: shapes at any size, the low/deep split, gradients."""

import pytest
import torch
from torch import nn

from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.normalisation import IMAGENET_MEAN, IMAGENET_STD
from core.nn.segmenter import Segmenter

CONFIGS = [
    StaticConfig(num_classes=5, width=0.25, channels=16),
    StaticConfig(num_classes=3, width=0.5, channels=24, low_stride=8, head_upscale=2),
    StaticConfig(num_classes=1, width=0.1, channels=8, head_upscale=4),
]


def seeded(config: StaticConfig) -> Segmenter:
    torch.manual_seed(0)
    network = build_segmenter(config)
    # Fresh norms are the identity and a fresh classifier is nearly zero: neither would show
    # whether they are wired right.
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.2)
            nn.init.normal_(module.running_mean, std=0.2)
            nn.init.uniform_(module.running_var, 0.5, 2)
    nn.init.normal_(network.classifier.classify.weight, std=0.5)
    return network.eval()


@pytest.mark.parametrize("config", CONFIGS, ids=str)
@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 45), (33, 31), (64, 96)])
def test_logits_have_the_size_of_the_images(config: StaticConfig, height: int, width: int) -> None:
    network = seeded(config)
    with torch.inference_mode():
        logits = network(torch.rand(1, 3, height, width))
    assert logits.shape == (1, config.num_classes, height, width)
    assert logits.isfinite().all()


@pytest.mark.parametrize("config", CONFIGS, ids=str)
def test_low_high_and_head_in_turn_are_the_whole_network(config: StaticConfig) -> None:
    network = seeded(config)
    images = torch.rand(2, 3, 45, 70)
    with torch.inference_mode():
        low = network.low(images)
        high = network.high(low)
        logits = network.head(high, (45, 70))
        assert torch.equal(logits, network(images))
    stride = config.low_stride
    assert low.shape == (2, network.backbone.low_channels, -(-45 // stride), -(-70 // stride))
    assert high.shape == (2, config.channels, 6, 9)


@pytest.mark.parametrize("low_stride", [4, 8])
def test_the_split_encoder_gives_the_outputs_of_the_whole_one(low_stride: int) -> None:
    backbone = seeded(StaticConfig(num_classes=2, width=0.25, low_stride=low_stride)).backbone
    images = torch.rand(1, 3, 50, 67)
    with torch.inference_mode():
        whole = backbone(images)
        low = backbone.low(images)
        deep = backbone.deep(low)
    assert torch.equal(low, whole.stride4 if low_stride == 4 else whole.stride8)
    for mine, theirs in zip(deep, whole[1:], strict=True):
        assert torch.equal(mine, theirs)
    for output, stride in zip(whole, (4, 8, 16, 32), strict=True):
        assert output.shape == (1, backbone.channels[stride], -(-50 // stride), -(-67 // stride))


def test_images_of_a_batch_do_not_influence_each_other() -> None:
    network = seeded(CONFIGS[0])
    images = torch.rand(3, 3, 40, 56)
    with torch.inference_mode():
        together = network(images)
        for index in range(3):
            alone = network(images[index : index + 1])
            torch.testing.assert_close(alone[0], together[index], rtol=1e-4, atol=1e-4)


def test_a_gradient_reaches_every_weight() -> None:
    network = seeded(CONFIGS[0]).train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    without = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.any()]
    assert without == []


def test_images_are_normalised_inside() -> None:
    network = seeded(CONFIGS[0])
    mean = torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1)
    std = torch.tensor(IMAGENET_STD).view(1, 3, 1, 1)
    images = torch.rand(1, 3, 32, 32)
    with torch.inference_mode():
        expected = network.backbone.low((images - mean) / std)
        assert torch.equal(network.low(images), expected)


@pytest.mark.parametrize("shape", [(3, 32, 32), (1, 4, 32, 32), (1, 3, 15, 32), (1, 3, 32, 1)])
def test_images_of_a_wrong_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="wanted"):
        seeded(CONFIGS[0]).low(torch.rand(shape))


def test_a_width_of_half_stays_a_light_network() -> None:
    network = build_segmenter(StaticConfig(num_classes=11))
    assert sum(p.numel() for p in network.parameters()) < 600_000


@pytest.mark.parametrize("upscale", [2, 4])
def test_the_head_places_fine_logits_where_their_position_is(upscale: int) -> None:
    config = StaticConfig(num_classes=2, width=0.1, channels=4, head_upscale=upscale)
    head = seeded(config).classifier
    high = torch.rand(1, 4, 9, 12)
    with torch.inference_mode():
        logits = head.logits(high)
        moved = head.logits(high.roll((1, 2), dims=(2, 3)))
    assert logits.shape == (1, 2, 9 * upscale, 12 * upscale)
    margin = 3 * upscale  # away from the borders, where the roll brings in the other side
    expected = logits.roll((upscale, 2 * upscale), dims=(2, 3))
    inner = (..., slice(margin, -margin), slice(margin, -margin))
    torch.testing.assert_close(moved[inner], expected[inner], rtol=1e-4, atol=1e-4)
    assert expected[inner].std() > 0.1
