from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from core.data_folder import DataFolder
from core.datasets.found import LabelCoding
from core.datasets.label_file import decode_labels
from core.errors import BadInput, DyncellError, NotFound
from core.labels import LabelReader
from core.panes.drawing import GAP
from core.panes.export import ExportKind, RangeExport
from core.panes.look import Look
from core.records import Segmentation, Video
from core.registry import import_model
from core.store import segmentations, videos
from core.video.probe import probe
from core.video.reader import VideoReader
from core.video.writer import read_labels_video
from tasks import queue, rubbish
from tasks.foreground import run_in_foreground
from tests.media import barcode_video, read_barcode
from tests.small_model import write_small_model

FRAMES, START, END = 40, 8, 30
IDS = LabelCoding(mode="ids", ids={n: n for n in range(256)}, colours={})


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path) -> Segmentation:
    import_model(folder, write_small_model(tmp_path / "small.safetensors"), name="small")
    clip = barcode_video(tmp_path / "clip.mp4", FRAMES)
    video = queue.add_video(folder, clip, name="clip.mp4")
    _run(folder, "import_video", {"video_id": video.id})
    options = {"start": START, "end": END}
    added = queue.add_segmentation(folder, video_id=video.id, model="small", options=options)
    _run(folder, "segment_video", {"segmentation_id": added.id})
    with folder.database.reading() as session:
        return segmentations.get(session, added.id)


@pytest.fixture
def export(folder: DataFolder, made: Segmentation) -> Callable[..., tuple[str, dict[str, str]]]:
    """Orders and runs an export; gives its job's id and what it made."""

    def exported(
        kind: ExportKind, first: int, last: int, *panes: str
    ) -> tuple[str, dict[str, str]]:
        look = Look(panes=panes or ("source", "A"))
        asked = RangeExport(kind, first, last, {"A": made.id}, look, letter="A")
        ordered = queue.add_export(folder, asked)
        job = run_in_foreground(
            folder, "export_range", ordered.payload, title="A test", on_progress=lambda _: None
        )
        return job.id, queue.exported_file(folder, job.id)

    return exported


def _run(folder: DataFolder, kind: str, payload: dict[str, str]) -> None:
    run_in_foreground(folder, kind, payload, title="A test", on_progress=lambda _: None)  # type: ignore[arg-type]


def _labels(folder: DataFolder, made: Segmentation) -> np.ndarray:
    assert made.labels is not None
    return LabelReader(folder.artifacts.open_range(made.labels)).range(0, made.frames)


def test_panes_are_exported_with_exactly_the_frames_of_the_range(
    folder: DataFolder, export: Callable[..., tuple[str, dict[str, str]]]
) -> None:
    _, found = export("panes", 5, 33, "source", "A", "flicker-A")
    assert found["filename"] == "clip source A flicker-A 5-33.mp4"
    path = folder.artifacts.local_copy(found["artifact"])
    info = probe(path)
    assert info.frames == 29
    assert float(info.fps) == pytest.approx(15, rel=1e-3)
    with VideoReader(path) as reader:
        numbers = [read_barcode(frame.rgb[:, : (info.width - 2 * GAP) // 3]) for frame in reader]
    assert numbers == list(range(5, 34))


def test_label_maps_and_the_label_video_hold_the_stored_labels(
    folder: DataFolder, made: Segmentation, export: Callable[..., tuple[str, dict[str, str]]]
) -> None:
    labels = _labels(folder, made)[12 - START : 19 - START]
    _, found = export("label_maps", 12, 18)
    with ZipFile(folder.artifacts.local_copy(found["artifact"])) as maps:
        names = [name for name in maps.namelist() if name.endswith(".png")]
        assert names == [f"masks/0000{n}.png" for n in range(12, 19)]
        read = [decode_labels(maps.read(name), IDS)[0] for name in names]
    np.testing.assert_array_equal(np.stack(read), labels)
    _, found = export("labels_video", 12, 18)
    read = [one for _, one in read_labels_video(folder.artifacts.local_copy(found["artifact"]))]
    np.testing.assert_array_equal(np.stack(read), labels)


@pytest.mark.parametrize(
    ("kind", "first", "last", "sentence"),
    [
        ("panes", 30, FRAMES, r"clip.mp4 has the frames 0 to 39; 30 to 40 are not all among them"),
        ("label_maps", 0, 9, r"The segmentation A has the frames 8 to 29; 0 to 9 are not all"),
        ("labels_video", 29, 30, r"choose a range within"),
    ],
)
def test_a_range_outside_is_one_sentence(
    export: Callable[..., object], kind: ExportKind, first: int, last: int, sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        export(kind, first, last)


def test_an_export_is_kept_for_a_day_and_goes_with_its_video(
    folder: DataFolder,
    made: Segmentation,
    export: Callable[..., tuple[str, dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_id, found = export("label_maps", 12, 12)
    monkeypatch.setattr(rubbish, "UNNAMED_KEPT", -1.0)
    rubbish.remove_unnamed(folder)
    assert folder.artifacts.size(found["artifact"]) > 0
    monkeypatch.setattr(rubbish, "EXPORTS_KEPT", -1.0)
    rubbish.remove_unnamed(folder)
    with pytest.raises(NotFound, match="not stored any more"):
        folder.artifacts.size(queue.exported_file(folder, job_id)["artifact"])
    _, other = export("label_maps", 12, 12)
    queue.delete_video(folder, made.video_id)
    with pytest.raises(NotFound):
        folder.artifacts.size(other["artifact"])


def test_labels_that_are_not_there_and_other_jobs_are_no_exports(
    folder: DataFolder, made: Segmentation
) -> None:
    look = Look(panes=("source", "A"))
    good = RangeExport("label_maps", 12, 12, {"A": made.id}, look, letter="A")
    with pytest.raises(NotFound, match="true labels"):
        queue.add_export(folder, replace(good, letter="T"))
    waiting = queue.add_export(folder, good)
    with pytest.raises(DyncellError, match="not finished"):
        queue.exported_file(folder, waiting.id)
    with pytest.raises(NotFound, match="no export"):
        queue.exported_file(folder, made.job_id)
    other = _other_video(folder)
    added = queue.add_segmentation(folder, video_id=other.id, model="small", options={})
    with pytest.raises(BadInput, match="several videos"):
        queue.add_export(folder, replace(good, segmentations={"A": made.id, "B": added.id}))


def _other_video(folder: DataFolder) -> Video:
    with folder.database.reading() as session:
        (first,) = videos.list_videos(session)
    path = folder.artifacts.local_copy(first.original)
    video = queue.add_video(folder, path, name="other.mp4")
    _run(folder, "import_video", {"video_id": video.id})
    return video
