from pathlib import Path

import numpy as np
import pytest

from core.errors import BadMedia
from core.video.probe import probe, survey
from core.video.reader import VideoReader
from tests import media

_QUADRANTS = {"red": (220, 40, 40), "blue": (40, 40, 220)}


def _flag() -> np.ndarray:
    rgb = np.zeros((64, 96, 3), np.uint8)
    rgb[:32, :48], rgb[32:, 48:] = _QUADRANTS["red"], _QUADRANTS["blue"]
    return rgb


def test_frames_come_in_order_with_numbers_and_times(tmp_path: Path) -> None:
    path = media.barcode_video(tmp_path / "a.mp4", 50)
    with VideoReader(path) as reader:
        frames = list(reader)
    assert [media.read_barcode(f.rgb) for f in frames] == list(range(50))
    assert [f.index for f in frames] == list(range(50))
    np.testing.assert_allclose([f.seconds for f in frames], np.arange(50) / 15, atol=1e-4)


def test_a_range_keeps_the_numbers_of_the_video(tmp_path: Path) -> None:
    path = media.barcode_video(tmp_path / "a.mp4", 30)
    with VideoReader(path, start=7, end=11) as reader:
        assert [(f.index, media.read_barcode(f.rgb)) for f in reader] == [
            (n, n) for n in range(7, 11)
        ]


def test_reading_one_by_one_ends_with_none(tmp_path: Path) -> None:
    with VideoReader(media.barcode_video(tmp_path / "a.mp4", 2)) as reader:
        assert [frame and frame.index for frame in (reader.read() for _ in range(3))] == [
            0,
            1,
            None,
        ]


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_rotation_is_applied(tmp_path: Path, quarter: int) -> None:
    recipe = media.Recipe(rotation=90 * quarter)
    path = media.make_video(tmp_path / "a.mp4", [_flag()] * 2, recipe=recipe)
    with VideoReader(path) as reader:
        frame = reader.read()
    assert frame is not None
    info = probe(path)
    assert frame.rgb.shape == (info.height, info.width, 3)
    upright = np.rot90(_flag(), -info.rotation // 90)
    assert np.abs(frame.rgb.astype(int) - upright).mean() < 3


def test_the_three_rotations_differ(tmp_path: Path) -> None:
    found = {
        probe(
            media.make_video(
                tmp_path / f"{turn}.mp4", [_flag()], recipe=media.Recipe(rotation=turn)
            )
        ).rotation
        for turn in (90, 180, 270)
    }
    assert found == {90, 180, 270}


@pytest.mark.parametrize(("matrix", "full"), [(1, False), (1, True), (5, False), (5, True)])
def test_colours_survive_every_matrix_and_range(tmp_path: Path, matrix: int, full: bool) -> None:
    recipe = media.Recipe(colorspace=matrix, full_range=full)
    colour = np.full((64, 96, 3), (200, 60, 30), np.uint8)
    path = media.make_video(tmp_path / "a.mp4", [colour] * 2, recipe=recipe)
    with VideoReader(path) as reader:
        frame = reader.read()
    assert frame is not None
    assert np.abs(frame.rgb.astype(int) - colour).max() <= 3


@pytest.mark.parametrize(
    ("codec", "pix_fmt", "size"),
    [
        ("libx264", "yuv420p10le", (64, 96)),
        ("libx264", "yuv444p", (61, 97)),
        ("mjpeg", "yuvj420p", (61, 97)),
        ("prores_ks", "yuv422p10le", (64, 96)),
    ],
)
def test_deep_colours_and_odd_sizes_are_read(
    tmp_path: Path, codec: str, pix_fmt: str, size: tuple[int, int]
) -> None:
    recipe = media.Recipe(codec=codec, pix_fmt=pix_fmt, options=())
    frames = [media.barcode(n, width=size[1], height=size[0]) for n in range(5)]
    path = media.make_video(tmp_path / "a.mov", frames, recipe=recipe)
    with VideoReader(path) as reader:
        read = list(reader)
    assert [f.rgb.shape for f in read] == [(*size, 3)] * 5
    assert [media.read_barcode(f.rgb) for f in read] == list(range(5))


def test_variable_times_are_kept(tmp_path: Path) -> None:
    times = [0.0, 0.1, 0.15, 0.4, 0.41, 1.0]
    frames = [media.barcode(n) for n in range(6)]
    path = media.make_video(tmp_path / "a.mp4", frames, times=times)
    with VideoReader(path) as reader:
        np.testing.assert_allclose([f.seconds for f in reader], times, atol=1e-4)


def test_a_damaged_video_reads_as_it_was_probed(tmp_path: Path) -> None:
    whole = media.make_video(tmp_path / "a.mkv", [media.barcode(n) for n in range(40)])
    path = media.cut(whole, tmp_path / "b.mkv", 0.5)
    info, table = survey(path)
    with VideoReader(path) as reader:
        times = [f.seconds for f in reader]
    assert len(times) == info.frames
    np.testing.assert_array_equal(times, table.seconds)


def test_a_bad_file_is_refused_on_entry(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("#EXTM3U\n")
    with pytest.raises(BadMedia, match=r"^a\.mp4 is a playlist"), VideoReader(tmp_path / "a.mp4"):
        pass


@media.needs_camvid
def test_the_camvid_drive_comes_back_whole(tmp_path: Path) -> None:
    path = media.camvid_video(tmp_path / "val.mp4")
    with VideoReader(path) as reader:
        shapes = [f.rgb.shape for f in reader]
    assert shapes == [(360, 480, 3)] * 101
    assert probe(path).fps == 15
