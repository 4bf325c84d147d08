import time

import pytest

from core.errors import DyncellError, NotFound
from core.palette import CAMVID
from core.records import Model, Segmentation, Video, new_id
from core.store import jobs, models, segmentations, videos, workers
from core.store.session import Database


def _video(database: Database, *, name: str = "drive.mp4") -> Video:
    video_id = new_id()
    with database.writing() as session:
        job = jobs.enqueue(session, "import_video", payload={}, title="x", priority=1)
        return videos.add(
            session, video_id, name=name, size=5, original=f"{video_id}.0.original", job_id=job.id
        )


def _model(database: Database, *, name: str = "camvid") -> Model:
    with database.writing() as session:
        return models.add(
            session,
            new_id(),
            name=name,
            kind="static",
            artifact=f"{new_id()}.0.weights",
            sha256="0" * 64,
            size=1,
            palette=CAMVID,
            config={"width": 0.5},
            provenance={},
            metrics={},
            params=10,
        )


def _segmentation(database: Database, video: Video, model: Model) -> Segmentation:
    with database.writing() as session:
        return segmentations.add(
            session,
            new_id(),
            video_id=video.id,
            model_id=model.id,
            job_id=new_id(),
            options={"full_size": False},
        )


def test_a_video_is_ready_once_it_can_be_played(database: Database) -> None:
    video = _video(database)
    assert not video.is_ready
    with database.writing() as session:
        found = {"playable": "p", "frames": 30, "fps_num": 30000, "fps_den": 1001}
        video = videos.publish(session, video.id, found=found)
    assert video.is_ready
    assert video.fps == pytest.approx(29.97003)


def test_publishing_for_a_deleted_video_is_refused(database: Database) -> None:
    video = _video(database)
    with database.writing() as session:
        videos.delete_video(session, video.id)
    with pytest.raises(NotFound, match="may have been deleted"), database.writing() as session:
        videos.publish(session, video.id, found={"frames": 1})


def test_deleting_a_video_takes_its_segmentations_along(database: Database) -> None:
    video, model = _video(database), _model(database)
    segmentation = _segmentation(database, video, model)
    with database.writing() as session:
        deleted, results = videos.delete_video(session, video.id)
    assert deleted.original == video.original
    assert [found.id for found in results] == [segmentation.id]
    with database.reading() as session:
        assert segmentations.count(session) == 0


def test_a_model_that_made_kept_results_is_not_deleted(database: Database) -> None:
    video, model = _video(database), _model(database)
    _segmentation(database, video, model)
    with pytest.raises(DyncellError, match=r"made 1 segmentation"), database.writing() as session:
        models.delete_model(session, model.name)
    with database.reading() as session:
        assert models.get(session, model.id).name == "camvid"


def test_a_model_name_is_given_once(database: Database) -> None:
    _model(database)
    with pytest.raises(DyncellError, match="exists already"):
        _model(database)


def test_an_unknown_model_is_answered_with_the_known_ones(database: Database) -> None:
    _model(database, name="mine")
    with pytest.raises(NotFound, match="models: mine"), database.reading() as session:
        models.get(session, "yours")


def test_a_model_keeps_its_palette(database: Database) -> None:
    model = _model(database)
    with database.reading() as session:
        found = models.get(session, model.id)
    assert (found.classes, found.colours) == (CAMVID.names, CAMVID.colours)


def test_videos_are_listed_newest_first_and_in_pages(database: Database) -> None:
    made = []
    for n in range(5):
        made.append(_video(database, name=f"{n}.mp4").name)
        time.sleep(0.002)  # the database's clock counts milliseconds
    with database.reading() as session:
        first = [v.name for v in videos.list_videos(session, limit=2)]
        second = [v.name for v in videos.list_videos(session, limit=2, offset=2)]
    assert first + second == list(reversed(made))[:4]


def test_a_worker_is_alive_until_it_falls_silent(database: Database) -> None:
    with database.writing() as session:
        workers.register(session, "w", host="h", pid=1, slots=2, queues=["all"])
    with database.reading() as session:
        (worker,) = workers.list_workers(session)
    assert worker.is_alive
    with database.writing() as session:
        workers.remove_gone(session, is_gone=lambda worker_id: worker_id == "w")
    with database.reading() as session:
        assert workers.list_workers(session) == []
