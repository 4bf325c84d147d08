"""Local correlation: where the places of one map are found around themselves in another."""

import torch
from torch import nn
from torch.nn import functional

from core.nn.cell_plan import MATCH_BLOCK, MATCH_CHANNELS, Window
from core.nn.decoder import Lateral

_SHARPNESS = 8.0  # of the softmax over cosines, before it is learned


def local_correlation(queries: torch.Tensor, keys: torch.Tensor, window: Window) -> torch.Tensor:
    """Dot products of every query with the keys around its own place, as one matrix product.

    Queries of a row are taken in blocks. A block shares its keys; the products that are wanted
    are bands of the product of both, and a view of it.

    Args:
        queries: (B, M, h, w).
        keys: (B, M, step * h, step * w); beyond the edge they count as 0.
        window: Which displacements.

    Returns:
        (B, displacements, h, w), row by row, the first displacement being up and left. It lies
        in memory channels last, and is quick where queries and keys do.

    Raises:
        ValueError: The maps do not lie on each other.
    """
    batch, channels, height, width = queries.shape
    step, side, reach = window.step, window.side, window.block_reach
    if keys.shape != (batch, channels, step * height, step * width):
        raise ValueError(f"keys {tuple(keys.shape)} do not fit queries {tuple(queries.shape)}")
    blocks = -(-width // MATCH_BLOCK)
    spare = blocks * MATCH_BLOCK - width
    rows = functional.pad(queries.permute(0, 2, 3, 1), (0, 0, 0, spare))
    rows = rows.reshape(batch, height, blocks, MATCH_BLOCK, channels)
    around = (0, 0, window.radius, window.radius + step * spare, window.radius, window.radius)
    shared = functional.pad(keys.permute(0, 2, 3, 1), around)
    shared = shared.unfold(1, side, step).unfold(2, reach, step * MATCH_BLOCK)
    shared = shared.permute(0, 1, 2, 4, 5, 3)  # (B, h, blocks, D, reach, M)
    shared = shared.reshape(batch, height, blocks, side * reach, channels)
    products = torch.matmul(rows, shared.transpose(-1, -2))  # (B, h, blocks, block, D * reach)
    # Query number p of a block wants, in each of D rows, D columns from number step * p on: its
    # band begins `step` further than the row of products before it did.
    bands = products.flatten(-2).unfold(-1, (side - 1) * reach + side, side * reach + step)
    bands = bands.unfold(-1, side, reach)  # (B, h, blocks, block, D, D)
    volume = bands.reshape(batch, height, blocks * MATCH_BLOCK, side**2)[:, :, :width]
    return volume.permute(0, 3, 1, 2)


class Matching(nn.Module):
    """Says for every place of `b` how likely each displacement leads to it in `a`.

    Both maps are projected to a few channels and compared by cosine over patches as large as a
    place of the grid; a softmax of learned sharpness turns that into probabilities.

    Args:
        a_channels: Channels of `a`.
        b_channels: Channels of `b`.
        window: Which displacements.
        alike: Whether both are the same kind of map, which then start out projected alike.
    """

    def __init__(
        self, a_channels: int, b_channels: int, *, window: Window, alike: bool = False
    ) -> None:
        super().__init__()
        self.project_a = Lateral(a_channels, MATCH_CHANNELS)
        self.project_b = Lateral(b_channels, MATCH_CHANNELS)
        if alike:
            self.project_b.load_state_dict(self.project_a.state_dict())
        self.sharpness = nn.Parameter(torch.tensor(_SHARPNESS))
        self.window = window

    def forward(self, a: torch.Tensor, b: torch.Tensor, grid: tuple[int, int]) -> torch.Tensor:
        """Compares (B, C_a, ...) and (B, C_b, ...), on the grid or `step` times finer.

        Returns:
            (B, displacements, *grid) in 0..1, adding up to 1 over the displacements.
        """
        step = self.window.step
        keys, queries = self.project_a(a), self.project_b(b)
        if step > 1:
            keys = _patch_means(_raised(keys, grid, step), step)
            if queries.shape[-2:] != grid:
                queries = functional.avg_pool2d(_raised(queries, grid, step), step)
        volume = local_correlation(
            functional.normalize(queries, dim=1), functional.normalize(keys, dim=1), self.window
        )
        # A softmax is quick over what lies side by side.
        likely = (self.sharpness * volume.permute(0, 2, 3, 1)).softmax(dim=-1)
        return likely.permute(0, 3, 1, 2)


def _raised(values: torch.Tensor, grid: tuple[int, int], step: int) -> torch.Tensor:
    """(B, C, step * grid): maps on the grid are raised, the edge of odd finer ones is repeated."""
    height, width = values.shape[-2:]
    size = (step * grid[0], step * grid[1])
    if (height, width) == grid:
        return functional.interpolate(values, size=size, mode="bilinear", align_corners=False)
    missing = (0, size[1] - width, 0, size[0] - height)
    return functional.pad(values, missing, mode="replicate") if any(missing) else values


def _patch_means(values: torch.Tensor, step: int) -> torch.Tensor:
    """The mean over the patch, as large as a place of the grid, that begins at every place."""
    padded = functional.pad(values, (0, step - 1, 0, step - 1), mode="replicate")
    return functional.avg_pool2d(padded, step, stride=1)
