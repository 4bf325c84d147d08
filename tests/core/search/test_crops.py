from pathlib import Path

import numpy as np
import pytest
import torch

from core.features import FeatureCache, batch, cached_features
from core.search.crops import Window, cropped_batch, random_windows
from tests.core.small_clips import NoisyClips, network


@pytest.fixture
def features(tmp_path: Path) -> FeatureCache:
    clips = NoisyClips(3, length=4, size=(48, 64))
    return cached_features(network(), clips, cache_dir=tmp_path, weights_digest="w", threads=1)


def test_a_crop_holds_the_same_place_of_everything(features: FeatureCache) -> None:
    whole = batch(features, [2, 0])
    windows = [Window(1, 3, 4, 5), Window(0, 0, 4, 5)]
    cut = cropped_batch(features, [2, 0], windows, length=3)
    for place, window in enumerate(windows):
        for name, scale in (("high", 1), ("low", 2), ("labels", 8)):
            rows = slice(scale * window.top, scale * (window.top + window.height))
            columns = slice(scale * window.left, scale * (window.left + window.width))
            expected = getattr(whole, name)[place, -3:, ..., rows, columns]
            assert torch.equal(getattr(cut, name)[place], expected.to(getattr(cut, name).dtype))


def test_motion_is_followed_within_the_crop_and_unknown_beyond(features: FeatureCache) -> None:
    whole = batch(features, [1]).sources[0].numpy()  # (T, 24, 32)
    window = Window(1, 2, 3, 4)
    cut = cropped_batch(features, [1], [window], length=4).sources[0].numpy()
    top, left, height, width = (4 * each for each in window)
    assert cut.shape == (4, height, width)
    known = 0
    for (t, row, column), found in np.ndenumerate(cut):
        source = whole[t, top + row, left + column]
        y, x = divmod(int(source), whole.shape[2])
        is_inside = source >= 0 and top <= y < top + height and left <= x < left + width
        assert found == ((y - top) * width + x - left if is_inside else -1)
        known += is_inside
    assert known > 50


def test_windows_depend_on_seed_and_step_and_stay_inside() -> None:
    drawn = random_windows((10, 12), (4, 5), count=200, seed=3, step=7)
    assert drawn == random_windows((10, 12), (4, 5), count=200, seed=3, step=7)
    assert drawn != random_windows((10, 12), (4, 5), count=200, seed=3, step=8)
    assert drawn != random_windows((10, 12), (4, 5), count=200, seed=4, step=7)
    assert {window.top for window in drawn} == set(range(7))
    assert {window.left for window in drawn} == set(range(8))


@pytest.mark.parametrize("crop", [(0, 0), (10, 12), (99, 99)])
def test_a_crop_as_large_as_the_grid_is_the_grid(crop: tuple[int, int]) -> None:
    assert random_windows((10, 12), crop, count=2, seed=0, step=0) == [Window(0, 0, 10, 12)] * 2
