import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Cancelled, DyncellError
from core.video.playable import FrameTable, needs_copy, write_playable, write_poster
from core.video.probe import survey
from core.video.reader import VideoReader
from tests import media


def test_a_plain_mp4_is_played_as_it_is(tmp_path: Path) -> None:
    info, table = survey(media.barcode_video(tmp_path / "a.mp4", 20))
    assert not needs_copy(info, table)


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc"},
        {"pixel_format": "yuv420p10le"},
        {"container": "avi"},
        {"rotation": 90},
        {"constant_rate": False},
        {"start": 0.02},
        {"square_pixels": False},
        {"damaged": True},
        {"width": 3840, "height": 2160},
    ],
)
def test_whatever_browsers_may_get_wrong_needs_a_copy(
    tmp_path: Path, change: dict[str, object]
) -> None:
    info, table = survey(media.barcode_video(tmp_path / "a.mp4", 20))
    assert needs_copy(replace(info, **change), table)  # type: ignore[arg-type]


def _check_copy(path: Path, frames: int, fps: Fraction) -> None:
    info, table = survey(path)
    assert not needs_copy(info, table)
    assert info.frames == frames
    np.testing.assert_allclose(table.seconds, np.arange(frames) / float(fps), atol=1e-4)
    with av.open(str(path)) as container:
        assert not container.streams.audio
        packets = [p for p in container.demux(container.streams.video[0]) if p.size]
    keys = [n for n, packet in enumerate(packets) if packet.is_keyframe]
    assert max(np.diff([*keys, frames])) <= 12
    assert all(packet.pts == packet.dts for packet in packets)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_copy_of_a_phone_video_has_every_frame_at_a_constant_rate(tmp_path: Path) -> None:
    source = media.phone_video(tmp_path / "a.mp4", frames=30, width=1920, height=1080)
    seen: list[int] = []
    fps = write_playable(source, tmp_path / "b.mp4", progress=seen.append)
    _check_copy(tmp_path / "b.mp4", 30, fps)
    assert seen == list(range(1, 31))
    info, _ = survey(tmp_path / "b.mp4")
    assert (info.width, info.height) == (720, 1280)


def test_each_frame_of_the_copy_is_the_frame_of_the_source(tmp_path: Path) -> None:
    times = [float(t) for t in np.cumsum(0.01 + np.random.default_rng(0).random(50) / 20)]
    frames = [media.barcode(n) for n in range(50)]
    source = media.make_video(tmp_path / "a.mkv", frames, times=times)
    fps = write_playable(source, tmp_path / "b.mp4")
    _check_copy(tmp_path / "b.mp4", 50, fps)
    with VideoReader(tmp_path / "b.mp4") as reader:
        assert [media.read_barcode(f.rgb) for f in reader] == list(range(50))


def test_wide_pixels_become_square(tmp_path: Path) -> None:
    recipe = media.Recipe(aspect=Fraction(2))
    source = media.make_video(tmp_path / "a.mp4", [media.barcode(1)] * 3, recipe=recipe)
    assert not survey(source)[0].square_pixels
    write_playable(source, tmp_path / "b.mp4")
    info, _ = survey(tmp_path / "b.mp4")
    assert (info.width, info.height, info.square_pixels) == (320, 120, True)


def test_stopping_leaves_no_copy(tmp_path: Path) -> None:
    source = media.barcode_video(tmp_path / "a.mp4", 20)

    def stop(done: int) -> None:
        if done == 5:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        write_playable(source, tmp_path / "b.mp4", progress=stop)
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]


def test_the_poster_passes_over_black_frames(tmp_path: Path) -> None:
    black = np.zeros((720, 960, 3), np.uint8)
    shown = media.barcode(0x5A5A, width=960, height=720)
    source = media.make_video(tmp_path / "a.mp4", [black] * 5 + [shown] * 3)
    write_poster(source, tmp_path / "p.jpg")
    poster = cv2.imread(str(tmp_path / "p.jpg"))
    assert poster is not None
    assert poster.shape == (360, 480, 3)
    assert media.read_barcode(np.asarray(poster, np.uint8)) == 0x5A5A


@given(st.lists(st.floats(1e-4, 10), max_size=50))
def test_a_frame_table_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, gaps: list[float]
) -> None:
    path = tmp_path_factory.mktemp("table") / "t.bin"
    table = FrameTable(np.cumsum(np.array(gaps, np.float64)))
    table.save(path)
    np.testing.assert_array_equal(FrameTable.load(path).seconds, table.seconds)


def test_a_hundred_thousand_frames_fit(tmp_path: Path) -> None:
    table = FrameTable(np.arange(100_000) / 30)
    table.save(tmp_path / "t.bin")
    assert FrameTable.load(tmp_path / "t.bin").frames == 100_000
    assert (tmp_path / "t.bin").stat().st_size == 16 + 800_000
    assert table.is_constant()


def test_a_damaged_frame_table_is_refused(tmp_path: Path) -> None:
    FrameTable(np.arange(10) / 30).save(tmp_path / "t.bin")
    data = (tmp_path / "t.bin").read_bytes()
    for broken in (data[:-3], data[:10], b"x" + data[1:]):
        (tmp_path / "t.bin").write_bytes(broken)
        with pytest.raises(DyncellError, match="import the video again"):
            FrameTable.load(tmp_path / "t.bin")


@pytest.mark.skipif(sys.platform != "linux", reason="memory limits are Linux's")
def test_a_limited_process_cannot_take_more_memory() -> None:
    script = """
from core.video.playable import limit_process
import numpy as np
limit_process(2_000_000_000, 60)
try:
    np.ones(4_000_000_000, np.uint8)
except MemoryError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout == "refused\n", done.stderr
