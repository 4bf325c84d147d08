"""What somebody asks of a job: to stop, to rest, to go on, to be tried again.

Callers find all of this in `core.store.jobs`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.errors import DyncellError
from core.records import Job, JobState
from core.store.job_reading import get
from core.store.job_writing import execute
from core.store.session import database_time
from core.store.tables import JobRow


def request_cancel(session: Session, job_id: str) -> Job:
    """Cancels a waiting job at once and asks a running one to stop; finished ones stay."""
    waiting = [JobState.QUEUED, JobState.PAUSED]
    _change(session, job_id, waiting, state=JobState.CANCELLED, finished_at=database_time())
    _change(session, job_id, [JobState.RUNNING], cancel_requested=True)
    return get(session, job_id)


def request_pause(session: Session, job_id: str) -> Job:
    """Rests a waiting job at once and asks a running one to rest at its next checkpoint."""
    _change(session, job_id, [JobState.QUEUED], state=JobState.PAUSED)
    _change(session, job_id, [JobState.RUNNING], pause_requested=True)
    return get(session, job_id)


def resume(session: Session, job_id: str) -> Job:
    """Puts a paused job back into the queue."""
    _change(session, job_id, [JobState.PAUSED], state=JobState.QUEUED)
    return get(session, job_id)


def retry(session: Session, job_id: str) -> Job:
    """Puts a failed or cancelled job back into the queue with fresh attempts.

    Raises:
        DyncellError: The job is in another state, or belonged to a command in the foreground.
    """
    job = get(session, job_id)
    if not job.state.can_retry:
        raise DyncellError(
            f"Job {job_id} is {job.state}: only failed and cancelled jobs can be tried again."
        )
    if job.payload.get("foreground"):
        raise DyncellError(f"Job {job_id} belonged to a command: run that command again.")
    _change(
        session,
        job_id,
        [job.state],
        state=JobState.QUEUED,
        attempt=0,
        cancel_requested=False,
        pause_requested=False,
        error=None,
        result={},
        progress={},
        finished_at=None,
    )
    return get(session, job_id)


def _change(session: Session, job_id: str, states: Sequence[JobState], **values: Any) -> None:
    """Changes the job if it is in one of the states; what it is in the meantime decides."""
    chosen = update(JobRow).where(JobRow.id == job_id, JobRow.state.in_(states))
    execute(session, chosen.values(**values))
