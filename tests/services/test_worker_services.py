"""The same worker over services: PostgreSQL instead of SQLite, Redis instead of files."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core.data_folder import DataFolder, open_data_folder
from core.records import JobState
from core.settings import Settings
from core.store import workers
from tasks import queue
from tasks.process import environment_of
from tests.servers import OwnServer, wait_for_postgresql, wait_for_redis
from tests.tasks.engine import PATIENCE, add_job, job_of, wait_for_end, wait_until

_NEVER = "3600"  # seconds between two polls: only a message can start a job in time
_OFTEN = "0.2"


@pytest.fixture
def folder(
    tmp_path: Path, postgresql_url: str, redis_server: tuple[str, OwnServer | None]
) -> Iterator[DataFolder]:
    environment = {
        "DYNCELL_DATABASE_URL": postgresql_url,
        "DYNCELL_BROKER_URL": redis_server[0],
    }
    opened = open_data_folder(Settings.of(tmp_path / "data", environment))
    yield opened
    opened.database.close()


class ServiceWorker:
    """A worker process on the folder's services."""

    def __init__(self, folder: DataFolder, *, poll: str) -> None:
        self.log = folder.settings.data / "worker.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "tests.tasks.worker_of_tests"),
                    *(str(folder.settings.data), poll),
                ],
                stderr=log,
                env=environment_of(folder.settings),
            )

    def said(self) -> str:
        return self.log.read_text()

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)


def _is_done_when_notified(folder: DataFolder, job_id: str) -> bool:
    queue.notify(folder.settings)
    return job_of(folder, job_id).state is JobState.DONE


def test_a_message_over_redis_starts_a_job_and_the_worker_leaves_in_good_order(
    folder: DataFolder,
) -> None:
    worker = ServiceWorker(folder, poll=_NEVER)
    try:
        for _ in range(3):  # the first one may be found by the look every slot takes at its start
            job_id = add_job(folder, ["report", 1, 2], ["loss"], ["log", "hello"], ["finish"])
            wait_until(partial(_is_done_when_notified, folder, job_id))
            assert job_of(folder, job_id).attempt == 1
    finally:
        assert worker.end() == 0
    with folder.database.reading() as session:
        assert workers.list_workers(session) == []


def test_jobs_go_on_while_redis_is_away(
    folder: DataFolder, redis_server: tuple[str, OwnServer | None]
) -> None:
    url, server = redis_server
    if server is None:
        pytest.skip("the Redis server is not ours to stop")
    worker = ServiceWorker(folder, poll=_OFTEN)
    try:
        wait_for_end(folder, add_job(folder, ["finish"]))
        server.stop()
        try:
            job_id = add_job(folder, ["finish"])
            queue.notify(folder.settings)
            assert wait_for_end(folder, job_id).state is JobState.DONE
        finally:
            server.start()
            wait_for_redis(url)
        assert "Traceback" not in worker.said()
    finally:
        assert worker.end() == 0


def test_messages_are_heard_again_once_redis_is_back(
    folder: DataFolder, redis_server: tuple[str, OwnServer | None]
) -> None:
    url, server = redis_server
    if server is None:
        pytest.skip("the Redis server is not ours to stop")
    worker = ServiceWorker(folder, poll=_NEVER)
    try:
        for is_first in (True, False):
            job_id = add_job(folder, ["finish"])
            wait_until(partial(_is_done_when_notified, folder, job_id))
            if is_first:
                server.stop()
                server.start()
                wait_for_redis(url)
    finally:
        assert worker.end() == 0


def test_a_running_job_survives_a_restart_of_the_database(
    folder: DataFolder, postgresql: tuple[str, OwnServer | None], tmp_path: Path
) -> None:
    url, server = postgresql
    if server is None:
        pytest.skip("the PostgreSQL server is not ours to stop")
    worker = ServiceWorker(folder, poll=_OFTEN)
    go = tmp_path / "go"
    try:
        job_id = add_job(folder, ["report", 1, 2], ["wait_for", str(go)], ["finish"])
        wait_until(lambda: job_of(folder, job_id).progress.done)
        server.stop()
        try:
            wait_until(lambda: "the database does not answer" in worker.said())
        finally:
            server.start()
            wait_for_postgresql(url)
        wait_until(lambda: "the database answers again" in worker.said())
        go.touch()
        job = wait_for_end(folder, job_id)
        assert job.state is JobState.DONE
        assert wait_for_end(folder, add_job(folder, ["finish"])).state is JobState.DONE
        assert "Traceback" not in worker.said()
    finally:
        assert worker.end() == 0
