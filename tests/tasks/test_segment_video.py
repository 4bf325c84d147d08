import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from click.testing import CliRunner

from core.data_folder import DataFolder
from core.datasets.found import LabelCoding
from core.datasets.label_file import decode_labels
from core.errors import DyncellError
from core.frame_series import FrameSeries
from core.labels import LabelReader
from core.predict import VideoPredictor
from core.records import Segmentation, Video
from core.registry import import_model
from core.store import segmentations, videos
from core.video.reader import VideoReader
from core.video.writer import read_labels_video
from tasks import queue
from tasks.cli import main
from tasks.foreground import run_in_foreground
from tests.media import barcode_video, camvid_video, needs_camvid
from tests.small_model import write_small_model


def _imported(folder: DataFolder, path: Path) -> Video:
    video = queue.add_video(folder, path, name=path.name)
    _run(folder, "import_video", {"video_id": video.id})
    return video


def _run(folder: DataFolder, kind: str, payload: dict[str, str]) -> None:
    run_in_foreground(folder, kind, payload, title="A test", on_progress=lambda _: None)  # type: ignore[arg-type]


def _segmented(folder: DataFolder, video: Video, **options: object) -> Segmentation:
    added = queue.add_segmentation(folder, video_id=video.id, model="small", options=options)
    _run(folder, "segment_video", {"segmentation_id": added.id})
    with folder.database.reading() as session:
        return segmentations.get(session, added.id)


@pytest.fixture
def model(folder: DataFolder, tmp_path: Path) -> Path:
    path = write_small_model(tmp_path / "small.safetensors")
    import_model(folder, path, name="small")
    return path


def _stored_labels(folder: DataFolder, segmentation: Segmentation) -> np.ndarray:
    assert segmentation.labels is not None
    reader = LabelReader(folder.artifacts.open_range(segmentation.labels))
    return reader.range(0, reader.frames)


@needs_camvid
def test_page_command_and_predictor_give_the_same_labels(
    folder: DataFolder, tmp_path: Path, model: Path
) -> None:
    clip = camvid_video(tmp_path / "drive.mp4", frames=24)
    page = _stored_labels(folder, _segmented(folder, _imported(folder, clip)))
    arguments = ["segment", str(clip), "--model", "small", "--out", str(tmp_path / "o.mp4")]
    arguments += ["--labels", str(tmp_path / "o.mkv"), "--report", str(tmp_path / "r.json")]
    arguments += ["--label-maps", str(tmp_path / "o.zip")]
    ran = CliRunner().invoke(main, [*arguments, "--data", str(folder.settings.data)])
    assert ran.exit_code == 0, ran.output
    command = np.stack([labels for _, labels in read_labels_video(tmp_path / "o.mkv")])
    predictor = VideoPredictor.load(model)
    with VideoReader(clip) as reader:
        own = np.stack([predictor.step(frame.rgb) for frame in reader])
    np.testing.assert_array_equal(page, own)
    np.testing.assert_array_equal(command, own)
    coding = LabelCoding(mode="ids", ids={n: n for n in range(256)}, colours={})
    with ZipFile(tmp_path / "o.zip") as found:
        maps = [decode_labels(found.read(f"masks/{n:06}.png"), coding)[0] for n in range(24)]
    np.testing.assert_array_equal(np.stack(maps), own)
    report = json.loads((tmp_path / "r.json").read_text())
    assert (report["frames"], report["model"]) == (24, "small")


def test_a_page_result_has_its_exports_and_its_numbers(
    folder: DataFolder, tmp_path: Path, model: Path
) -> None:
    video = _imported(folder, barcode_video(tmp_path / "clip.mp4", 40))
    segmentation = _segmented(folder, video, start=8, end=30)
    assert segmentation.is_ready
    assert (segmentation.start, segmentation.frames) == (8, 22)
    kept = {segmentation.labels, segmentation.labels_video, segmentation.overlay}
    assert segmentation.series is not None
    with folder.artifacts.open(segmentation.series) as file:
        assert FrameSeries.load(file.read()).frames == 22
    kept.add(segmentation.series)
    assert kept <= set(folder.artifacts.names())
    assert segmentation.size == sum(folder.artifacts.size(name) for name in kept if name)
    assert segmentation.report["model"] == "small"
    assert list(folder.settings.work.iterdir()) == []


def test_deleting_the_video_removes_every_file_of_it(
    folder: DataFolder, tmp_path: Path, model: Path
) -> None:
    video = _imported(folder, barcode_video(tmp_path / "clip.mp4", 20))
    weights = set(folder.artifacts.names()) - {
        name for name in folder.artifacts.names() if name.startswith(video.id)
    }
    _segmented(folder, video)
    queue.delete_video(folder, video.id)
    assert set(folder.artifacts.names()) == weights


def test_a_video_that_is_not_ready_is_not_segmented(
    folder: DataFolder, tmp_path: Path, model: Path
) -> None:
    video = queue.add_video(folder, barcode_video(tmp_path / "clip.mp4", 5), name="clip.mp4")
    with pytest.raises(DyncellError, match="ready"):
        queue.add_segmentation(folder, video_id=video.id, model="small", options={})
    with folder.database.reading() as session:
        assert segmentations.count(session) == 0
        assert videos.count(session) == 1


def test_a_range_outside_the_video_fails_with_the_reason(
    folder: DataFolder, tmp_path: Path, model: Path
) -> None:
    video = _imported(folder, barcode_video(tmp_path / "clip.mp4", 10))
    with pytest.raises(DyncellError, match="has the frames 0 to 9"):
        _segmented(folder, video, start=50)
