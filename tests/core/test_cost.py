"""The counted cost against the network itself: its parameters, and hooks on its convolutions."""

import subprocess
import sys

import pytest
import torch
from torch import nn

from core.cost import static_cost
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.fold import fold_batch_norms
from core.nn.segmenter import Segmenter


class MacCounter:
    """Counts the multiply-accumulates of every convolution that runs."""

    def __init__(self, network: nn.Module) -> None:
        self.macs = 0
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                module.register_forward_hook(self._count)

    def _count(self, module: nn.Module, inputs: object, output: torch.Tensor) -> None:
        assert isinstance(module, nn.Conv2d)
        self.macs += module.weight.numel() * output.shape[-2] * output.shape[-1]

    def take(self) -> int:
        macs, self.macs = self.macs, 0
        return macs


def measured(network: Segmenter, height: int, width: int) -> tuple[int, int, int]:
    """MACs of low, high and head of one frame."""
    counter = MacCounter(network)
    with torch.inference_mode():
        low = network.low(torch.rand(1, 3, height, width))
        low_macs = counter.take()
        high = network.high(low)
        high_macs = counter.take()
        network.head(high, (height, width))
    return low_macs, high_macs, counter.take()


CONFIGS = [
    StaticConfig(num_classes=11, width=0.35),
    StaticConfig(num_classes=11, width=0.5),
    StaticConfig(num_classes=11, width=1.0),
    StaticConfig(num_classes=19, width=0.5, channels=32, low_stride=8, head_upscale=2),
    StaticConfig(num_classes=254, width=1.4, channels=7),
]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.to_json())
@pytest.mark.parametrize(("height", "width"), [(360, 480), (97, 131), (16, 16), (17, 63)])
def test_macs_are_those_of_the_convolutions_that_run(
    config: StaticConfig, height: int, width: int
) -> None:
    network = fold_batch_norms(build_segmenter(config))
    cost = static_cost(config, height=height, width=width)
    parts = (cost.low.macs, cost.high.macs, cost.head.macs)
    assert parts == measured(network, height, width)
    assert cost.macs == sum(parts)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: config.to_json())
def test_parameters_are_those_of_the_folded_network(config: StaticConfig) -> None:
    network = fold_batch_norms(build_segmenter(config))
    cost = static_cost(config, height=64, width=64)
    assert cost.parameters == sum(weights.numel() for weights in network.parameters())
    assert cost.head.parameters == sum(w.numel() for w in network.classifier.parameters())
    assert not any(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def test_a_static_network_keeps_nothing_between_frames_and_says_what_is_not_counted() -> None:
    cost = static_cost(CONFIGS[0], height=360, width=480)
    assert cost.state_bytes == 0
    assert "bilinear resizing" in cost.uncounted


def test_a_frame_that_the_network_refuses_has_no_cost() -> None:
    with pytest.raises(ValueError, match="a frame of 480x8; sides of at least 16 are needed"):
        static_cost(CONFIGS[0], height=8, width=480)


def test_counting_needs_no_torch() -> None:
    script = (
        "import sys; from core.cost import static_cost; from core.nn.config import StaticConfig;"
        "print(static_cost(StaticConfig(num_classes=11), height=360, width=480).macs,"
        " 'torch' in sys.modules, 'cv2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    macs, *heavy = done.stdout.split()
    assert int(macs) > 1e8, done.stderr
    assert heavy == ["False", "False"]
