"""What tests of the engine share: quick times, jobs with a script, waiting for what must come."""

import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from core.data_folder import DataFolder
from core.records import Job, JobKind, JobState
from core.store import jobs
from tasks import queue
from tasks.timing import Timing

QUICK = Timing(poll=0.2, beat=0.1, lease=3.0, grace=0.5, upkeep=0.3, outage=20.0)
"""The engine's times, short enough for tests."""

PATIENCE = 45.0
"""Seconds until a test gives up; a busy machine needs many times what a quiet one does."""

CHILD_COMMAND = (sys.executable, "-m", "tests.tasks.child_of_tests")
"""Starts a child that runs `tests.tasks.bodies`."""


def add_job(
    folder: DataFolder, *do: list[Any], kind: JobKind = "train_static", **payload: Any
) -> str:
    """Queues a job that does these steps and returns its id."""
    with folder.database.writing() as session:
        job = queue.enqueue(session, kind, payload={"do": list(do)} | payload, title="A test")
    return job.id


def job_of(folder: DataFolder, job_id: str) -> Job:
    with folder.database.reading() as session:
        return jobs.get(session, job_id)


def log_of(folder: DataFolder, job_id: str) -> list[str]:
    with folder.database.reading() as session:
        return [line.text for line in jobs.read_log(session, job_id, limit=1000)]


def wait_until(is_so: Callable[[], Any], *, within: float = PATIENCE) -> Any:
    """The first true value of `is_so()`; fails when there is none in time."""
    until = time.monotonic() + within
    while not (found := is_so()):
        assert time.monotonic() < until, f"not within {within} s"
        time.sleep(0.02)
    return found


def wait_for_state(
    folder: DataFolder, job_id: str, *states: JobState, within: float = PATIENCE
) -> Job:
    wait_until(lambda: job_of(folder, job_id).state in states, within=within)
    return job_of(folder, job_id)


def wait_for_end(folder: DataFolder, job_id: str, *, within: float = PATIENCE) -> Job:
    wait_until(lambda: job_of(folder, job_id).state.is_finished, within=within)
    return job_of(folder, job_id)


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
