import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import BadMedia, Cancelled
from core.labels import LabelReader
from core.predict import VideoPredictor
from core.segmentation import segment_file
from core.segmentation_outputs import Outputs, Source
from core.video.probe import probe
from core.video.reader import VideoReader
from core.video.writer import read_labels_video
from tests.media import barcode_video, phone_video
from tests.small_model import write_small_model

REPORTED = {
    *("frames", "frames_timed", "width", "height", "fps", "model", "backend", "threads"),
    *("key_frames", "latency_p50_ms", "latency_p95_ms", "fps_model", "fps_e2e", "aba_flicker"),
    "busy",
}


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "small.safetensors")


def _source(path: Path) -> Source:
    info = probe(path)
    return Source(
        path=path,
        name=path.name,
        width=info.width,
        height=info.height,
        frames=info.frames,
        fps=float(info.fps),
    )


def _outputs(folder: Path) -> Outputs:
    return Outputs(overlay=folder / "o.mp4", labels_video=folder / "l.mkv", labels=folder / "l.bin")


def test_every_output_carries_the_labels_of_the_predictor(tmp_path: Path, model: Path) -> None:
    source = _source(barcode_video(tmp_path / "clip.mp4", 21))
    outputs = _outputs(tmp_path)
    report = segment_file(source, VideoPredictor.load(model), outputs)
    predictor = VideoPredictor.load(model)
    with VideoReader(source.path) as reader:
        expected = np.stack([predictor.step(frame.rgb) for frame in reader])
    assert outputs.labels is not None
    assert outputs.labels_video is not None
    assert outputs.overlay is not None
    blocks = LabelReader.from_path(outputs.labels)
    np.testing.assert_array_equal(blocks.range(0, 21), expected)
    grey = np.stack([labels for _, labels in read_labels_video(outputs.labels_video)])
    np.testing.assert_array_equal(grey, expected)
    assert probe(outputs.overlay).frames == 21
    with av.open(str(outputs.labels_video)) as opened:
        assert opened.streams.video[0].average_rate == 15
    assert report.keys() >= REPORTED
    assert (report["frames"], report["key_frames"]) == (21, 21)
    assert report["model"] == predictor.model_id


def test_a_range_is_labelled_as_if_it_were_a_video_of_its_own(tmp_path: Path, model: Path) -> None:
    source = _source(barcode_video(tmp_path / "clip.mp4", 30))
    done: list[tuple[int, int]] = []
    outputs = Outputs(labels=tmp_path / "l.bin")
    predictor = VideoPredictor.load(model)
    segment_file(source, predictor, outputs, start=10, end=14, progress=lambda *at: done.append(at))
    assert done == [*(10 * [(0, 4)]), (1, 4), (2, 4), (3, 4), (4, 4)]  # alive from the start on
    with VideoReader(source.path, start=10, end=14) as reader:
        expected = [VideoPredictor.load(model).step(frame.rgb) for frame in reader]
    np.testing.assert_array_equal(
        LabelReader.from_path(tmp_path / "l.bin").range(0, 4), np.stack(expected)
    )


@pytest.mark.parametrize(("start", "end"), [(30, None), (5, 5), (7, 3), (-1, None)])
def test_a_range_without_frames_is_told_what_there_is(
    tmp_path: Path, model: Path, start: int, end: int | None
) -> None:
    source = _source(barcode_video(tmp_path / "clip.mp4", 30))
    with pytest.raises(BadMedia, match="has the frames 0 to 29"):
        segment_file(source, VideoPredictor.load(model), Outputs(), start=start, end=end)


def test_a_cancelled_segmentation_leaves_no_half_file(tmp_path: Path, model: Path) -> None:
    source = _source(barcode_video(tmp_path / "clip.mp4", 30))
    before = sorted(tmp_path.iterdir())

    def cancel(done: int, total: int) -> None:
        if done == 20:
            raise Cancelled("The job was cancelled.")

    with pytest.raises(Cancelled):
        segment_file(source, VideoPredictor.load(model), _outputs(tmp_path), progress=cancel)
    assert sorted(tmp_path.iterdir()) == before


def test_a_phone_video_keeps_its_turn_and_its_sound(tmp_path: Path, model: Path) -> None:
    source = _source(phone_video(tmp_path / "phone.mp4", width=640, height=480))
    assert (source.width, source.height) == (480, 640)
    outputs = Outputs(overlay=tmp_path / "o.mp4", overlay_side=240)
    report = segment_file(source, VideoPredictor.load(model), outputs)
    assert (report["width"], report["height"]) == (360, 480)
    found = probe(tmp_path / "o.mp4")
    assert (found.width, found.height, found.has_audio) == (240, 320, True)


def test_a_video_of_one_frame_has_no_flicker_and_no_percentiles(
    tmp_path: Path, model: Path
) -> None:
    source = _source(barcode_video(tmp_path / "clip.mp4", 1))
    report = segment_file(source, VideoPredictor.load(model), Outputs(labels=tmp_path / "l.bin"))
    assert report["frames"] == 1
    assert (report["frames_timed"], report["latency_p50_ms"], report["aba_flicker"]) == (
        0,
        None,
        None,
    )


MEMORY = """
import resource, sys
from pathlib import Path
from core.predict import VideoPredictor
from core.segmentation import segment_file
from core.segmentation_outputs import Outputs, Source
import psutil
path, model, out = map(Path, sys.argv[1:])
rss = {}
def watch(done, total):
    if done in (1000, 5000):
        rss[done] = psutil.Process().memory_info().rss / 2**20
segment_file(
    Source(path=path, name="x", width=160, height=120, frames=5000, fps=15.0),
    VideoPredictor.load(model, threads=1),
    Outputs(overlay=out / "o.mp4", labels_video=out / "l.mkv", labels=out / "l.bin"),
    progress=watch,
)
print(rss[1000], rss[5000])
"""


def test_memory_is_flat_over_five_thousand_frames(tmp_path: Path, model: Path) -> None:
    clip = barcode_video(tmp_path / "clip.mp4", 5000)
    command = [sys.executable, "-c", MEMORY, str(clip), str(model), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    early, late = map(float, done.stdout.split())
    assert late < early + 30, f"{early:.0f} MiB after 1,000 frames, {late:.0f} MiB after 5,000"
