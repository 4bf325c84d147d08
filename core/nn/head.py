"""The head: from the decoder's space to class logits."""

import torch
from torch import nn
from torch.nn import functional


class Head(nn.Module):
    """Per-position linear classifier whose logits are `upscale` times finer than its input.

    The finer logits come from one 1x1 convolution and a pixel shuffle (Shi et al., CVPR 2016,
    arXiv 1609.05158): poles are narrower than a stride-8 position, and bilinear interpolation
    between positions cannot bring them back.

    Args:
        channels: Channels of the input.
        num_classes: Number of classes.
        upscale: 1, 2 or 4.
    """

    def __init__(self, channels: int, num_classes: int, *, upscale: int = 2) -> None:
        super().__init__()
        self.classify = nn.Conv2d(channels, num_classes * upscale**2, 1)
        self.shuffle = nn.PixelShuffle(upscale)
        self.num_classes = num_classes
        self.upscale = upscale

    def logits(self, high: torch.Tensor) -> torch.Tensor:
        """Maps (B, C, h, w) to logits (B, num_classes, upscale * h, upscale * w)."""
        logits: torch.Tensor = self.shuffle(self.classify(high))
        return logits

    def forward(self, high: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Maps (B, C, h, w) to logits (B, num_classes, *size), bilinear, `size` = (H, W)."""
        return functional.interpolate(
            self.logits(high), size=size, mode="bilinear", align_corners=False
        )
