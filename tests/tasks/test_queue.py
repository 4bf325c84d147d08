import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound, StorageFull
from core.palette import Palette
from core.records import JobState, Model, Video, new_id
from core.store import jobs, models, segmentations, videos
from tasks import queue
from tasks.kinds import KINDS
from tests.tasks.engine import add_job, job_of

_PALETTE = Palette(names=("a", "b"), colours=((0, 0, 0), (255, 255, 255)))


def _video(folder: DataFolder, tmp_path: Path, *, ready: bool = True) -> Video:
    file = tmp_path / "drive.mp4"
    file.write_bytes(b"bytes of a video")
    video = queue.add_video(folder, file, name="drive.mp4")
    if not ready:
        return video
    with folder.database.writing() as session:
        return videos.publish(session, video.id, found={"playable": video.original, "frames": 9})


def _model(folder: DataFolder) -> Model:
    with folder.database.writing() as session:
        return models.add(
            session,
            new_id(),
            name="camvid",
            kind="static",
            artifact=f"{new_id()}.0.weights.safetensors",
            sha256="0",
            size=1,
            palette=_PALETTE,
            config={},
            provenance={},
            metrics={},
            params=1,
        )


def _count(folder: DataFolder) -> dict[str, int]:
    with folder.database.reading() as session:
        return {
            "jobs": jobs.count(session),
            "videos": videos.count(session),
            "segmentations": segmentations.count(session),
        }


def test_an_added_video_has_its_file_its_row_and_its_job(
    folder: DataFolder, tmp_path: Path
) -> None:
    video = _video(folder, tmp_path, ready=False)
    job = job_of(folder, video.job_id)
    assert (job.kind, job.state, job.payload) == (
        "import_video",
        JobState.QUEUED,
        {"video_id": video.id},
    )
    assert job.priority == KINDS["import_video"].priority
    assert folder.artifacts.local_copy(video.original).read_bytes() == b"bytes of a video"
    assert video.size == 16


def test_a_video_that_cannot_be_added_leaves_no_file_and_no_job(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StorageFull("The disk is full.")

    monkeypatch.setattr("core.store.videos.add", refuse)
    with pytest.raises(StorageFull):
        _video(folder, tmp_path, ready=False)
    assert folder.artifacts.names() == []
    assert _count(folder)["jobs"] == 0


def test_the_same_upload_asked_for_twice_is_one_video(folder: DataFolder, tmp_path: Path) -> None:
    file = tmp_path / "drive.mp4"
    file.write_bytes(b"x")
    upload = new_id()
    first = queue.add_video(folder, file, name="a", video_id=upload)
    second = queue.add_video(folder, file, name="a", video_id=upload)
    assert first == second
    assert folder.artifacts.size(first.original) == 1
    assert _count(folder)["jobs"] == 1


def test_there_is_one_sample_however_often_it_is_asked_for(folder: DataFolder) -> None:
    first = queue.add_sample(folder)
    assert queue.add_sample(folder) == first
    job = job_of(folder, first.job_id)
    assert job.payload == {"video_id": first.id, "sample": True}
    assert (first.origin, first.name, first.original) == ("sample", queue.SAMPLE_NAME, "")


def test_a_deleted_sample_comes_back_only_when_somebody_asks(folder: DataFolder) -> None:
    queue.add_sample_once(folder)
    queue.add_sample_once(folder)
    assert _count(folder)["videos"] == 1
    queue.delete_video(folder, queue.add_sample(folder).id)
    queue.add_sample_once(folder)
    assert _count(folder)["videos"] == 0
    queue.add_sample(folder)
    assert _count(folder)["videos"] == 1


def test_a_sample_added_by_hand_and_deleted_does_not_come_back_either(folder: DataFolder) -> None:
    queue.delete_video(folder, queue.add_sample(folder).id)
    queue.add_sample_once(folder)
    assert _count(folder)["videos"] == 0


def test_a_segmentation_is_queued_with_a_title_for_people(
    folder: DataFolder, tmp_path: Path
) -> None:
    video, model = _video(folder, tmp_path), _model(folder)
    added = queue.add_segmentation(
        folder, video_id=video.id, model="camvid", options={"full_size": True}
    )
    job = job_of(folder, added.job_id)
    assert job.title == "Segment drive.mp4 with camvid"
    assert (job.kind, job.payload) == ("segment_video", {"segmentation_id": added.id})
    assert (added.model_id, added.options) == (model.id, {"full_size": True})


def test_a_segmentation_needs_a_ready_video_and_a_model_that_exists(
    folder: DataFolder, tmp_path: Path
) -> None:
    _model(folder)
    waiting = _video(folder, tmp_path, ready=False)
    with pytest.raises(DyncellError, match="not ready yet"):
        queue.add_segmentation(folder, video_id=waiting.id, model="camvid", options={})
    with pytest.raises(NotFound, match="no video"):
        queue.add_segmentation(folder, video_id=new_id(), model="camvid", options={})
    ready = _video(folder, tmp_path)
    with pytest.raises(NotFound, match="models: camvid"):
        queue.add_segmentation(folder, video_id=ready.id, model="none", options={})
    assert _count(folder)["segmentations"] == 0
    assert _count(folder)["jobs"] == 2


def test_deleting_a_video_takes_its_results_its_files_and_its_waiting_jobs(
    folder: DataFolder, tmp_path: Path
) -> None:
    video = _video(folder, tmp_path)
    _model(folder)
    added = queue.add_segmentation(folder, video_id=video.id, model="camvid", options={})
    queue.delete_video(folder, video.id)
    assert _count(folder) == {"jobs": 2, "videos": 0, "segmentations": 0}
    assert folder.artifacts.names() == []
    for job_id in (video.job_id, added.job_id):
        assert job_of(folder, job_id).state is JobState.CANCELLED


def test_deleting_a_segmentation_leaves_its_video(folder: DataFolder, tmp_path: Path) -> None:
    video = _video(folder, tmp_path)
    _model(folder)
    added = queue.add_segmentation(folder, video_id=video.id, model="camvid", options={})
    queue.delete_segmentation(folder, added.id)
    assert _count(folder) == {"jobs": 2, "videos": 1, "segmentations": 0}
    assert folder.artifacts.names() == [video.original]


def test_only_failed_and_cancelled_jobs_are_tried_again(folder: DataFolder) -> None:
    job_id = add_job(folder)
    with pytest.raises(DyncellError, match="queued"):
        queue.retry(folder, job_id)
    queue.cancel(folder, job_id)
    assert queue.retry(folder, job_id).state is JobState.QUEUED


def test_only_jobs_with_checkpoints_can_rest(folder: DataFolder) -> None:
    with pytest.raises(DyncellError, match="cannot be paused"):
        queue.pause(folder, add_job(folder, kind="import_video"))
    training = add_job(folder)
    assert queue.pause(folder, training).state is JobState.PAUSED
    assert queue.resume(folder, training).state is JobState.QUEUED


def test_a_broker_that_is_down_or_silent_neither_fails_nor_holds_up_the_caller(
    folder: DataFolder,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for url in (f"redis://127.0.0.1:{port}/0", "redis://127.0.0.1:1/0"):
            settings = replace(folder.settings, broker_url=url)
            caller = threading.Thread(target=queue.notify, args=(settings,), daemon=True)
            caller.start()
            caller.join(10)
            assert not caller.is_alive()


def test_a_message_is_one_small_file_that_says_only_look(folder: DataFolder) -> None:
    queue.notify(folder.settings)
    (message,) = (folder.settings.messages / "queue").iterdir()
    text = message.read_text()
    assert "tasks.look" in text
    assert len(text) < 2000
