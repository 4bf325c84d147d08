import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.video.probe import probe, survey
from core.video.reader import VideoReader
from core.video.writer import LabelVideoWriter, OverlayWriter, read_labels_video
from tests import media


def _copy(source: Path, out: Path, *, start: int = 0, sound: bool = True) -> Path:
    with (
        VideoReader(source, start=start) as reader,
        OverlayWriter(out, sound=source if sound else None) as writer,
    ):
        for frame in reader:
            writer.write(frame.rgb, frame.seconds)
    return out


def _streams(path: Path) -> dict[str, tuple[str, float]]:
    """Codec and seconds of each kind of stream."""
    with av.open(str(path)) as container:
        return {
            stream.type: (
                stream.codec_context.name,
                float((stream.duration or 0) * (stream.time_base or 0)),
            )
            for stream in container.streams
        }


def test_the_export_of_a_phone_video_keeps_frames_times_and_sound(tmp_path: Path) -> None:
    source = media.phone_video(tmp_path / "a.mp4", frames=30, width=640, height=360)
    before, times = survey(source)
    after, kept = survey(_copy(source, tmp_path / "b.mp4"))
    assert (after.width, after.height, after.frames) == (before.width, before.height, 30)
    assert (after.codec, after.pixel_format, after.rotation) == ("h264", "yuv420p", 0)
    np.testing.assert_allclose(kept.seconds, times.seconds - times.seconds[0], atol=1e-4)
    was, now = _streams(source), _streams(tmp_path / "b.mp4")
    assert now["audio"][0] == "aac"
    assert now["audio"][1] == pytest.approx(was["audio"][1], abs=0.06)


def _sound_packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.audio[0]) if p.size]


def test_sound_that_mp4_can_carry_is_copied_bit_for_bit(tmp_path: Path) -> None:
    frames = [media.barcode(n) for n in range(30)]
    source = media.make_video(tmp_path / "a.mkv", frames, recipe=media.Recipe(sound="aac"))
    out = _copy(source, tmp_path / "b.mp4")
    kept, original = _sound_packets(out), _sound_packets(source)
    assert len(kept) > 0.9 * len(original)
    assert set(kept) <= set(original)


@pytest.mark.parametrize(("suffix", "sound"), [("mkv", "pcm_s16le"), ("ts", "aac"), ("mkv", "mp2")])
def test_other_sound_is_coded_anew(tmp_path: Path, suffix: str, sound: str) -> None:
    recipe = media.Recipe(sound=sound)
    frames = [media.barcode(n) for n in range(30)]
    source = media.make_video(tmp_path / f"a.{suffix}", frames, recipe=recipe)
    codec, seconds = _streams(_copy(source, tmp_path / "b.mp4"))["audio"]
    assert codec == "aac"
    assert seconds == pytest.approx(29 / 15, abs=0.1)


def test_sound_follows_when_only_a_part_is_exported(tmp_path: Path) -> None:
    frames = [media.barcode(n) for n in range(45)]
    source = media.make_video(tmp_path / "a.mp4", frames, recipe=media.Recipe(sound="aac"))
    streams = _streams(_copy(source, tmp_path / "b.mp4", start=30))
    assert streams["audio"][1] == pytest.approx(1.0, abs=0.15)
    assert probe(tmp_path / "b.mp4").frames == 15


def test_a_source_without_sound_gives_a_silent_export(tmp_path: Path) -> None:
    source = media.barcode_video(tmp_path / "a.mp4", 5)
    assert set(_streams(_copy(source, tmp_path / "b.mp4"))) == {"video"}


def test_odd_sizes_are_padded_and_the_index_stands_in_front(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with OverlayWriter(path) as writer:
        for n in range(3):
            writer.write(media.barcode(n, width=97, height=61), n / 10)
    info = probe(path)
    assert (info.width, info.height, info.frames) == (98, 62, 3)
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


def test_the_last_frame_is_shown_as_long_as_the_others(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "a.mp4") as writer:
        for n in range(20):
            writer.write(media.barcode(n), n / 10)
    assert _streams(tmp_path / "a.mp4")["video"][1] == pytest.approx(2.0, abs=1e-3)


@settings(max_examples=15)
@given(
    width=st.integers(16, 70),
    height=st.integers(16, 70),
    gaps=st.lists(st.integers(1, 400), min_size=1, max_size=6),
)
def test_labels_survive_the_label_video_exactly(
    tmp_path_factory: pytest.TempPathFactory, width: int, height: int, gaps: list[int]
) -> None:
    path = tmp_path_factory.mktemp("labels") / "a.mkv"
    times = np.cumsum(gaps) / 1000
    rng = np.random.default_rng(len(gaps))
    maps = rng.integers(0, 256, (len(gaps), height, width), dtype=np.uint8)
    with LabelVideoWriter(path) as writer:
        for labels, seconds in zip(maps, times, strict=True):
            writer.write(labels, float(seconds))
    read = list(read_labels_video(path))
    np.testing.assert_array_equal([labels for _, labels in read], maps)
    np.testing.assert_allclose([s for s, _ in read], times - times[0], atol=1e-3)


def test_no_file_is_seen_before_it_is_complete_and_none_after_a_failure(tmp_path: Path) -> None:
    def write() -> None:
        with OverlayWriter(tmp_path / "a.mp4") as writer:
            writer.write(media.barcode(0), 0.0)
            assert not (tmp_path / "a.mp4").exists()
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("writer", ["OverlayWriter", "LabelVideoWriter"])
def test_a_full_disk_is_said_and_nothing_is_left(tmp_path: Path, writer: str) -> None:
    script = f"""
import resource, signal
from pathlib import Path
import numpy as np
from core.errors import StorageFull
from core.video.writer import {writer}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
rng = np.random.default_rng(0)
shape = (120, 160, 3) if "{writer}" == "OverlayWriter" else (120, 160)
try:
    with {writer}(Path({str(tmp_path)!r}) / "a.out") as writer:
        for n in range(60):
            writer.write(rng.integers(0, 256, shape, dtype=np.uint8), n / 15)
except StorageFull as error:
    print("said:", error)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert "said: The disk is full, so a.out could not be written" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []
