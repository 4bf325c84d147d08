"""The static network: encoder, decoder and head put together from parts."""

import torch
from torch import nn

from core.nn.backbone import MobileNetV2
from core.nn.config import MIN_SIDE
from core.nn.decoder import LightDecoder
from core.nn.head import Head
from core.nn.normalisation import Normalisation


class Segmenter(nn.Module):
    """Labels single images; keeps nothing between calls.

    Args:
        backbone: The encoder.
        decoder: Takes the encoder's outputs at strides 8, 16 and 32.
        head: Classifies the decoder's output.
    """

    def __init__(self, backbone: MobileNetV2, decoder: LightDecoder, head: Head) -> None:
        super().__init__()
        self.backbone = backbone
        self.decoder = decoder
        self.classifier = head
        self.normalise: nn.Module = Normalisation()

    def low(self, images: torch.Tensor) -> torch.Tensor:
        """Runs the early encoder stages.

        Args:
            images: (B, 3, H, W) float in [0, 1], H and W at least 16, odd sizes too.

        Returns:
            (B, backbone.low_channels, ceil(H / low_stride), ceil(W / low_stride)).
        """
        if images.ndim != 4 or images.shape[1] != 3 or min(images.shape[-2:]) < MIN_SIDE:
            raise ValueError(
                f"images have shape {tuple(images.shape)}; "
                f"(B, 3, H, W) with sides of at least {MIN_SIDE} is wanted"
            )
        return self.backbone.low(self.normalise(images))

    def high(self, low: torch.Tensor) -> torch.Tensor:
        """Runs the deep encoder and the decoder: `low` to (B, C, ceil(H / 8), ceil(W / 8))."""
        stride4 = low if self.backbone.low_stride == 4 else None
        high: torch.Tensor = self.decoder(*self.backbone.deep(low), stride4=stride4)
        return high

    def head(self, high: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Maps `high` to logits (B, num_classes, *size), `size` = (H, W)."""
        logits: torch.Tensor = self.classifier(high, size)
        return logits

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Maps images (B, 3, H, W) in [0, 1] to logits (B, num_classes, H, W)."""
        height, width = images.shape[-2:]
        return self.head(self.high(self.low(images)), (height, width))
