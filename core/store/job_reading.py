"""Jobs as they are, read by those who show them or look after them.

Callers find all of this in `core.store.jobs`.
"""

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.records import Job, JobKind, JobState, LogLine, Progress
from core.store.session import database_time
from core.store.tables import JobLogRow, JobRow


def get(session: Session, job_id: str) -> Job:
    """The job of that id.

    Raises:
        NotFound: There is none.
    """
    found = select(JobRow).where(JobRow.id == job_id).execution_options(populate_existing=True)
    row = session.scalar(found)
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return record_of(row)


def list_jobs(
    session: Session,
    *,
    states: Iterable[JobState] | None = None,
    kinds: Iterable[JobKind] | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Job]:
    """Jobs, the newest first."""
    query = filtered(select(JobRow), states, kinds)
    newest = query.order_by(JobRow.created_at.desc(), JobRow.id).limit(limit).offset(offset)
    return [record_of(row) for row in session.scalars(newest)]


def count(
    session: Session,
    *,
    states: Iterable[JobState] | None = None,
    kinds: Iterable[JobKind] | None = None,
) -> int:
    """How many jobs `list_jobs` would give without a limit."""
    return session.scalar(filtered(select(func.count(JobRow.id)), states, kinds)) or 0


def count_unattended(session: Session) -> int:
    """How many jobs wait, or were left by a worker that gives no sign of life any more."""
    late = (JobRow.state == JobState.RUNNING) & (JobRow.lease_expires_at < database_time())
    waits = (JobRow.state == JobState.QUEUED) | late
    return session.scalar(select(func.count(JobRow.id)).where(waits)) or 0


def read_log(session: Session, job_id: str, *, limit: int = 200) -> list[LogLine]:
    """The last lines of a job's log, the oldest first."""
    newest = (
        select(JobLogRow)
        .where(JobLogRow.job_id == job_id)
        .order_by(JobLogRow.id.desc())
        .limit(limit)
    )
    rows = list(session.scalars(newest))
    return [LogLine(at=row.at, text=row.text) for row in reversed(rows)]


def record_of(row: JobRow) -> Job:
    """The frozen record of a row, which never leaves the store."""
    return Job(
        id=row.id,
        kind=cast(JobKind, row.kind),
        state=JobState(row.state),
        title=row.title,
        priority=row.priority,
        payload=row.payload,
        attempt=row.attempt,
        max_attempts=row.max_attempts,
        lease_owner=row.lease_owner,
        lease_expires_at=row.lease_expires_at,
        fence=row.fence,
        cancel_requested=row.cancel_requested,
        pause_requested=row.pause_requested,
        progress=Progress(**row.progress),
        progress_at=row.progress_at,
        heartbeat_at=row.heartbeat_at,
        owner=row.owner,
        error=row.error,
        result=row.result,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def filtered(
    query: Select[Any], states: Iterable[JobState] | None, kinds: Iterable[JobKind] | None
) -> Select[Any]:
    """A query for jobs of some states and kinds; None = all."""
    if states is not None:
        query = query.where(JobRow.state.in_(list(states)))
    if kinds is not None:
        query = query.where(JobRow.kind.in_(list(kinds)))
    return query
