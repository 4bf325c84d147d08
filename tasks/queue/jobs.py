"""What can be asked of any job."""

from typing import Any

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Job, JobKind, JobState
from core.store import jobs
from tasks.kinds import KINDS
from tasks.queue.messages import notify


def enqueue(
    session: Session,
    kind: JobKind,
    *,
    payload: dict[str, Any],
    title: str,
    owner: str = "local",
    idempotency_key: str | None = None,
    job_id: str | None = None,
) -> Job:
    """Adds a queued job within the caller's transaction; call `notify` after the commit."""
    return jobs.enqueue(
        session,
        kind,
        payload=payload,
        title=title,
        priority=KINDS[kind].priority,
        max_attempts=KINDS[kind].max_attempts,
        owner=owner,
        idempotency_key=idempotency_key,
        job_id=job_id,
    )


def cancel(folder: DataFolder, job_id: str) -> Job:
    """Cancels a waiting job at once and asks a running one to stop.

    Raises:
        NotFound: There is no such job.
    """
    with folder.database.writing() as session:
        job = jobs.request_cancel(session, job_id)
    notify(folder.settings)
    return job


def retry(folder: DataFolder, job_id: str) -> Job:
    """Puts a failed or cancelled job back into the queue.

    Raises:
        NotFound: There is no such job.
        DyncellError: The job is in another state, or belonged to a command.
    """
    with folder.database.writing() as session:
        job = jobs.retry(session, job_id)
    notify(folder.settings)
    return job


def can_pause(job: Job) -> bool:
    """Whether pausing the job means something: its kind goes on from checkpoints."""
    return KINDS[job.kind].can_pause and job.state in (JobState.QUEUED, JobState.RUNNING)


def pause(folder: DataFolder, job_id: str) -> Job:
    """Rests a waiting job at once and a running one at its next checkpoint.

    Raises:
        NotFound: There is no such job.
        DyncellError: Jobs of this kind cannot be interrupted and gone on with.
    """
    with folder.database.writing() as session:
        job = jobs.get(session, job_id)
        if not KINDS[job.kind].can_pause:
            raise DyncellError(f"{job.title!r} cannot be paused; it can be cancelled.")
        job = jobs.request_pause(session, job_id)
    notify(folder.settings)
    return job


def resume(folder: DataFolder, job_id: str) -> Job:
    """Puts a paused job back into the queue.

    Raises:
        NotFound: There is no such job.
    """
    with folder.database.writing() as session:
        job = jobs.resume(session, job_id)
    notify(folder.settings)
    return job
