from pathlib import Path

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.labels import LabelReader
from core.records import Video, new_id
from core.store import videos
from core.video.playable import FrameTable
from core.video.probe import probe
from tasks import queue
from tasks.foreground import run_in_foreground
from tests.media import bad_files, barcode_video, camvid_video, needs_camvid, phone_video

BAD = (
    *("not a video", "empty", "no index", "a playlist", "a concat list", "a picture"),
    *("a session description", "a header alone", "sound alone", "1x1", "20000x20000"),
    *("zero frames", "a movie that names another file", "a playlist inside a container"),
)


def _import(folder: DataFolder, path: Path, *, name: str | None = None) -> Video:
    video = queue.add_video(folder, path, name=name or path.name)
    return _run(folder, video)


def _run(folder: DataFolder, video: Video, **payload: bool) -> Video:
    run_in_foreground(
        folder,
        "import_video",
        {"video_id": video.id, **payload},
        title="Import",
        on_progress=lambda _: None,
    )
    with folder.database.reading() as session:
        return videos.get(session, video.id)


@needs_camvid
def test_the_camvid_drive_is_played_as_it_is(folder: DataFolder, tmp_path: Path) -> None:
    video = _import(folder, camvid_video(tmp_path / "drive.mp4"))
    assert video.is_ready
    assert (video.width, video.height, video.frames, video.fps) == (480, 360, 101, 15.0)
    assert video.playable == video.original
    assert video.poster is not None
    assert folder.artifacts.local_copy(video.poster).read_bytes()[:2] == b"\xff\xd8"


def test_a_phone_video_gets_a_copy_with_one_frame_per_frame(
    folder: DataFolder, tmp_path: Path
) -> None:
    video = _import(folder, phone_video(tmp_path / "phone.mp4", width=640, height=480))
    assert (video.width, video.height, video.rotation, video.has_audio) == (480, 640, 270, True)
    assert video.playable != video.original
    assert video.playable is not None
    assert video.frame_table is not None
    copy = probe(folder.artifacts.local_copy(video.playable))
    assert (copy.frames, copy.constant_rate, copy.rotation) == (video.frames, True, 0)
    assert float(copy.fps) == pytest.approx(video.fps, rel=1e-3)
    table = FrameTable.load(folder.artifacts.local_copy(video.frame_table))
    assert table.frames == video.frames


def test_the_sample_comes_with_its_own_labels(folder: DataFolder) -> None:
    video = _run(folder, queue.add_sample(folder), sample=True)
    assert video.is_ready
    assert video.truth is not None
    truth = LabelReader(folder.artifacts.open_range(video.truth))
    assert (truth.frames, truth.width, truth.height) == (video.frames, video.width, video.height)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_gets_one_sentence_and_nothing_is_lost(
    folder: DataFolder, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "files").mkdir()
    path = bad_files(tmp_path / "files")[kind]
    with pytest.raises(DyncellError) as caught:
        _import(folder, path, name="holiday.mp4")
    text = str(caught.value)
    assert "holiday.mp4" in text
    assert str(tmp_path) not in text
    assert "\n" not in text
    with folder.database.reading() as session:
        (video,) = videos.list_videos(session)
    assert not video.is_ready
    assert folder.artifacts.names() == [video.original]


def test_a_name_is_text_and_never_a_path(folder: DataFolder, tmp_path: Path) -> None:
    name = "../../<img src=x onerror=alert(1)>.mp4"
    video = _import(folder, barcode_video(tmp_path / "clip.mp4", 5), name=name)
    assert video.name == name
    assert all(stored.startswith(video.id) for stored in folder.artifacts.names())


def test_a_video_deleted_while_it_is_imported_leaves_nothing(
    folder: DataFolder, tmp_path: Path
) -> None:
    video = queue.add_video(folder, barcode_video(tmp_path / "c.mp4", 40), name="c.mp4")

    def delete_meanwhile(_: object) -> None:
        with folder.database.reading() as session:
            known = videos.count(session)
        if known:
            queue.delete_video(folder, video.id)

    with pytest.raises(DyncellError):
        run_in_foreground(
            folder,
            "import_video",
            {"video_id": video.id},
            title="Import",
            on_progress=delete_meanwhile,
        )
    assert folder.artifacts.names() == []


def test_an_unknown_video_is_no_traceback(folder: DataFolder) -> None:
    with pytest.raises(DyncellError, match=r"There is no video|deleted"):
        run_in_foreground(
            folder,
            "import_video",
            {"video_id": new_id()},
            title="Import",
            on_progress=lambda _: None,
        )
