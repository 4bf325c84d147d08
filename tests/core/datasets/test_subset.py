from pathlib import Path

import numpy as np
import pytest

from core.datasets.pack import PackReader
from core.datasets.subset import DatasetSubset
from core.datasets.training import DatasetData
from tests.datasets_media import make_pack


@pytest.fixture
def data(tmp_path: Path) -> DatasetData:
    make_pack(tmp_path / "tiny.pack")
    reader = PackReader(tmp_path / "tiny.pack")
    return DatasetData(reader, splits=["val"], cache_dir=tmp_path / "cache")


def test_a_subset_gives_the_chosen_frames(data: DatasetData) -> None:
    chosen = DatasetSubset(data, [1, 4, 5], name="some")
    assert len(chosen) == 3
    assert chosen.images == tuple(data.images[n] for n in (1, 4, 5))
    for number, position in enumerate((1, 4, 5)):
        for mine, theirs in zip(chosen.sample(number), data.sample(position), strict=True):
            assert np.array_equal(mine, theirs)
    assert chosen.description.startswith("some (3 frames) of 10 labelled frames")


def test_the_digest_tells_choices_apart(data: DatasetData) -> None:
    digests = {DatasetSubset(data, choice, name="x").digest for choice in ([0], [1], [0, 1])}
    assert len(digests | {data.digest}) == 4


@pytest.mark.parametrize("positions", [[], [2, 1], [1, 1], [-1], [10]])
def test_positions_that_are_none_are_refused(data: DatasetData, positions: list[int]) -> None:
    with pytest.raises(ValueError, match="positions among 10 frames"):
        DatasetSubset(data, positions, name="x")
