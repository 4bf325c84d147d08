"""How images are normalised before the encoder: ImageNet's mean and deviation per channel."""

import torch
from torch import nn

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Normalisation(nn.Module):
    """Brings images (B, 3, H, W) in [0, 1] to mean 0 and deviation 1."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        shape = (1, 3, 1, 1)
        # Not persistent: constants of the architecture, not weights.
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(shape), persistent=False)
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(shape), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Normalises images."""
        return (images - self.mean) / self.std


class Centring(nn.Module):
    """Brings images (B, 3, H, W) in [0, 1] to mean 0: what is left once the deviation is folded.

    The mean stays, because a convolution pads with 0, which is to be the mean. Whole lines of the
    image are subtracted at once, in a quarter of the time that three numbers each take.
    """

    mean: torch.Tensor

    def __init__(self, mean: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean.flatten(), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Centres images; the result lies in memory channels last."""
        places = images.permute(0, 2, 3, 1)
        lines = places.flatten(2) - self.mean.repeat(images.shape[-1])  # (B, H, 3 W)
        return lines.view(places.shape).permute(0, 3, 1, 2)
