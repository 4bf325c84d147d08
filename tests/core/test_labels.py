import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import DyncellError
from core.labels import LabelReader, LabelWriter


def _maps(count: int, *, height: int = 6, width: int = 5, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, height, width), dtype=np.uint8)


def _written(path: Path, maps: NDArray[np.uint8], block: int = 4) -> Path:
    with LabelWriter(path, width=maps.shape[2], height=maps.shape[1], block_frames=block) as writer:
        for labels in maps:
            writer.append(labels)
    return path


@given(
    count=st.integers(0, 23),
    block=st.integers(1, 9),
    height=st.integers(1, 7),
    width=st.integers(1, 7),
    data=st.data(),
)
def test_any_range_of_any_file_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory,
    count: int,
    block: int,
    height: int,
    width: int,
    data: st.DataObject,
) -> None:
    maps = _maps(count, height=height, width=width, seed=count)
    path = _written(tmp_path_factory.mktemp("labels") / "a.bin", maps, block)
    reader = LabelReader.from_path(path)
    assert (reader.frames, reader.width, reader.height) == (count, width, height)
    assert reader.block_frames == block
    if not count:
        return
    start = data.draw(st.integers(0, count - 1))
    length = data.draw(st.integers(1, count - start))
    expected = maps[start : start + length]
    np.testing.assert_array_equal(reader.range(start, length), expected)
    np.testing.assert_array_equal(reader.frame(start), maps[start])
    assert zlib.decompress(reader.deflated(start, length)) == expected.tobytes()


def test_an_aligned_block_is_served_as_it_is_stored(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.bin", _maps(10))
    reader, stored = LabelReader.from_path(path), path.read_bytes()
    for start, count in ((0, 4), (4, 4), (8, 2)):
        assert reader.deflated(start, count) in stored
    assert reader.deflated(1, 4) not in stored


def test_reading_asks_for_the_needed_bytes_only(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.bin", _maps(400, height=20, width=20))
    data, asked = path.read_bytes(), []

    def open_range(start: int, length: int) -> bytes:
        asked.append(length)
        return data[start : start + length]

    LabelReader(open_range).frame(200)
    assert sum(asked) < len(data) / 20


@pytest.mark.parametrize("number", [-1, 10, 11])
def test_a_frame_that_is_not_there_is_refused(tmp_path: Path, number: int) -> None:
    reader = LabelReader.from_path(_written(tmp_path / "a.bin", _maps(10)))
    with pytest.raises(DyncellError, match="frames 0 to 9"):
        reader.frame(number)


@pytest.mark.parametrize("keep", [0, 20, 47, 60, 0.5, 0.99])
def test_a_cut_off_file_is_refused_in_one_sentence(tmp_path: Path, keep: float) -> None:
    path = _written(tmp_path / "a.bin", _maps(10))
    data = path.read_bytes()
    path.write_bytes(data[: int(keep if keep > 1 else keep * len(data))])
    with pytest.raises(DyncellError, match="segment the video again"):
        LabelReader.from_path(path)


def test_a_changed_block_is_found_out(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.bin", _maps(10))
    data = bytearray(path.read_bytes())
    data[70] ^= 255
    path.write_bytes(bytes(data))
    with pytest.raises(DyncellError, match="damaged"):
        LabelReader.from_path(path).frame(0)


def test_a_foreign_or_missing_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.bin").write_bytes(b"hello" * 100)
    with pytest.raises(DyncellError, match="not a complete label file"):
        LabelReader.from_path(tmp_path / "b.bin")
    with pytest.raises(DyncellError, match=r"c\.bin cannot be read"):
        LabelReader.from_path(tmp_path / "c.bin")


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.bin", _maps(1))
    data = bytearray(path.read_bytes())
    data[8] = 9
    path.write_bytes(bytes(data))
    with pytest.raises(DyncellError, match="version 9"):
        LabelReader.from_path(path)


def test_nothing_is_left_when_writing_fails(tmp_path: Path) -> None:
    def write() -> None:
        with LabelWriter(tmp_path / "a.bin", width=5, height=6) as writer:
            writer.append(np.zeros((6, 5), np.uint8))
            assert not (tmp_path / "a.bin").exists()
            writer.append(np.zeros((5, 6), np.uint8))

    with pytest.raises(ValueError, match="are due"):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path) -> None:
    script = f"""
import resource, signal
from pathlib import Path
import numpy as np
from core.errors import StorageFull
from core.labels import LabelWriter
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
noise = np.random.default_rng(0).integers(0, 256, (100, 100), dtype=np.uint8)
try:
    with LabelWriter(Path({str(tmp_path)!r}) / "a.bin", width=100, height=100) as writer:
        for _ in range(100):
            writer.append(noise)
except StorageFull as error:
    print("said:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "said: The labels could not be written" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []
