"""A second classifier on a coarse map of the decoder, there only while a network trains."""

import torch
from torch import nn
from torch.nn import functional

from core.nn.segmenter import Segmenter


class CoarseClassifier(nn.Module):
    """Classifies the decoder's stride-16 map, so that the deep encoder is taught directly.

    After *Deeply-Supervised Nets* (Lee et al., AISTATS 2015, arXiv 1409.5185).

    Args:
        channels: Channels of the decoder.
        num_classes: Number of classes.
    """

    def __init__(self, channels: int, num_classes: int) -> None:
        super().__init__()
        self.classify = nn.Conv2d(channels, num_classes, 1)

    def forward(self, coarse: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Maps (B, C, h, w) to logits (B, num_classes, *size), bilinear."""
        return functional.interpolate(
            self.classify(coarse), size=size, mode="bilinear", align_corners=False
        )


def both_logits(
    network: Segmenter, classifier: CoarseClassifier, images: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of the network and of `classifier` for images (B, 3, H, W) in [0, 1].

    Returns:
        Twice (B, num_classes, H, W); the first is what `network(images)` gives.
    """
    height, width = images.shape[-2:]
    low = network.low(images)
    stride8, stride16, stride32 = network.backbone.deep(low)
    coarse = network.decoder.coarse(stride16, stride32)
    stride4 = low if network.backbone.low_stride == 4 else None
    high = network.decoder.finish(coarse, stride8, stride4=stride4)
    return network.head(high, (height, width)), classifier(coarse, (height, width))
