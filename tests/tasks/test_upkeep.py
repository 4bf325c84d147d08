import os
import threading
import time
from pathlib import Path
from typing import Any

from core.artifacts import artifact_id
from core.data_folder import DataFolder
from core.records import Job, JobState, new_id
from core.store import jobs, searches, workers
from tasks import queue, rubbish
from tasks.process import host_name, owner_id
from tasks.rubbish import SEARCH_LOGS_KEPT, remove_unnamed, remove_work_folders, work_folder
from tasks.upkeep import Upkeep, expire_jobs, remove_stale_uploads
from tests.tasks.engine import job_of
from tests.webapp.searched import add_search

_GONE = f"{host_name()}|{os.getpid()}|0|general-0"  # this process's number, another start
_HOURS = 3600.0


def _claimed(
    folder: DataFolder, *, owner: str, lease: float = 60.0, max_attempts: int = 3, **payload: Any
) -> Job:
    with folder.database.writing() as session:
        jobs.enqueue(
            session,
            "train_static",
            payload=payload,
            title="A",
            priority=1,
            max_attempts=max_attempts,
        )
        job = jobs.claim(session, ["train_static"], lease_owner=owner, lease_seconds=lease)
    assert job is not None
    return job


def _put(folder: DataFolder, name: str, *, hours_old: float = 0.0) -> str:
    folder.settings.data.mkdir(exist_ok=True)
    file = folder.settings.data / "file"
    file.write_bytes(b"x")
    folder.artifacts.put(file, name)
    file.unlink()
    return name


def test_a_job_whose_process_is_gone_is_queued_again_at_once(folder: DataFolder) -> None:
    job = _claimed(folder, owner=_GONE)
    assert [freed.id for freed in expire_jobs(folder)] == [job.id]
    assert job_of(folder, job.id).state is JobState.QUEUED


def test_a_job_whose_owner_lives_or_is_elsewhere_stays_until_its_lease_ends(
    folder: DataFolder,
) -> None:
    here = _claimed(folder, owner=owner_id("general-0"))
    elsewhere = _claimed(folder, owner="elsewhere:1|1|1|general-0")
    late = _claimed(folder, owner="elsewhere:1|1|2|general-0", lease=-1.0)
    assert [freed.id for freed in expire_jobs(folder)] == [late.id]
    assert job_of(folder, here.id).state is JobState.RUNNING
    assert job_of(folder, elsewhere.id).state is JobState.RUNNING


def test_a_job_that_lost_its_last_worker_fails_with_the_reason(folder: DataFolder) -> None:
    job = _claimed(folder, owner=_GONE, max_attempts=1)
    expire_jobs(folder)
    failed = job_of(folder, job.id)
    assert failed.state is JobState.FAILED
    assert "press Retry" in str(failed.error)


def test_a_lost_job_that_was_to_stop_or_rest_does_so(folder: DataFolder) -> None:
    stop, rest = _claimed(folder, owner=_GONE), _claimed(folder, owner=_GONE)
    queue.cancel(folder, stop.id)
    queue.pause(folder, rest.id)
    expire_jobs(folder)
    assert job_of(folder, stop.id).state is JobState.CANCELLED
    assert job_of(folder, rest.id).state is JobState.PAUSED


def test_what_a_lost_attempt_wrote_is_removed_with_it(folder: DataFolder) -> None:
    row_id = new_id()
    job = _claimed(folder, owner=_GONE, segmentation_id=row_id)
    own = _put(folder, artifact_id(row_id, job.fence, "labels.bin"))
    other = _put(folder, artifact_id(new_id(), job.fence, "labels.bin"))
    work = work_folder(folder, job)
    work.mkdir()
    (work / "half").write_bytes(b"x")
    Upkeep(folder)()
    assert own not in folder.artifacts.names()
    assert other in folder.artifacts.names()
    assert not work.exists()


def test_the_work_folder_of_a_running_attempt_stays_and_that_of_an_earlier_one_goes(
    folder: DataFolder,
) -> None:
    job = _claimed(folder, owner=owner_id("general-0"))
    running = work_folder(folder, job)
    earlier = folder.settings.work / f"{job.id}.0"
    unknown = folder.settings.work / f"{new_id()}.1"
    for path in (running, earlier, unknown):
        path.mkdir()
    remove_work_folders(folder)
    assert running.exists()
    assert not earlier.exists()
    assert not unknown.exists()


