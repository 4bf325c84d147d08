from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadMedia
from core.video.probe import probe, sane_rate, survey
from tests import media

_PROBLEMS = {
    "not a video": "not a video of a kind",
    "a text": "is a text file, not a video",
    "empty": "is empty",
    "no index": "cut off or damaged",
    "a playlist": "is a playlist",
    "a concat list": "is a playlist",
    "a session description": "is a playlist",
    "a picture": "is a picture",
    "a header alone": "cut off or damaged",
    "sound alone": "no picture",
    "1x1": "1x1 pixels, too small",
    "20000x20000": "20000x20000 pixels, too large",
    "zero frames": "no video track",
    "a movie that names another file": "no video track",
    "a playlist inside a container": "none of its frames can be decoded",
    "missing": "cannot be opened",
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return media.bad_files(tmp_path_factory.mktemp("bad"))


@pytest.mark.parametrize("problem", list(_PROBLEMS))
def test_a_bad_file_is_refused_in_words_without_its_path(
    bad: dict[str, Path], problem: str
) -> None:
    for _ in range(2):  # the second time as well as the first
        with pytest.raises(BadMedia, match=_PROBLEMS[problem]) as caught:
            probe(bad[problem], name="holiday.mp4")
    text = str(caught.value)
    assert text.startswith("holiday.mp4 ")
    assert str(bad[problem].parent) not in text
    assert text.endswith(".")
    assert "\n" not in text


def test_every_bad_file_has_a_test(bad: dict[str, Path]) -> None:
    assert set(bad) == set(_PROBLEMS)


def test_a_plain_video_is_described(tmp_path: Path) -> None:
    info, table = survey(media.barcode_video(tmp_path / "a.mp4", 40))
    assert (info.width, info.height, info.frames, info.fps) == (160, 120, 40, 15)
    assert (info.codec, info.container, info.pixel_format) == ("h264", "mp4", "yuv420p")
    assert info.constant_rate
    assert not info.damaged
    assert not info.has_audio
    assert info.start == 0
    assert info.duration == pytest.approx(40 / 15)
    np.testing.assert_allclose(table.seconds, np.arange(40) / 15, atol=1e-4)


def test_a_phone_video_is_described_as_it_is_shown(tmp_path: Path) -> None:
    path = media.phone_video(tmp_path / "a.mp4", frames=12, width=640, height=360)
    info = probe(path)
    assert (info.width, info.height, info.codec) == (360, 640, "hevc")
    assert info.rotation in (90, 270)
    assert info.has_audio
    assert not info.constant_rate


@pytest.mark.parametrize(
    ("suffix", "codec", "kind"),
    [
        ("mp4", "libx264", "mp4"),
        ("mov", "mpeg4", "mp4"),
        ("mkv", "libx264", "matroska"),
        ("webm", "libvpx-vp9", "webm"),
        ("webm", "libvpx", "webm"),
        ("avi", "mpeg4", "avi"),
        ("ts", "mpeg2video", "mpegts"),
        ("mkv", "ffv1", "matroska"),
    ],
)
def test_the_usual_containers_and_codecs_are_taken(
    tmp_path: Path, suffix: str, codec: str, kind: str
) -> None:
    recipe = media.Recipe(codec=codec, options=())
    frames = [media.barcode(n) for n in range(10)]
    path = media.make_video(tmp_path / f"a.{suffix}", frames, fps=25, recipe=recipe)
    renamed = path.rename(tmp_path / "a.dat")
    info = probe(renamed)
    assert (info.container, info.frames, info.fps) == (kind, 10, 25)


@pytest.mark.parametrize("suffix", ["mkv", "ts"])
def test_a_file_cut_off_in_the_middle_is_taken_as_far_as_it_goes(
    tmp_path: Path, suffix: str
) -> None:
    frames = [media.barcode(n) for n in range(30)]
    recipe = media.Recipe(sound="aac")
    whole = media.make_video(tmp_path / f"a.{suffix}", frames, recipe=recipe)
    info = probe(media.cut(whole, tmp_path / f"b.{suffix}", 0.6))
    assert 5 < info.frames < 30
    assert info.damaged or suffix == "ts"
    assert not probe(whole).damaged


def test_an_mp4_with_its_index_in_front_is_taken_as_far_as_it_goes(tmp_path: Path) -> None:
    from core.video.writer import OverlayWriter

    rng = np.random.default_rng(0)
    with OverlayWriter(tmp_path / "a.mp4") as writer:
        for n in range(40):
            writer.write(rng.integers(0, 256, (64, 64, 3), dtype=np.uint8), n / 15)
    info = probe(media.cut(tmp_path / "a.mp4", tmp_path / "b.mp4", 0.5))
    assert info.damaged
    assert 5 < info.frames < 40


def test_noise_in_the_middle_does_not_end_the_video(tmp_path: Path) -> None:
    path = media.barcode_video(tmp_path / "a.mp4", 60)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 200] = bytes(200)
    path.write_bytes(bytes(data))
    info = probe(path)
    assert info.damaged
    assert info.frames > 10


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (29.97, Fraction(30000, 1001)),
        (30.0001, 30),
        (14.999, 15),
        (27.7, Fraction(277, 10)),
        (0.5, Fraction(1, 2)),
    ],
)
def test_a_measured_rate_becomes_a_sane_one(measured: float, expected: Fraction) -> None:
    assert sane_rate(measured) == expected
