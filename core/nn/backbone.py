"""The MobileNet-v2 encoder, split where a dynamic cell taps its early stages."""

from typing import NamedTuple

import torch
from torch import nn

from core.nn.encoder_plan import BLOCKS, LAST_FEATURE, STEM_CHANNELS, STRIDES, scaled_channels


class ConvBlock(nn.Sequential):
    """Convolution without bias, batch norm, ReLU6: (B, C_in, H, W) to (B, C_out, H', W')."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
    ) -> None:
        super().__init__(
            nn.Conv2d(
                in_channels,
                out_channels,
                kernel,
                stride,
                padding=kernel // 2,
                groups=groups,
                bias=False,
            ),
            nn.BatchNorm2d(out_channels),
            nn.ReLU6(inplace=True),
        )


class InvertedResidual(nn.Module):
    """Expansion, depthwise 3x3, linear projection, and a skip where the shapes allow one."""

    def __init__(self, in_channels: int, out_channels: int, *, stride: int, expansion: int) -> None:
        super().__init__()
        hidden = in_channels * expansion
        layers: list[nn.Module] = []
        if expansion != 1:
            layers.append(ConvBlock(in_channels, hidden))
        layers += [
            ConvBlock(hidden, hidden, kernel=3, stride=stride, groups=hidden),
            nn.Conv2d(hidden, out_channels, 1, bias=False),
            nn.BatchNorm2d(out_channels),
        ]
        self.conv = nn.Sequential(*layers)
        self.has_skip = stride == 1 and in_channels == out_channels

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Maps (B, C_in, H, W) to (B, C_out, H / stride, W / stride)."""
        mapped: torch.Tensor = self.conv(features)
        return features + mapped if self.has_skip else mapped


class Pyramid(NamedTuple):
    """The encoder's outputs, finest first, each (B, C, ceil(H / stride), ceil(W / stride))."""

    stride4: torch.Tensor
    stride8: torch.Tensor
    stride16: torch.Tensor
    stride32: torch.Tensor


class MobileNetV2(nn.Module):
    """The convolutional part of MobileNet-v2 up to stride 32, without the classifier.

    The modules are called `features.N` as in torchvision, so that its checkpoints fit by name.

    Args:
        width: Width multiplier of every layer.
        low_stride: The stride (4 or 8) at which `low` ends and `deep` begins.
    """

    def __init__(self, *, width: float = 1.0, low_stride: int = 4) -> None:
        super().__init__()
        if low_stride not in (4, 8):
            raise ValueError(f"low_stride is {low_stride}; it must be 4 or 8")
        channels = scaled_channels(STEM_CHANNELS, width)
        features: list[nn.Module] = [ConvBlock(3, channels, kernel=3, stride=2)]
        outputs = [channels]
        for plan in BLOCKS:
            for repeat in range(plan.repeats):
                stride = plan.stride if repeat == 0 else 1
                wanted = scaled_channels(plan.channels, width)
                features.append(
                    InvertedResidual(channels, wanted, stride=stride, expansion=plan.expansion)
                )
                channels = wanted
                outputs.append(channels)
        self.features = nn.ModuleList(features)
        self.low_stride = low_stride
        self.channels = {stride: outputs[LAST_FEATURE[stride]] for stride in STRIDES}

    @property
    def low_channels(self) -> int:
        """Channels of what `low` returns."""
        return self.channels[self.low_stride]

    def low(self, images: torch.Tensor) -> torch.Tensor:
        """Runs the early stages: normalised (B, 3, H, W) to (B, low_channels, H / s, W / s)."""
        return self._run(images, 0, LAST_FEATURE[self.low_stride])

    def deep(self, low: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Runs the rest on the output of `low`; returns the outputs at strides 8, 16 and 32."""
        start = LAST_FEATURE[self.low_stride] + 1
        stride8 = low if self.low_stride == 8 else self._run(low, start, LAST_FEATURE[8])
        stride16 = self._run(stride8, LAST_FEATURE[8] + 1, LAST_FEATURE[16])
        stride32 = self._run(stride16, LAST_FEATURE[16] + 1, LAST_FEATURE[32])
        return stride8, stride16, stride32

    def forward(self, images: torch.Tensor) -> Pyramid:
        """Returns the outputs at strides 4, 8, 16 and 32 of normalised images (B, 3, H, W)."""
        stride4 = self._run(images, 0, LAST_FEATURE[4])
        stride8 = self._run(stride4, LAST_FEATURE[4] + 1, LAST_FEATURE[8])
        stride16 = self._run(stride8, LAST_FEATURE[8] + 1, LAST_FEATURE[16])
        return Pyramid(
            stride4,
            stride8,
            stride16,
            self._run(stride16, LAST_FEATURE[16] + 1, LAST_FEATURE[32]),
        )

    def _run(self, features: torch.Tensor, first: int, last: int) -> torch.Tensor:
        for index in range(first, last + 1):
            features = self.features[index](features)
        return features