def test_artifacts_that_nobody_names_go_after_an_hour_unless_a_running_job_wrote_them(
    folder: DataFolder, tmp_path: Path, monkeypatch: Any
) -> None:
    upload = tmp_path / "drive.mp4"
    upload.write_bytes(b"video")
    named = queue.add_video(folder, upload, name="drive.mp4").original
    row_id = new_id()
    job = _claimed(folder, owner=owner_id("general-0"), segmentation_id=row_id)
    running = _put(folder, artifact_id(row_id, job.fence, "labels.bin"))
    unnamed = _put(folder, artifact_id(new_id(), 1, "labels.bin"))
    part = folder.artifacts.folder / f"{unnamed}.part"
    part.write_bytes(b"half")
    remove_unnamed(folder)
    assert {named, running, unnamed} == set(folder.artifacts.names())
    monkeypatch.setattr(rubbish, "UNNAMED_KEPT", -1.0)
    remove_unnamed(folder)
    assert {named, running} == set(folder.artifacts.names())
    assert not part.exists()


def test_a_file_that_was_old_before_it_came_here_is_not_old_rubbish(
    folder: DataFolder, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x")
    os.utime(file, (0, 0))
    name = artifact_id(new_id(), 0, "original.bin")
    folder.artifacts.put(file, name)
    remove_unnamed(folder)
    assert folder.artifacts.names() == [name]


def test_uploads_that_nobody_continues_are_removed(tmp_path: Path) -> None:
    old, fresh = tmp_path / "old.part", tmp_path / "fresh.part"
    for path in (old, fresh):
        path.write_bytes(b"x")
    past = time.time() - 49 * _HOURS
    os.utime(old, (past, past))
    remove_stale_uploads(tmp_path)
    assert not old.exists()
    assert fresh.exists()
    remove_stale_uploads(tmp_path / "missing")


def test_workers_that_are_gone_leave_the_list(folder: DataFolder) -> None:
    with folder.database.writing() as session:
        for worker_id in (_GONE, owner_id("worker")):
            workers.register(session, worker_id, host="h", pid=1, slots=1, queues=["general"])
    Upkeep(folder)()
    with folder.database.reading() as session:
        assert [worker.id for worker in workers.list_workers(session)] == [owner_id("worker")]


def test_upkeep_is_safe_when_several_workers_do_it_at_once(folder: DataFolder) -> None:
    ids = [_claimed(folder, owner=_GONE).id for _ in range(20)]
    freed: list[str] = []
    threads = [
        threading.Thread(target=lambda: freed.extend(job.id for job in Upkeep(folder)()))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(freed) == sorted(ids)


def test_checkpoints_are_kept_for_unfinished_jobs_and_for_a_month(folder: DataFolder) -> None:
    waiting = _claimed(folder, owner=owner_id("general-0"))
    kept = [waiting.id, "static-of-yesterday"]
    for name in (*kept, "static-old", new_id()):
        place = folder.settings.checkpoints / name
        place.mkdir(parents=True)
        (place / "training.pt").write_bytes(b"x")
        if name != "static-of-yesterday":
            old = time.time() - rubbish.CHECKPOINTS_KEPT - _HOURS
            os.utime(place / "training.pt", (old, old))
            os.utime(place, (old, old))
    rubbish.remove_old_checkpoints(folder)
    assert {path.name for path in folder.settings.checkpoints.iterdir()} == set(kept)


def test_logs_and_jobs_of_searches_that_are_gone_or_long_over_are_removed(
    folder: DataFolder,
) -> None:
    logs = folder.settings.data / "logs"
    logs.mkdir(parents=True)
    kept, old = add_search(folder, "kept", rewards=[0.5]), add_search(folder, "old")
    gone = add_search(folder, "gone", rewards=[0.5, 0.6])
    with folder.database.writing() as session:
        searches.delete_search(session, gone.id)
    for name in (f"search-{kept.id}.log", f"search-{old.id}.log.2", f"search-{gone.id}.log"):
        (logs / name).write_text("a line")
    (logs / "worker.log").write_text("a line")
    ended = time.time() - SEARCH_LOGS_KEPT - 60
    os.utime(logs / f"search-{old.id}.log.2", (ended, ended))
    Upkeep(folder)()
    assert {path.name for path in logs.iterdir()} == {f"search-{kept.id}.log", "worker.log"}
    with folder.database.reading() as session:
        left = jobs.list_jobs(session, kinds=["trial"])
    assert [job.payload["search_id"] for job in left] == [kept.id]
