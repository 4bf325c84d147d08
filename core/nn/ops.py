"""The operations of a cell's nodes on one map: (B, C, h, w) to (B, C, h, w)."""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

from core.nn.cell_plan import GATE_SHARE
from core.nn.decoder import Lateral


class Convolution(nn.Sequential):
    """ReLU, a dense convolution, batch norm; linear at its end so that it can also take away."""

    def __init__(self, channels: int, *, kernel: int) -> None:
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(channels, channels, kernel, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(channels),
        )


class Separable(nn.Sequential):
    """ReLU, a depthwise convolution, a 1x1 convolution, batch norm."""

    def __init__(self, channels: int, *, kernel: int, dilation: int = 1) -> None:
        padding = dilation * (kernel // 2)
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(
                channels,
                channels,
                kernel,
                padding=padding,
                dilation=dilation,
                groups=channels,
                bias=False,
            ),
            Lateral(channels, channels),
        )


class GlobalPool(nn.Module):
    """The mean over the map, mixed by a 1x1 convolution, at every place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.mix = nn.Conv2d(channels, channels, 1)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Maps (B, C, h, w) to the same shape, equal at every place."""
        mean = functional.adaptive_avg_pool2d(values, 1)
        mixed: torch.Tensor = self.mix(mean)
        return mixed.expand_as(values)


class ChannelGate(nn.Module):
    """Scales channels by what the whole map holds (Hu et al., CVPR 2018, arXiv 1709.01507)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = max(1, channels // GATE_SHARE)
        self.squeeze = nn.Conv2d(channels, hidden, 1)
        self.excite = nn.Conv2d(hidden, channels, 1)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Maps (B, C, h, w) to the same shape."""
        mean = functional.adaptive_avg_pool2d(values, 1)
        gates: torch.Tensor = self.excite(self.squeeze(mean).relu())  # (B, C, 1, 1)
        return values * gates.sigmoid()


OPS: dict[str, Callable[[int], nn.Module]] = {
    "identity": lambda channels: nn.Identity(),
    "conv1x1": lambda channels: Convolution(channels, kernel=1),
    "conv3x3": lambda channels: Convolution(channels, kernel=3),
    "sep3x3": lambda channels: Separable(channels, kernel=3),
    "sep5x5": lambda channels: Separable(channels, kernel=5),
    "sep3x3_dilated3": lambda channels: Separable(channels, kernel=3, dilation=3),
    "sep3x3_dilated6": lambda channels: Separable(channels, kernel=3, dilation=6),
    "global_pool": GlobalPool,
    "max_pool3x3": lambda channels: nn.MaxPool2d(3, stride=1, padding=1),
    "avg_pool3x3": lambda channels: nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
    "channel_gate": ChannelGate,
}
"""Operation -> its builder, which takes the number of channels."""
