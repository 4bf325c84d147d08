"""How rows of jobs are written: as their owner, or by whoever may change them."""

from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from core.errors import LeaseLost
from core.records import JobState
from core.store.session import database_time
from core.store.tables import JobRow

NO_LEASE: dict[str, Any] = {"lease_owner": None, "lease_expires_at": None}
"""What a job without an owner has."""


def write_fenced(session: Session, job_id: str, fence: int, values: dict[str, Any]) -> None:
    """Changes a running job as its owner.

    Raises:
        LeaseLost: The job has another owner by now, or is gone.
    """
    owned = update(JobRow).where(
        JobRow.id == job_id, JobRow.fence == fence, JobRow.state == JobState.RUNNING
    )
    if not execute(session, owned.values(**values)):
        raise LeaseLost(f"Job {job_id} is no longer owned under fence {fence}.")


def execute(session: Session, statement: Any) -> int:
    """Runs a statement; how many rows it changed."""
    result = cast(CursorResult[Any], session.execute(statement))
    return result.rowcount


def now(session: Session) -> float:
    """The database's time."""
    return float(session.scalar(select(database_time())) or 0.0)
