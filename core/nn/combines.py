"""How a node joins its two halves: (B, C, h, w) twice to (B, C, h, w).

Each combine is built from the number of channels and `kept`, the half that the node should
start out repeating where it can: what makes a cell begin as the network it improves on.
"""

from collections.abc import Callable

import torch
from torch import nn
from torch.nn import functional

from core.nn.cell_plan import Kept
from core.nn.correlation import Matching
from core.nn.decoder import Lateral


class Sum(nn.Module):
    """The sum of both halves with learned weights per channel."""

    def __init__(self, channels: int, *, kept: Kept | None = None) -> None:
        super().__init__()
        shape = (1, channels, 1, 1)
        self.left = nn.Parameter(torch.full(shape, 0.0 if kept == "right" else 1.0))
        self.right = nn.Parameter(torch.full(shape, 0.0 if kept == "left" else 1.0))

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Adds two maps."""
        return self.left * left + self.right * right


class Concat(nn.Module):
    """Both halves side by side, mixed by a 1x1 convolution."""

    def __init__(self, channels: int, *, kept: Kept | None = None) -> None:
        super().__init__()
        self.mix = nn.Conv2d(2 * channels, channels, 1)
        if kept is not None:
            start_as_part(self.mix, part=0 if kept == "left" else 1)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Mixes two maps."""
        mixed: torch.Tensor = self.mix(torch.cat((left, right), dim=1))
        return mixed


class Product(nn.Module):
    """The product of both halves."""

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Multiplies two maps."""
        return left * right


class Gate(nn.Module):
    """The left half, let through by the right one."""

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Gates a map."""
        return right.sigmoid() * left


class Blend(nn.Module):
    """A mean of both halves whose weight, per place and channel, is read from both."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weigh = nn.Conv2d(2 * channels, channels, 1)

    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Blends two maps."""
        weight: torch.Tensor = self.weigh(torch.cat((left, right), dim=1))
        return right + weight.sigmoid() * (left - right)


class Correlate(nn.Module):
    """Where the places of the right half are found in the left one, projected to C channels.

    Args:
        channels: Channels of the output.
        matching: Compares the halves at the finer of their own resolutions.
    """

    def __init__(self, channels: int, *, matching: Matching) -> None:
        super().__init__()
        self.matching = matching
        self.project = Lateral(matching.window.displacements, channels)

    def forward(
        self, left: torch.Tensor, right: torch.Tensor, grid: tuple[int, int]
    ) -> torch.Tensor:
        """Maps two maps of any channels, on the grid or finer, to (B, channels, *grid)."""
        projected: torch.Tensor = self.project(self.matching(left, right, grid))
        return projected


class Align(nn.Module):
    """The left half warped by an offset per place, learned from where the right half is found.

    The offset is read from the match probabilities and from the right half itself, which may
    already hold motion. It starts at 0 and is told no flow; beyond the edge the edge is repeated.

    Args:
        channels: Channels of both halves on the grid.
        matching: Compares the halves at the finer of their own resolutions.
    """

    def __init__(self, channels: int, *, matching: Matching) -> None:
        super().__init__()
        self.matching = matching
        self.offset = nn.Conv2d(matching.window.displacements + channels, 2, 3, padding=1)
        nn.init.zeros_(self.offset.weight)
        assert self.offset.bias is not None
        nn.init.zeros_(self.offset.bias)

    def forward(
        self,
        left: torch.Tensor,
        right: torch.Tensor,
        *,
        fine: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Warps `left` (B, C, h, w).

        Args:
            left: (B, C, h, w).
            right: (B, C, h, w).
            fine: The two halves as they are compared, see `Matching`.
        """
        height, width = left.shape[-2:]
        found = self.matching(*fine, (height, width))
        offset = self.offset(torch.cat((found, right), dim=1))  # (B, 2, h, w): dx, dy in places
        return warp(left, offset)


def warp(values: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """Bilinear samples of a map at every place plus an offset; exactly the map where that is 0.

    Args:
        values: (B, C, h, w); beyond the edge the edge is repeated.
        offset: (B, 2, h, w), dx and dy in places.

    Returns:
        (B, C, h, w).
    """
    batch, channels, height, width = values.shape
    device = offset.device
    # Half precision cannot tell neighbouring places of a large map apart.
    exact = torch.promote_types(offset.dtype, torch.float32)
    x = torch.arange(width, dtype=exact, device=device) + offset[:, 0].to(exact)
    y = torch.arange(height, dtype=exact, device=device).unsqueeze(1) + offset[:, 1].to(exact)
    x, y = x.clamp(0, width - 1), y.clamp(0, height - 1)  # (B, h, w)
    # A cell that diverged must say so by what it answers, not by an index that does not exist.
    left, top = (each.detach().floor().nan_to_num() for each in (x, y))
    columns = (left.long(), (left.long() + 1).clamp(max=width - 1))
    rows = (top.long(), (top.long() + 1).clamp(max=height - 1))
    across = (x - left).unsqueeze(-1).to(values.dtype)
    down = (y - top).unsqueeze(-1).to(values.dtype)
    places = values.permute(0, 2, 3, 1).reshape(-1, channels)
    first = torch.arange(batch, device=device).view(batch, 1, 1) * (height * width)

    def row(number: int) -> torch.Tensor:
        begins = first + rows[number] * width
        # `embedding` copies whole places where indexing copies numbers, in half of the time.
        left, right = (functional.embedding(begins + column, places) for column in columns)
        return torch.lerp(left, right, across)

    return torch.lerp(row(0), row(1), down).permute(0, 3, 1, 2)  # (B, C, h, w)


def start_as_part(mix: nn.Conv2d, *, part: int) -> None:
    """Makes a 1x1 convolution over several maps side by side return one of them at first."""
    channels = mix.out_channels
    with torch.no_grad():
        mix.weight.zero_()
        places = torch.arange(channels)
        mix.weight[places, part * channels + places] = 1
        assert mix.bias is not None
        mix.bias.zero_()


COMBINES: dict[str, Callable[[int, Kept | None], nn.Module]] = {
    "sum": lambda channels, kept: Sum(channels, kept=kept),
    "concat": lambda channels, kept: Concat(channels, kept=kept),
    "product": lambda channels, kept: Product(),
    "gate": lambda channels, kept: Gate(),
    "blend": lambda channels, kept: Blend(channels),
}
"""Combine of two maps on the grid -> its builder from channels and the half it should repeat."""
