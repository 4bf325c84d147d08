"""What the queue of record promises, the same on every database."""

import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import DyncellError, LeaseLost
from core.records import Job, JobState, Progress
from core.store import jobs, workers
from core.store.session import Database

_PROCESSES, _JOBS = 4, 60


def _add(database: Database, *, priority: int = 1, **options: Any) -> Job:
    with database.writing() as session:
        return jobs.enqueue(
            session, "train_static", payload={"n": 1}, title="A", priority=priority, **options
        )


def _claim(database: Database, *, lease: float = 60.0, owner: str = "host|1|1|s") -> Job | None:
    with database.writing() as session:
        return jobs.claim(session, ["train_static"], lease_owner=owner, lease_seconds=lease)


def _claimed(database: Database, **options: Any) -> Job:
    _add(database, **options.pop("job", {}))
    job = _claim(database, **options)
    assert job is not None
    return job


def _get(database: Database, job: Job) -> Job:
    with database.reading() as session:
        return jobs.get(session, job.id)


def _expire(database: Database, *, gone: Callable[[str], bool] = lambda _: False) -> list[Job]:
    with database.writing() as session:
        return jobs.expire(session, is_gone=gone)


def test_many_processes_get_every_job_exactly_once(database: Database, database_url: str) -> None:
    ids = [_add(database).id for _ in range(_JOBS)]
    command = [sys.executable, "-m", "tests.services.claimer", database_url]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(_PROCESSES)
    ]
    given = [line for process in processes for line in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0] * _PROCESSES
    assert sorted(given) == sorted(ids)
    with database.reading() as session:
        done = jobs.list_jobs(session, states=[JobState.DONE], limit=_JOBS)
        assert {job.attempt for job in done} == {1}
        assert len({job.result["by"] for job in done}) > 1


def test_the_most_urgent_then_the_oldest_job_is_given_first(database: Database) -> None:
    late, urgent, later = (_add(database, priority=p) for p in (5, 1, 5))
    given = [_claim(database) for _ in range(4)]
    assert [job.id if job else None for job in given] == [urgent.id, late.id, later.id, None]


def test_a_claim_gives_an_owner_a_lease_and_a_new_fence(database: Database) -> None:
    job = _claimed(database, owner="me", lease=60.0)
    assert (job.state, job.lease_owner, job.attempt, job.fence) == (
        JobState.RUNNING,
        "me",
        1,
        1,
    )
    assert job.lease_expires_at is not None
    assert job.heartbeat_at is not None
    assert 55 < job.lease_expires_at - job.heartbeat_at < 65


_WRITES: dict[str, Callable[[Session, str, int], Any]] = {
    "heartbeat": lambda s, job, fence: jobs.heartbeat(s, job, fence, lease_seconds=60),
    "append_log": lambda s, job, fence: jobs.append_log(s, job, fence, lines=["x"]),
    "finish": lambda s, job, fence: jobs.finish(s, job, fence),
    "fail": lambda s, job, fence: jobs.fail(s, job, fence, error="x"),
    "give_up": lambda s, job, fence: jobs.give_up(s, job, fence, state=JobState.CANCELLED),
}


@pytest.mark.parametrize("write", _WRITES)
def test_a_former_owner_can_write_nothing(database: Database, write: str) -> None:
    former = _claimed(database, lease=-1.0)
    _expire(database)
    now = _claim(database)
    assert now is not None
    assert now.fence == former.fence + 1
    before = _get(database, now)
    with pytest.raises(LeaseLost), database.writing() as session:
        _WRITES[write](session, former.id, former.fence)
    assert _get(database, now) == before
    with database.reading() as session:
        assert jobs.read_log(session, now.id) == []


def test_what_was_published_with_a_lost_lease_is_not_kept(database: Database) -> None:
    job, other = _claimed(database, lease=-1.0), _add(database)
    _expire(database)

    def publish() -> None:
        with database.writing() as session:
            jobs.request_cancel(session, other.id)
            jobs.finish(session, job.id, job.fence)

    with pytest.raises(LeaseLost):
        publish()
    assert _get(database, other).state is JobState.QUEUED


def test_a_late_owner_that_nobody_replaced_keeps_its_job(database: Database) -> None:
    job = _claimed(database, lease=-1.0)
    with database.writing() as session:
        jobs.heartbeat(session, job.id, job.fence, lease_seconds=60)
    assert _expire(database) == []


def test_a_lease_ends_by_the_clock_of_the_database_or_with_its_process(
    database: Database,
) -> None:
    late = _claimed(database, lease=-1.0, owner="late")
    gone = _claimed(database, owner="gone")
    _claimed(database, owner="alive")
    freed = _expire(database, gone=lambda owner: owner == "gone")
    assert {job.id for job in freed} == {late.id, gone.id}
    assert {job.state for job in freed} == {JobState.QUEUED}


def test_attempts_are_capped_and_then_the_job_says_why(database: Database) -> None:
    _add(database, max_attempts=2)
    for _ in range(2):
        assert _claim(database, lease=-1.0) is not None
        (job,) = _expire(database)
    assert (job.state, job.attempt) == (JobState.FAILED, 2)
    assert "lost 2 times" in str(job.error)


