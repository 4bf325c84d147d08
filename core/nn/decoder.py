"""The light decoder: brings the deep encoder outputs down to one map at stride 8."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from core.nn.backbone import ConvBlock, InvertedResidual


class Lateral(nn.Sequential):
    """Linear 1x1 projection with batch norm: (B, C_in, H, W) to (B, C_out, H, W)."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels)
        )


class Fusion(nn.Module):
    """Adds a coarse map to a finer one and smooths the sum with a separable 5x5."""

    def __init__(self, fine_channels: int, channels: int) -> None:
        super().__init__()
        self.lateral = Lateral(fine_channels, channels)
        self.spread = ConvBlock(channels, channels, kernel=5, groups=channels)
        self.mix = Lateral(channels, channels)
        self.activation = nn.ReLU6(inplace=True)

    def forward(
        self, coarse: torch.Tensor, fine: torch.Tensor, *, detail: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Fuses (B, C, h, w) into (B, C_fine, H, W), giving (B, C, H, W); adds `detail` to it."""
        raised = functional.interpolate(
            coarse, size=fine.shape[-2:], mode="bilinear", align_corners=False
        )
        fused = raised + self.lateral(fine)  # (B, C, H, W)
        if detail is not None:
            fused = fused + detail
        result: torch.Tensor = self.activation(fused + self.mix(self.spread(fused)))
        return result


class FineInput(nn.Sequential):
    """Linear 3x3 convolution of stride 2: (B, C_in, H, W) to (B, C_out, ceil(H/2), ceil(W/2))."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, out_channels, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )


class LightDecoder(nn.Module):
    """Fuses strides 32, 16 and, where `low` has stride 4, 4 into stride 8.

    Stride 8 alone is too coarse an input for what is one or two pixels wide (poles, signs): the
    stride-4 map brings its places within a stride-8 position as channels.

    Args:
        in_channels: Channels of the encoder at strides 8, 16 and 32.
        fine_channels: Channels of the encoder at stride 4; None leaves that input out.
        channels: Channels of the output, `high`.
    """

    def __init__(
        self, in_channels: Sequence[int], *, fine_channels: int | None = None, channels: int = 48
    ) -> None:
        super().__init__()
        if len(in_channels) != 3:
            raise ValueError(f"{len(in_channels)} inputs; the decoder takes strides 8, 16 and 32")
        stride8, stride16, stride32 = in_channels
        self.top = Lateral(stride32, channels)
        self.fuse16 = Fusion(stride16, channels)
        self.fuse8 = Fusion(stride8, channels)
        self.fine = None if fine_channels is None else FineInput(fine_channels, channels)
        self.refine = InvertedResidual(channels, channels, stride=1, expansion=4)
        self.channels = channels

    def coarse(self, stride16: torch.Tensor, stride32: torch.Tensor) -> torch.Tensor:
        """The scene at stride 16: (B, channels, H / 16, W / 16)."""
        top = self.top(stride32)
        scene = functional.adaptive_avg_pool2d(top, 1)  # (B, C, 1, 1): what kind of scene it is
        coarse: torch.Tensor = self.fuse16(top + scene, stride16)
        return coarse

    def finish(
        self, coarse: torch.Tensor, stride8: torch.Tensor, *, stride4: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Brings `coarse` and the finer outputs to `high` (B, channels, H / 8, W / 8)."""
        if self.fine is not None and stride4 is None:
            raise ValueError("this decoder reads stride 4 too")
        detail = self.fine(stride4) if self.fine is not None else None
        high: torch.Tensor = self.refine(self.fuse8(coarse, stride8, detail=detail))
        return high

    def forward(
        self,
        stride8: torch.Tensor,
        stride16: torch.Tensor,
        stride32: torch.Tensor,
        *,
        stride4: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Returns `high` (B, channels, H / 8, W / 8)."""
        return self.finish(self.coarse(stride16, stride32), stride8, stride4=stride4)
