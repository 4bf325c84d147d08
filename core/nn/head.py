"""The head: from the decoder's space to class logits."""

import torch
from torch import nn
from torch.nn import functional

from core.nn.backbone import ConvBlock
from core.nn.config import HEAD_CHANNELS


class Head(nn.Module):
    """Classifier whose logits are `upscale` times finer than its input.

    Poles are narrower than a stride-8 position, and bilinear interpolation between positions
    cannot bring them back. So the map is first unfolded by pixel shuffles (Shi et al., CVPR 2016,
    arXiv 1609.05158); at twice the resolution a separable 5x5 joins what neighbouring positions
    unfolded, without which straight borders become stairs.

    Args:
        channels: Channels of the input.
        num_classes: Number of classes.
        upscale: 2 or 4.
    """

    def __init__(self, channels: int, num_classes: int, *, upscale: int = 4) -> None:
        super().__init__()
        self.unfold = ConvBlock(channels, HEAD_CHANNELS * 4)
        self.fold_out = nn.PixelShuffle(2)
        self.spread = ConvBlock(HEAD_CHANNELS, HEAD_CHANNELS, kernel=5, groups=HEAD_CHANNELS)
        self.mix = ConvBlock(HEAD_CHANNELS, 2 * HEAD_CHANNELS)
        self.classify = nn.Conv2d(2 * HEAD_CHANNELS, num_classes * (upscale // 2) ** 2, 1)
        self.shuffle = nn.PixelShuffle(upscale // 2)
        self.num_classes = num_classes
        self.upscale = upscale

    def logits(self, high: torch.Tensor) -> torch.Tensor:
        """Maps (B, C, h, w) to logits (B, num_classes, upscale * h, upscale * w)."""
        fine = self.fold_out(self.unfold(high))  # (B, HEAD_CHANNELS, 2h, 2w)
        logits: torch.Tensor = self.shuffle(self.classify(self.mix(self.spread(fine))))
        return logits

    def logits_at(self, high: torch.Tensor, place: tuple[int, int]) -> torch.Tensor:
        """One of the `upscale` x `upscale` logits that `logits` gives for each place of `high`.

        Where a loss needs a sample only, this costs a fraction of computing all of them.

        Args:
            high: (B, C, h, w).
            place: Row and column within a place, each 0..upscale - 1.

        Returns:
            (B, num_classes, h, w), equal to `logits(high)[..., row::upscale, column::upscale]`.
        """
        if not all(0 <= each < self.upscale for each in place):
            raise ValueError(f"place {place}; 0 to {self.upscale - 1} are possible")
        shuffle = self.upscale // 2
        (row, part_row), (column, part_column) = (divmod(each, shuffle) for each in place)
        convolution, *after = self.spread
        assert isinstance(convolution, nn.Conv2d)
        margin = convolution.padding[0]
        assert isinstance(margin, int)
        fine = self.fold_out(self.unfold(high))  # (B, HEAD_CHANNELS, 2h, 2w)
        # One row and one column of every two, those that `row` and `column` name.
        framed = functional.pad(
            fine, (margin - column, margin + column - 1, margin - row, margin + row - 1)
        )
        spread = functional.conv2d(
            framed, convolution.weight, convolution.bias, stride=2, groups=convolution.groups
        )  # (B, HEAD_CHANNELS, h, w)
        for layer in after:
            spread = layer(spread)
        # A pixel shuffle takes the sub-places of class k from channels k * shuffle ** 2 and on.
        chosen = slice(part_row * shuffle + part_column, None, shuffle**2)
        bias = self.classify.bias
        return functional.conv2d(
            self.mix(spread),
            self.classify.weight[chosen],
            None if bias is None else bias[chosen],
            dilation=self.classify.dilation,
        )

    def forward(self, high: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """Maps (B, C, h, w) to logits (B, num_classes, *size), bilinear, `size` = (H, W)."""
        return functional.interpolate(
            self.logits(high), size=size, mode="bilinear", align_corners=False
        )