def test_upkeep_by_several_at_once_frees_every_job_once(database: Database) -> None:
    ids = [_claimed(database, lease=-1.0).id for _ in range(20)]
    freed: list[str] = []
    threads = [
        threading.Thread(target=lambda: freed.extend(job.id for job in _expire(database)))
        for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(freed) == sorted(ids)


def test_a_heartbeat_stores_progress_and_brings_back_what_was_asked(database: Database) -> None:
    job = _claimed(database)
    progress = Progress(3, 9, "steps", "training", 1.5, {"loss": 0.25, "name": "ü"})
    with database.writing() as session:
        asked = jobs.heartbeat(session, job.id, job.fence, lease_seconds=60, progress=progress)
    assert not asked.cancel
    assert _get(database, job).progress == progress
    with database.writing() as session:
        jobs.request_cancel(session, job.id)
        jobs.request_pause(session, job.id)
        asked = jobs.heartbeat(session, job.id, job.fence, lease_seconds=60)
    assert asked == jobs.Asked(cancel=True, pause=True)


def test_a_failure_that_may_pass_is_tried_again_until_the_attempts_end(
    database: Database,
) -> None:
    _add(database, max_attempts=2)
    states = []
    for _ in range(2):
        job = _claim(database)
        assert job is not None
        with database.writing() as session:
            states.append(jobs.fail(session, job.id, job.fence, error="died", final=False))
    assert states == [JobState.QUEUED, JobState.FAILED]


def test_a_failure_keeps_its_cause_and_a_retry_forgets_it(database: Database) -> None:
    job = _claimed(database)
    with database.writing() as session:
        jobs.fail(session, job.id, job.fence, error="no memory", cause="oom")
    failed = _get(database, job)
    assert (failed.error, failed.result) == ("no memory", {"cause": "oom"})
    with database.writing() as session:
        again = jobs.retry(session, job.id)
    assert (again.state, again.attempt, again.error, again.result) == (
        JobState.QUEUED,
        0,
        None,
        {},
    )


def test_a_crash_after_a_wish_to_stop_or_rest_obeys_the_wish(database: Database) -> None:
    stop, rest = _claimed(database), _claimed(database)
    with database.writing() as session:
        jobs.request_cancel(session, stop.id)
        jobs.request_pause(session, rest.id)
        for job in (stop, rest):
            jobs.fail(session, job.id, job.fence, error="died", final=False)
    assert _get(database, stop).state is JobState.CANCELLED
    assert _get(database, rest).state is JobState.PAUSED


def test_a_released_attempt_does_not_count(database: Database) -> None:
    job = _claimed(database)
    with database.writing() as session:
        jobs.give_up(session, job.id, job.fence, state=JobState.QUEUED)
    assert (_get(database, job).state, _get(database, job).attempt) == (JobState.QUEUED, 0)


def test_a_waiting_job_is_cancelled_at_once_and_a_finished_one_stays(database: Database) -> None:
    waiting, running = _add(database), None
    with database.writing() as session:
        assert jobs.request_cancel(session, waiting.id).state is JobState.CANCELLED
    running = _claimed(database)
    with database.writing() as session:
        jobs.finish(session, running.id, running.fence)
        assert jobs.request_cancel(session, running.id).state is JobState.DONE
    with database.writing() as session, pytest.raises(DyncellError, match="done"):
        jobs.retry(session, running.id)


def test_the_same_key_asked_for_by_many_at_once_is_one_job(database: Database) -> None:
    start = threading.Barrier(6)
    ids: list[str] = []

    def add() -> None:
        start.wait()
        ids.append(_add(database, idempotency_key="same").id)

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 6
    assert len(set(ids)) == 1
    with database.reading() as session:
        assert jobs.count(session) == 1


def test_the_log_keeps_its_last_lines_and_takes_some_after_the_end(database: Database) -> None:
    job = _claimed(database)
    lines = [f"line {number}" for number in range(jobs.KEPT_LOG_LINES + 100)]
    with database.writing() as session:
        jobs.append_log(session, job.id, job.fence, lines=lines)
        jobs.finish(session, job.id, job.fence)
    with database.writing() as session:
        jobs.append_log(session, job.id, job.fence, lines=["after the end"])
    with database.reading() as session:
        kept = jobs.read_log(session, job.id, limit=1000)
    assert len(kept) == jobs.KEPT_LOG_LINES
    assert [line.text for line in kept[-2:]] == [lines[-1], "after the end"]


def test_a_worker_that_was_taken_off_the_list_notices_at_its_next_heartbeat(
    database: Database,
) -> None:
    with database.writing() as session:
        workers.register(session, "w", host="h", pid=1, slots=1, queues=["general"])
        assert workers.heartbeat(session, "w")
        workers.remove_gone(session, is_gone=lambda _: True)
        assert not workers.heartbeat(session, "w")
        assert workers.list_workers(session) == []
