"""What sampling loses, taken from a picture that is not moved."""

import cv2
import numpy as np
import pytest

from core.video.simulation.resampling import INTERPOLATIONS, loss_of_sampling

SIZE = 96
Y, X = np.mgrid[:SIZE, :SIZE].astype(np.float32)


def texture() -> np.ndarray:
    return np.random.default_rng(0).integers(60, 196, (SIZE, SIZE, 3), dtype=np.uint8)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_sampling_on_the_pixels_loses_nothing(interpolation: int) -> None:
    image = texture()
    found = loss_of_sampling(image, X + 3, Y - 2, interpolation=interpolation)
    assert np.array_equal(found, image)


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("offset", [(0.5, 0.0), (0.25, 0.5), (0.375, 0.75)])
def test_as_much_detail_is_lost_as_by_sampling_and_nothing_moves(
    interpolation: int, offset: tuple[float, float]
) -> None:
    image = texture()
    x, y = X + np.float32(offset[0]), Y + np.float32(offset[1])
    sampled = cv2.remap(image, x, y, interpolation, borderMode=cv2.BORDER_REFLECT_101)
    found = loss_of_sampling(image, x, y, interpolation=interpolation)
    inner = (slice(8, -8), slice(8, -8))
    for filtered in (lambda a: a, lambda a: cv2.Laplacian(a, cv2.CV_32F)):
        energies = [filtered(each.astype(np.float32))[inner].var() for each in (sampled, found)]
        assert energies[1] == pytest.approx(energies[0], rel=0.1)
    shift, _ = cv2.phaseCorrelate(
        image[..., 0].astype(np.float32), found[..., 0].astype(np.float32)
    )
    assert np.hypot(*shift) < 0.02
