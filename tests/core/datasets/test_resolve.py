"""A path becomes a dataset."""

import os
from pathlib import Path

import pytest

from core.datasets.problems import BadDataset
from core.datasets.resolve import open_path
from core.errors import NotFound
from tests.datasets_media import label_map, make_camvid, make_pack, write_image, zip_folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_packs_folders_and_zips_give_the_same_dataset(tmp_path: Path, cache: Path) -> None:
    index = make_pack(tmp_path / "tiny.pack")
    folder = tmp_path / "tiny.folder"
    path = zip_folder(folder, tmp_path / "tiny.zip", top="tiny")
    for each in (tmp_path / "tiny.pack", folder, path):
        assert open_path(each, cache_dir=cache).index == index
    assert len(list(cache.iterdir())) == 2


def test_a_folder_is_packed_again_only_when_it_changed(tmp_path: Path, cache: Path) -> None:
    folder = make_camvid(tmp_path / "f", splits={"val": 3})
    seen: list[int] = []

    def digest() -> str:
        with open_path(
            folder, cache_dir=cache, progress=lambda done, _: seen.append(done)
        ) as found:
            return found.index.digest

    first = digest()
    assert digest() == first
    assert seen == [1, 2, 3]
    label = next((folder / "val" / "labels").iterdir())
    write_image(label, label_map(7))
    os.utime(label, ns=(1, 1))
    assert digest() != first
    assert seen == [1, 2, 3] * 2
    assert len(list(cache.iterdir())) == 1


def test_a_damaged_pack_in_the_cache_is_made_again(tmp_path: Path, cache: Path) -> None:
    folder = make_camvid(tmp_path / "f", splits={"val": 3})
    index = open_path(folder, cache_dir=cache).index
    (cached,) = cache.iterdir()
    cached.write_bytes(cached.read_bytes()[:100])
    assert open_path(folder, cache_dir=cache).index == index


def test_what_cannot_be_packed_leaves_nothing_in_the_cache(tmp_path: Path, cache: Path) -> None:
    folder = make_camvid(tmp_path / "f", splits={"val": 3})
    next((folder / "val" / "images").iterdir()).unlink()
    path = zip_folder(folder, tmp_path / "f.zip")
    for each in (folder, path):
        with pytest.raises(BadDataset, match="has no image in val/images"):
            open_path(each, cache_dir=cache)
    assert list(cache.iterdir()) == []


def test_nothing_and_nonsense_are_named(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(NotFound, match="nothing at"):
        open_path(tmp_path / "missing", cache_dir=cache)
    (tmp_path / "x.zip").write_text("nonsense")
    with pytest.raises(BadDataset, match=r"x\.zip is no zip archive"):
        open_path(tmp_path / "x.zip", cache_dir=cache)
