"""Jobs: how far they are, and what can be asked of them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from core.data_folder import DataFolder
from core.records import JobKind, JobState
from core.store import jobs
from tasks import queue
from webapp.api.access import ItemId, Limit, Offset, OpenedFolder
from webapp.api.documents import JobDocument, LogLineDocument, Page

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
def list_jobs(
    folder: OpenedFolder,
    state: Annotated[list[JobState] | None, Query()] = None,
    kind: Annotated[list[JobKind] | None, Query()] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Page[JobDocument]:
    """Jobs (of some states and kinds), the newest first."""
    with folder.database.reading() as session:
        found = jobs.list_jobs(session, states=state, kinds=kind, limit=limit, offset=offset)
        total = jobs.count(session, states=state, kinds=kind)
    items = [JobDocument.of(job) for job in found]
    return Page(items=items, total=total, limit=limit, offset=offset)


@router.get("/{item_id}")
def show(item_id: ItemId, folder: OpenedFolder) -> JobDocument:
    """One job."""
    with folder.database.reading() as session:
        return JobDocument.of(jobs.get(session, item_id))


@router.get("/{item_id}/log")
def log(
    item_id: ItemId, folder: OpenedFolder, limit: Annotated[int, Query(ge=1, le=500)] = 200
) -> list[LogLineDocument]:
    """The last lines of a job's log, the oldest first."""
    with folder.database.reading() as session:
        jobs.get(session, item_id)
        return [LogLineDocument.of(line) for line in jobs.read_log(session, item_id, limit=limit)]


@router.post("/{item_id}/cancel")
def cancel(item_id: ItemId, folder: OpenedFolder) -> JobDocument:
    """Ends a waiting job, asks a running one to stop."""
    return _asked(queue.cancel, folder, item_id)


@router.post("/{item_id}/retry")
def retry(item_id: ItemId, folder: OpenedFolder) -> JobDocument:
    """Puts a failed or cancelled job back into the queue."""
    return _asked(queue.retry, folder, item_id)


@router.post("/{item_id}/pause")
def pause(item_id: ItemId, folder: OpenedFolder) -> JobDocument:
    """Asks a job to rest at its next checkpoint."""
    return _asked(queue.pause, folder, item_id)


@router.post("/{item_id}/resume")
def resume(item_id: ItemId, folder: OpenedFolder) -> JobDocument:
    """Puts a resting job back into the queue."""
    return _asked(queue.resume, folder, item_id)


def _asked(verb: Callable[[DataFolder, str], Any], folder: DataFolder, job_id: str) -> JobDocument:
    verb(folder, job_id)
    with folder.database.reading() as session:
        return JobDocument.of(jobs.get(session, job_id))
