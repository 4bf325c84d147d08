"""A pack as training data: decoded once, the same whatever the order and the thread."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.datasets.decode import read_image, read_labels
from core.datasets.pack import PackReader
from core.datasets.packing import pack
from core.datasets.problems import BadDataset
from core.datasets.scan import scan
from core.datasets.training import DatasetData
from core.errors import Cancelled, DyncellError, NotFound
from core.palette import CAMVID
from core.train.class_weights import class_weights
from core.train.data import TrainingData
from tests.datasets_media import label_map, make_camvid, make_pack, picture, write_image


@pytest.fixture
def reader(tmp_path: Path) -> PackReader:
    make_pack(tmp_path / "tiny.pack")
    return PackReader(tmp_path / "tiny.pack")


def test_samples_are_the_labelled_frames_of_the_splits(reader: PackReader, tmp_path: Path) -> None:
    data: TrainingData = DatasetData(reader, splits=["val", "train"], cache_dir=tmp_path / "c")
    frames = [*reader.index.split("val").frames, *reader.index.split("train").frames]
    assert len(data) == len(frames) == 16
    for number, frame in enumerate(frames):
        image, labels = data.sample(number)
        assert np.array_equal(image, read_image(reader, frame))
        assert np.array_equal(labels, read_labels(reader, frame))
    assert data.palette == CAMVID
    assert "16 labelled frames of val and train (2 sequences, layout camvid" in data.description
    assert class_weights(data).shape == (11,)


def test_samples_are_read_only_and_not_copied(reader: PackReader, tmp_path: Path) -> None:
    data = DatasetData(reader, splits=["val"], cache_dir=tmp_path / "c")
    for array in data.sample(3):
        assert not array.flags.writeable
        assert array.flags.c_contiguous
        assert np.shares_memory(array, data.sample(3)[0]) or np.shares_memory(
            array, data.sample(3)[1]
        )


def test_frames_are_decoded_once_and_again_when_the_cache_is_gone(
    reader: PackReader, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    for _ in range(2):
        data = DatasetData(
            reader, splits=["val"], cache_dir=tmp_path / "c", progress=lambda *at: seen.append(at)
        )
    assert seen == [(n, 10) for n in range(1, 11)]
    (cached,) = (tmp_path / "c").iterdir()
    wanted = data.sample(9)[0].copy()
    cached.write_bytes(cached.read_bytes()[:-1])
    again = DatasetData(reader, splits=["val"], cache_dir=tmp_path / "c")
    assert np.array_equal(again.sample(9)[0], wanted)
    cached.unlink()
    assert np.array_equal(again.sample(9)[0], wanted)


def test_large_frames_are_scaled_down_and_small_ones_never_up(tmp_path: Path) -> None:
    folder = tmp_path / "camvid"
    sizes = {"a_1": (96, 160), "b_1": (200, 100), "c_1": (20, 30)}
    for name, size in sizes.items():
        labels = label_map(size=size)
        write_image(folder / "train" / "images" / f"{name}.png", picture(labels))
        write_image(folder / "train" / "labels" / f"{name}.png", labels)
    pack(scan(folder), tmp_path / "x.pack")
    data = DatasetData(
        PackReader(tmp_path / "x.pack"), splits=["train"], cache_dir=tmp_path, input_size=48
    )
    assert [data.sample(n)[1].shape for n in range(3)] == [(48, 80), (96, 48), (20, 30)]
    image, labels = data.sample(0)
    whole = picture(label_map(size=(96, 160)))
    blocks = whole.reshape(48, 2, 80, 2, 3).mean((1, 3))
    assert np.abs(image - blocks).max() <= 1
    assert np.array_equal(labels, label_map(size=(96, 160))[1::2, 1::2])
    small = picture(label_map(size=(20, 30)))
    assert np.array_equal(data.sample(2)[0], small)


def test_a_stretch_of_the_first_split_can_be_chosen(reader: PackReader, tmp_path: Path) -> None:
    data = DatasetData(reader, splits=["val", "train"], frames=(2, 4), cache_dir=tmp_path)
    assert len(data) == 3 + 6
    wanted = read_image(reader, reader.index.split("val").frames[2])
    assert np.array_equal(data.sample(0)[0], wanted)
    assert "val:2..4 and train" in data.description


def test_the_digest_tells_data_and_size_apart(reader: PackReader, tmp_path: Path) -> None:
    def digest(**changes: object) -> str:
        asked = {"splits": ["val"], "cache_dir": tmp_path / "c", **changes}
        return DatasetData(reader, **asked).digest  # type: ignore[arg-type]

    digests = [
        digest(),
        digest(input_size=24),
        digest(frames=(0, 4)),
        digest(splits=["train"]),
        digest(splits=["val", "train"]),
    ]
    assert len(set(digests)) == 5
    assert digest() == digest(cache_dir=tmp_path / "elsewhere") == digests[0]


def test_threads_read_the_same_samples(reader: PackReader, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(
            pool.map(
                lambda _: DatasetData(reader, splits=["val"], cache_dir=tmp_path / "c"), range(4)
            )
        )
        sums = list(pool.map(lambda n: int(made[n % 4].sample(n % 10)[0].sum()), range(200)))
    assert sums[:10] * 20 == sums


def test_splits_without_labels_or_classes_are_refused(tmp_path: Path) -> None:
    folder = make_camvid(tmp_path / "f", splits={"train": 2, "val": 2, "test": 2})
    for path in (folder / "test" / "labels").iterdir():
        path.unlink()
    for path in (folder / "val" / "labels").iterdir():
        write_image(path, np.full(cv2.imread(str(path), -1).shape, 11, np.uint8))
    pack(scan(folder), tmp_path / "x.pack")
    reader = PackReader(tmp_path / "x.pack")
    with pytest.raises(BadDataset, match="No frame of test has labels"):
        DatasetData(reader, splits=["test"], cache_dir=tmp_path / "c")
    with pytest.raises(BadDataset, match="All labels of val are void"):
        DatasetData(reader, splits=["val"], cache_dir=tmp_path / "c")
    with pytest.raises(DyncellError, match=r"'train' has the frames 0\.\.1; 5\.\.9 leads out"):
        DatasetData(reader, splits=["train"], frames=(5, 9), cache_dir=tmp_path / "c")
    with pytest.raises(NotFound, match="no split 'dev'"):
        DatasetData(reader, splits=["dev"], cache_dir=tmp_path / "c")


def test_decoding_can_be_stopped_and_leaves_nothing(reader: PackReader, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        DatasetData(
            reader, splits=["val"], cache_dir=tmp_path / "c", should_stop=lambda: next(asked)
        )
    assert list((tmp_path / "c").iterdir()) == []
