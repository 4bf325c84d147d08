"""Jobs whose owner is late or gone: back to the queue, or ended with a reason.

Callers find this in `core.store.jobs`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import LeaseLost
from core.records import Job, JobState
from core.store.job_reading import get, record_of
from core.store.job_writing import NO_LEASE, now, write_fenced
from core.store.session import database_time
from core.store.tables import JobRow


def expire(session: Session, *, is_gone: Callable[[str], bool]) -> list[Job]:
    """Takes jobs from owners that are late or gone: back to the queue, or ended with a reason.

    Args:
        session: A writing session.
        is_gone: Whether the process behind a lease owner is known to be gone.

    Returns:
        The jobs changed, as they are now.
    """
    present = now(session)
    running = session.scalars(select(JobRow).where(JobRow.state == JobState.RUNNING)).all()
    late = [
        record_of(row)
        for row in running
        if (row.lease_expires_at or 0.0) < present or is_gone(row.lease_owner or "")
    ]
    changed = []
    for job in late:
        try:
            changed.append(_expire(session, job))
        except LeaseLost:  # another worker's upkeep, or its owner, was quicker
            continue
    return changed


def _expire(session: Session, job: Job) -> Job:
    values: dict[str, Any]
    if job.cancel_requested:
        values = {"state": JobState.CANCELLED, "finished_at": database_time()}
    elif job.attempt < job.max_attempts:
        values = {"state": JobState.PAUSED if job.pause_requested else JobState.QUEUED}
    elif job.payload.get("foreground"):
        values = {"state": JobState.FAILED, "finished_at": database_time()}
        values["error"] = "The command that ran this job ended before the job did; run it again."
    else:
        values = {"state": JobState.FAILED, "finished_at": database_time()}
        values["result"] = {"cause": "crash"}
        values["error"] = (
            f"The worker that ran this job was lost {job.attempt} times, so it is not tried again "
            "by itself; look at its log, then press Retry."
        )
    values |= {"pause_requested": False} | NO_LEASE
    write_fenced(session, job.id, job.fence, values)
    return get(session, job.id)
