"""The pack: written whole or not at all, read from threads and by range."""

import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.datasets.decode import read_image, read_labels
from core.datasets.pack import PackReader, PackWriter, is_pack
from core.datasets.packing import pack
from core.datasets.problems import BadDataset
from core.datasets.scan import scan
from core.errors import NotFound
from tests.datasets_media import make_pack


@pytest.fixture
def path(tmp_path: Path) -> Path:
    make_pack(tmp_path / "tiny.pack")
    return tmp_path / "tiny.pack"


def test_a_pack_gives_back_its_index_images_and_labels(path: Path) -> None:
    reader = PackReader(path)
    folder = path.with_suffix(".folder")
    assert [(s.name, len(s.frames)) for s in reader.index.splits] == [("train", 6), ("val", 10)]
    for split in reader.index.splits:
        for frame in split.frames:
            source = folder / split.name / "images" / f"{frame.name}.jpg"
            assert reader.image_bytes(frame) == source.read_bytes()
            image = cv2.cvtColor(cv2.imread(str(source)), cv2.COLOR_BGR2RGB)
            assert np.array_equal(read_image(reader, frame), image)
            stored = cv2.imread(str(folder / split.name / "labels" / f"{frame.name}.png"), -1)
            wanted = np.where(stored == 11, 255, stored)
            assert np.array_equal(read_labels(reader, frame), wanted)


def test_members_lie_in_the_file_where_their_ranges_say(path: Path) -> None:
    reader = PackReader(path)
    whole = path.read_bytes()
    for frame in reader.index.split("val").frames:
        start, length = reader.member_range(frame.image)
        assert whole[start : start + length] == reader.image_bytes(frame)
        start, length = reader.member_range(str(frame.label))
        assert whole[start : start + length] == reader.label_bytes(frame)
        assert whole[start : start + 4] == b"\x89PNG"
    with pytest.raises(NotFound, match="no file 'images/999999"):
        reader.member_range("images/999999.png")


def test_a_pack_is_an_ordinary_zip_whose_index_comes_last(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist()[-1] == "dataset.json"
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_the_same_folder_makes_the_same_bytes(tmp_path: Path) -> None:
    make_pack(tmp_path / "a.pack")
    make_pack(tmp_path / "b.pack")
    assert (tmp_path / "a.pack").read_bytes() == (tmp_path / "b.pack").read_bytes()


def test_a_pack_is_read_by_range_without_its_file(path: Path) -> None:
    data = path.read_bytes()
    asked: list[int] = []

    def read(start: int, length: int) -> bytes:
        asked.append(length)
        return data[start : start + length]

    with path.open("rb") as file:
        reader = PackReader.over(file, read, name="remote")
    frame = reader.index.split("val").frames[3]
    asked.clear()
    assert reader.image_bytes(frame) == PackReader(path).image_bytes(frame)
    assert sum(asked) < 30 + len(reader.image_bytes(frame)) + 1


def test_threads_read_the_same_pack_at_once(path: Path) -> None:
    reader = PackReader(path)
    frames = reader.index.split("val").frames * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(reader.image_bytes, frames))
    assert found == [reader.image_bytes(frame) for frame in frames]


def test_a_pack_that_is_open_can_be_read_after_it_was_deleted(path: Path) -> None:
    reader = PackReader(path)
    path.unlink()
    assert read_labels(reader, reader.index.split("val").frames[0]).shape == (48, 64)
    with pytest.raises(NotFound, match="no dataset file"):
        PackReader(path)


def test_a_changed_byte_is_noticed(path: Path) -> None:
    reader = PackReader(path)
    frame = reader.index.split("val").frames[0]
    start, length = reader.member_range(frame.image)
    data = bytearray(path.read_bytes())
    data[start + length // 2] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(
        BadDataset, match=rf"{frame.image} in the dataset file tiny.pack is damaged"
    ):
        read_image(PackReader(path), frame)


def test_a_pack_that_was_cut_off_is_no_pack(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadDataset, match=r"tiny\.pack is no dataset"):
        PackReader(path)
    assert not is_pack(path)


def test_other_zips_are_told_from_packs(tmp_path: Path, path: Path) -> None:
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("dataset.json", '{"name": "of some other tool"}')
    assert is_pack(path)
    assert not is_pack(other)
    assert not is_pack(tmp_path / "missing")
    with pytest.raises(BadDataset, match=r"other\.zip is no dataset of dyncell"):
        PackReader(other)
    with pytest.raises(BadDataset, match="cannot be read"):
        PackReader(tmp_path)


def test_members_that_are_deflated_are_refused(tmp_path: Path, path: Path) -> None:
    repacked = tmp_path / "repacked.pack"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(repacked, "w") as new:
        for info in old.infolist():
            deflated = info.filename.startswith("images/")
            kind = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
            new.writestr(info.filename, old.read(info), kind)
    reader = PackReader(repacked)
    with pytest.raises(BadDataset, match="damaged"):
        reader.image_bytes(reader.index.split("val").frames[0])


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def write(*members: str, stop: bool = False) -> None:
        with PackWriter.to(tmp_path / "x.pack") as writer:
            for member in members:
                writer.add(member, b"data")
            if stop:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write("images/000000.png", stop=True)
    with pytest.raises(ValueError, match="not finished"):
        write("images/000000.png")
    with pytest.raises(ValueError, match="already"):
        write("images/000000.png", "images/000000.png")
    assert list(tmp_path.iterdir()) == []


def test_an_index_must_name_just_the_members_of_its_pack(tmp_path: Path, path: Path) -> None:
    index = PackReader(path).index
    with (
        pytest.raises(ValueError, match="index and pack differ"),
        PackWriter.to(tmp_path / "x.pack") as writer,
    ):
        writer.finish(index)


def test_an_unlabelled_frame_has_no_label_bytes(tmp_path: Path) -> None:
    folder = tmp_path / "tiny.folder"
    make_pack(tmp_path / "tiny.pack")
    next((folder / "val" / "labels").iterdir()).unlink()
    index = pack(scan(folder), tmp_path / "again.pack")
    (bare,) = [frame for frame in index.split("val").frames if frame.label is None]
    with pytest.raises(NotFound, match="no label map"):
        PackReader(tmp_path / "again.pack").label_bytes(bare)


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    script = f"""
import resource, signal
from pathlib import Path
from core.datasets.pack import PackWriter
from core.errors import StorageFull
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with PackWriter.to(Path({str(tmp_path / "x.pack")!r})) as writer:
        for number in range(100):
            writer.add(f"images/{{number:06d}}.png", bytes(10_000))
except StorageFull as error:
    print("said:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "said: The disk is full" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []
