import pytest
import torch

from core.nn.cell_plan import MATCH_CHANNELS, Window, window
from core.nn.correlation import Matching, local_correlation


def slow(queries: torch.Tensor, keys: torch.Tensor, window: Window) -> torch.Tensor:
    """One displacement of one place after another."""
    batch, _, height, width = queries.shape
    radius, step = window.radius, window.step
    found = torch.zeros(batch, window.displacements, height, width)
    for number in range(window.displacements):
        dy, dx = number // window.side - radius, number % window.side - radius
        for y in range(height):
            for x in range(width):
                row, column = step * y + dy, step * x + dx
                if 0 <= row < keys.shape[2] and 0 <= column < keys.shape[3]:
                    products = queries[:, :, y, x] * keys[:, :, row, column]
                    found[:, number, y, x] = products.sum(1)
    return found


@pytest.mark.parametrize("grid", [(2, 2), (5, 6), (4, 7), (3, 13)])
@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("radius", [1, 2, 4])
def test_the_volume_is_that_of_a_loop_over_places(
    grid: tuple[int, int], step: int, radius: int
) -> None:
    generator = torch.Generator().manual_seed(radius)
    queries = torch.randn(2, 5, *grid, generator=generator)
    keys = torch.randn(2, 5, step * grid[0], step * grid[1], generator=generator)
    wanted = Window(radius=radius, step=step)
    found = local_correlation(queries, keys, wanted)
    torch.testing.assert_close(found, slow(queries, keys, wanted), rtol=1e-4, atol=1e-5)


def test_keys_of_another_size_are_refused_with_both_shapes() -> None:
    with pytest.raises(ValueError, match=r"\(1, 5, 7, 8\) do not fit queries \(1, 5, 4, 4\)"):
        local_correlation(torch.zeros(1, 5, 4, 4), torch.zeros(1, 5, 7, 8), Window(1, 2))


def test_a_window_covers_the_motion_it_was_asked_for() -> None:
    assert window(16, grid_stride=8, key_stride=4) == Window(radius=4, step=2)
    assert window(17, grid_stride=8, key_stride=4) == Window(radius=5, step=2)
    assert window(16, grid_stride=8, key_stride=8) == Window(radius=2, step=1)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (2, 0), (-3, 1), (4, -4)])
def test_a_shift_is_found_where_it_went(dx: int, dy: int) -> None:
    torch.manual_seed(0)
    matching = Matching(8, 8, window=Window(radius=4, step=2), alike=True).eval()
    matching.sharpness.data.fill_(40)
    generator = torch.Generator().manual_seed(1)
    b = torch.randn(1, 8, 24, 32, generator=generator)
    a = torch.roll(b, (dy, dx), dims=(2, 3))  # what is at x in b is at x + (dx, dy) in a
    found = matching(a, b, (12, 16))
    torch.testing.assert_close(found.sum(1), torch.ones(1, 12, 16))
    inside = found[:, :, 3:-3, 3:-3]
    right = (dy + 4) * 9 + dx + 4
    assert (inside.argmax(1) == right).float().mean() > 0.95


def test_maps_of_different_fineness_are_compared_at_the_finer_one() -> None:
    matching = Matching(6, 8, window=Window(radius=2, step=2))
    coarse, fine = torch.randn(2, 6, 5, 7), torch.randn(2, 8, 9, 13)
    assert matching(coarse, fine, (5, 7)).shape == (2, 25, 5, 7)
    other = Matching(8, 6, window=Window(radius=2, step=2))
    assert other(fine, coarse, (5, 7)).shape == (2, 25, 5, 7)
    assert matching.project_a[0].out_channels == MATCH_CHANNELS  # type: ignore[union-attr]
