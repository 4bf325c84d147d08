"""Workers: which processes take jobs, and whether they still give signs of life."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from core.records import Worker
from core.store.session import database_time
from core.store.tables import WorkerRow

SILENT_AFTER = 15.0
"""Seconds without a heartbeat after which a worker counts as gone."""


def register(
    session: Session, worker_id: str, *, host: str, pid: int, slots: int, queues: Sequence[str]
) -> None:
    """Adds a worker, or starts it afresh under the same id."""
    session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))
    now = session.scalar(select(database_time()))
    session.add(
        WorkerRow(
            id=worker_id,
            host=host,
            pid=pid,
            slots=slots,
            queues={"names": list(queues)},
            started_at=now,
            heartbeat_at=now,
        )
    )


def heartbeat(session: Session, worker_id: str) -> bool:
    """A sign of life; False where the worker is not on the list any more: register it again."""
    chosen = update(WorkerRow).where(WorkerRow.id == worker_id)
    beaten = session.execute(chosen.values(heartbeat_at=database_time()))
    return cast(CursorResult[Any], beaten).rowcount > 0


def remove(session: Session, worker_id: str) -> None:
    """Takes the worker off the list: it ended in good order."""
    session.execute(delete(WorkerRow).where(WorkerRow.id == worker_id))


def remove_gone(session: Session, *, is_gone: Callable[[str], bool]) -> None:
    """Removes workers whose process is known to be gone, or that were silent for ten minutes."""
    now = session.scalar(select(database_time())) or 0.0
    for row in session.scalars(select(WorkerRow)).all():
        if is_gone(row.id) or now - row.heartbeat_at > 600:
            remove(session, row.id)


def list_workers(session: Session) -> list[Worker]:
    """Workers, the oldest first."""
    now = session.scalar(select(database_time())) or 0.0
    rows = session.scalars(select(WorkerRow).order_by(WorkerRow.started_at)).all()
    return [
        Worker(
            id=row.id,
            host=row.host,
            pid=row.pid,
            slots=row.slots,
            queues=tuple(row.queues["names"]),
            started_at=row.started_at,
            heartbeat_at=row.heartbeat_at,
            is_alive=now - row.heartbeat_at < SILENT_AFTER,
        )
        for row in rows
    ]
