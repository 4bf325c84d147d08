"""The queue of record: jobs, their leases and fences.

Every write of an owner carries the fence it was given at the claim; a write with an old fence
raises `LeaseLost` and changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import LeaseLost
from core.records import Job, JobKind, JobState, Progress, new_id
from core.store.job_expiry import expire
from core.store.job_reading import (
    count,
    count_unattended,
    get,
    list_jobs,
    read_log,
    record_of,
)
from core.store.job_requests import request_cancel, request_pause, resume, retry
from core.store.job_writing import NO_LEASE, execute, now, write_fenced
from core.store.session import database_time
from core.store.tables import JobLogRow, JobRow

__all__ = [
    "KEPT_LOG_LINES",
    "Asked",
    "append_log",
    "claim",
    "count",
    "count_unattended",
    "enqueue",
    "expire",
    "fail",
    "finish",
    "get",
    "give_up",
    "heartbeat",
    "insert_claimed",
    "list_jobs",
    "read_log",
    "request_cancel",
    "request_pause",
    "resume",
    "retry",
]

KEPT_LOG_LINES = 500
"""Lines of log kept per job; the oldest go first."""


@dataclass(frozen=True)
class Asked:
    """What somebody asked of a running job."""

    cancel: bool
    pause: bool


def enqueue(
    session: Session,
    kind: JobKind,
    *,
    payload: dict[str, Any],
    title: str,
    priority: int,
    max_attempts: int = 3,
    owner: str = "local",
    idempotency_key: str | None = None,
    job_id: str | None = None,
) -> Job:
    """Adds a queued job; with a known `idempotency_key` returns the job that has it instead."""
    row = _new_row(session, kind, job_id or new_id(), payload, title, priority, max_attempts)
    row.owner = owner
    row.idempotency_key = idempotency_key
    if idempotency_key is None:
        session.add(row)
        session.flush()
        return record_of(row)
    same = select(JobRow).where(JobRow.idempotency_key == idempotency_key)
    known = session.scalar(same)
    if known is not None:
        return record_of(known)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process was quicker between the look and the insertion
        return record_of(session.scalars(same).one())
    return record_of(row)


def insert_claimed(
    session: Session,
    kind: JobKind,
    *,
    payload: dict[str, Any],
    title: str,
    lease_owner: str,
    lease_seconds: float,
    owner: str = "local",
) -> Job:
    """Adds a job that its caller runs itself, in the foreground; it is never run again."""
    row = _new_row(session, kind, new_id(), payload, title, 0, 1)
    row.owner = owner
    row.state = JobState.RUNNING
    row.attempt = row.fence = 1
    row.lease_owner = lease_owner
    row.lease_expires_at = row.created_at + lease_seconds
    row.started_at = row.heartbeat_at = row.progress_at = row.created_at
    session.add(row)
    session.flush()
    return record_of(row)


def claim(
    session: Session, kinds: Iterable[JobKind], *, lease_owner: str, lease_seconds: float
) -> Job | None:
    """Takes the most urgent, then oldest queued job of `kinds`, or returns None."""
    waiting = (
        select(JobRow.id)
        .where(JobRow.state == JobState.QUEUED, JobRow.kind.in_(list(kinds)))
        .order_by(JobRow.priority, JobRow.created_at, JobRow.id)
    )
    for job_id in session.scalars(waiting.limit(20)).all():
        taken = execute(
            session,
            update(JobRow)
            .where(JobRow.id == job_id, JobRow.state == JobState.QUEUED)
            .values(
                state=JobState.RUNNING,
                attempt=JobRow.attempt + 1,
                fence=JobRow.fence + 1,
                lease_owner=lease_owner,
                lease_expires_at=database_time() + lease_seconds,
                heartbeat_at=database_time(),
                progress_at=database_time(),
                started_at=database_time(),
                finished_at=None,
                progress={},
                error=None,
                result={},
            ),
        )
        if taken:
            return get(session, job_id)
    return None


def heartbeat(
    session: Session,
    job_id: str,
    fence: int,
    *,
    lease_seconds: float,
    progress: Progress | None = None,
) -> Asked:
    """Renews the lease, stores progress where there is some, and returns what was asked.

    Raises:
        LeaseLost: The job has another owner by now, or is gone.
    """
    values: dict[str, Any] = {
        "lease_expires_at": database_time() + lease_seconds,
        "heartbeat_at": database_time(),
    }
    if progress is not None:
        values |= {"progress": asdict(progress), "progress_at": database_time()}
    write_fenced(session, job_id, fence, values)
    row = session.execute(
        select(JobRow.cancel_requested, JobRow.pause_requested).where(JobRow.id == job_id)
    ).one()
    return Asked(cancel=row.cancel_requested, pause=row.pause_requested)


def append_log(session: Session, job_id: str, fence: int, *, lines: Sequence[str]) -> None:
    """Adds lines to the log, after the attempt's end too; keeps the last `KEPT_LOG_LINES`.

    Raises:
        LeaseLost: Another attempt has begun, or the job is gone.
    """
    if session.scalar(select(JobRow.fence).where(JobRow.id == job_id)) != fence:
        raise LeaseLost(f"Job {job_id} is no longer owned under fence {fence}.")
    at = now(session)
    session.add_all([JobLogRow(job_id=job_id, at=at, text=line[:2000]) for line in lines])
    session.flush()
    newest = select(JobLogRow.id).where(JobLogRow.job_id == job_id).order_by(JobLogRow.id.desc())
    oldest_kept = session.scalar(newest.offset(KEPT_LOG_LINES - 1).limit(1))
    if oldest_kept is not None:
        old = delete(JobLogRow).where(JobLogRow.job_id == job_id, JobLogRow.id < oldest_kept)
        session.execute(old)


def finish(
    session: Session, job_id: str, fence: int, *, result: dict[str, Any] | None = None
) -> None:
    """Marks the job done; publish its rows in the same transaction.

    Raises:
        LeaseLost: The job has another owner by now, or is gone: publish nothing.
    """
    ended = {"state": JobState.DONE, "finished_at": database_time(), "result": result or {}}
    write_fenced(session, job_id, fence, ended | NO_LEASE)


def fail(
    session: Session, job_id: str, fence: int, *, error: str, cause: str = "", final: bool = True
) -> JobState:
    """Ends the attempt with a reason; unless `final`, the job is queued again while it may be.

    Args:
        session: A writing session.
        job_id: The job.
        fence: The attempt's fence.
        error: One sentence for people.
        cause: The kind of failure (`oom`, `refused`, ...), kept as the result's `cause`.
        final: Whether trying again would fail again.

    Returns:
        The state the job is in now: failed or queued; cancelled where somebody asked for that.

    Raises:
        LeaseLost: The job has another owner by now, or is gone.
    """
    job = get(session, job_id)
    values: dict[str, Any] = {"error": error, "result": {"cause": cause} if cause else {}}
    if final:
        values |= {"state": JobState.FAILED, "finished_at": database_time()}
    elif job.cancel_requested:
        values |= {"state": JobState.CANCELLED, "finished_at": database_time()}
    elif job.attempt < job.max_attempts:
        values |= {"state": JobState.PAUSED if job.pause_requested else JobState.QUEUED}
    else:
        values |= {"state": JobState.FAILED, "finished_at": database_time()}
    values["pause_requested"] = False
    write_fenced(session, job_id, fence, values | NO_LEASE)
    return JobState(values["state"])


def give_up(
    session: Session, job_id: str, fence: int, *, state: JobState, error: str | None = None
) -> None:
    """Ends the attempt as cancelled or paused, or releases it (queued, attempt not counted).

    Args:
        session: A writing session.
        job_id: The job.
        fence: The attempt's fence.
        state: Cancelled, paused or queued.
        error: Why, where it was not simply asked for.

    Raises:
        LeaseLost: The job has another owner by now, or is gone.
    """
    values: dict[str, Any] = {"state": state, "pause_requested": False, "error": error}
    values |= NO_LEASE
    if state is JobState.CANCELLED:
        values["finished_at"] = database_time()
    else:
        values["attempt"] = JobRow.attempt - 1
    write_fenced(session, job_id, fence, values)


def _new_row(
    session: Session,
    kind: JobKind,
    job_id: str,
    payload: dict[str, Any],
    title: str,
    priority: int,
    max_attempts: int,
) -> JobRow:
    return JobRow(
        id=job_id,
        kind=kind,
        state=JobState.QUEUED,
        title=title,
        priority=priority,
        payload=payload,
        attempt=0,
        max_attempts=max_attempts,
        fence=0,
        cancel_requested=False,
        pause_requested=False,
        progress={},
        owner="local",
        result={},
        created_at=now(session),
    )
