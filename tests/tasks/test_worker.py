"""A worker as its own process, ended in every way there is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import JobState, new_id
from core.store import workers
from tasks import queue
from tasks.worker import Worker, _slot_kinds
from tests.tasks.engine import (
    PATIENCE,
    add_job,
    is_running,
    job_of,
    wait_for_end,
    wait_for_state,
    wait_until,
)


class WorkerProcess:
    """`tests.tasks.worker_of_tests` on a data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.log = (folder.settings.data / "worker.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tasks.worker_of_tests", str(folder.settings.data)],
            stderr=self.log,
        )

    def wait_until_registered(self) -> None:
        wait_until(lambda: self.process.pid in self._listed())

    def _listed(self) -> list[int]:
        with self.folder.database.reading() as session:
            return [worker.pid for worker in workers.list_workers(session)]

    def end(self, sign: signal.Signals) -> int:
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


@pytest.fixture
def worker(folder: DataFolder) -> Iterator[WorkerProcess]:
    started = WorkerProcess(folder)
    started.wait_until_registered()
    yield started
    started.process.kill()
    started.process.wait()
    started.log.close()


def _pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_asked_to_end_releases_its_job_and_leaves_nothing(
    worker: WorkerProcess, folder: DataFolder, tmp_path: Path, sign: signal.Signals
) -> None:
    noted = tmp_path / "pids"
    job_id = add_job(folder, ["note", str(noted)], ["sleep", 60.0])
    queue.notify(folder.settings)
    wait_until(lambda: _pids(noted))
    assert worker.end(sign) == 0
    job = job_of(folder, job_id)
    assert (job.state, job.attempt) == (JobState.QUEUED, 0)
    assert not is_running(_pids(noted)[0])
    with folder.database.reading() as session:
        assert workers.list_workers(session) == []


def test_a_killed_worker_leaves_no_process_and_its_job_is_done_by_the_next_one(
    worker: WorkerProcess, folder: DataFolder, tmp_path: Path
) -> None:
    noted, go, row_id = tmp_path / "pids", tmp_path / "go", new_id()
    job_id = add_job(
        folder,
        ["note", str(noted)],
        ["put", row_id, "labels.bin"],
        ["start_process", str(noted)],
        ["wait_for", str(go)],
        ["finish"],
        segmentation_id=row_id,
    )
    wait_until(lambda: len(_pids(noted)) == 2)
    half = folder.artifacts.names()
    worker.end(signal.SIGKILL)
    wait_until(lambda: not any(is_running(pid) for pid in _pids(noted)))
    assert job_of(folder, job_id).state is JobState.RUNNING
    go.touch()
    second = WorkerProcess(folder)
    try:
        job = wait_for_end(folder, job_id)
        assert (job.state, job.attempt) == (JobState.DONE, 2)
        names = folder.artifacts.names()
        assert half
        assert not set(half) & set(names)
        second.wait_until_registered()
        with folder.database.reading() as session:
            assert [found.pid for found in workers.list_workers(session)] == [second.process.pid]
        wait_until(lambda: list(folder.settings.work.iterdir()) == [])
    finally:
        second.end(signal.SIGTERM)
        second.log.close()


def test_a_killed_child_in_the_middle_of_a_job_means_another_attempt(
    worker: WorkerProcess, folder: DataFolder, tmp_path: Path
) -> None:
    noted, go = tmp_path / "pids", tmp_path / "go"
    job_id = add_job(folder, ["note", str(noted)], ["wait_for", str(go)], ["finish"])
    wait_until(lambda: _pids(noted))
    os.kill(_pids(noted)[0], signal.SIGKILL)
    wait_until(lambda: len(_pids(noted)) == 2)
    go.touch()
    job = wait_for_end(folder, job_id)
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_a_child_in_the_middle_of_a_computation_ends_when_its_worker_is_killed(
    worker: WorkerProcess, folder: DataFolder, tmp_path: Path
) -> None:
    noted = tmp_path / "pids"
    add_job(folder, ["note", str(noted)], ["compute", str(noted)])
    wait_until(lambda: len(_pids(noted)) == 2)
    worker.end(signal.SIGKILL)
    wait_until(lambda: not is_running(_pids(noted)[0]))


def test_a_message_starts_a_job_long_before_the_next_poll(folder: DataFolder) -> None:
    command = [sys.executable, "-m", "tests.tasks.worker_of_tests", str(folder.settings.data)]
    process = subprocess.Popen([*command, "3600"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(3):  # the first one may be found by the look every slot takes at its start
            job_id = add_job(folder, ["finish"])
            wait_until(partial(_is_done_when_notified, folder, job_id))
    finally:
        process.terminate()
        process.wait()


def _is_done_when_notified(folder: DataFolder, job_id: str) -> bool:
    queue.notify(folder.settings)
    return job_of(folder, job_id).state is JobState.DONE


def test_a_worker_needs_a_slot_and_a_queue_that_exists(folder: DataFolder) -> None:
    with pytest.raises(DyncellError, match="at least one slot"):
        Worker(folder, slots=0)
    with pytest.raises(DyncellError, match="general, interactive"):
        Worker(folder, queues=["gpu"])


def test_a_job_that_waited_for_a_worker_is_started_without_a_message(
    folder: DataFolder, worker: WorkerProcess
) -> None:
    job_id = add_job(folder, ["count", 60.0])
    wait_for_state(folder, job_id, JobState.RUNNING)


def test_a_search_worker_takes_jobs_of_searches_only() -> None:
    taken = _slot_kinds(2, ("search",))
    assert list(taken) == ["search-0", "search-1"]
    assert set(taken["search-1"]) == {"advance_search", "prepare_search", "trial"}
