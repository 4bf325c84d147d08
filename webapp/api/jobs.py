"""Jobs: how far they are, and what can be asked of them."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query

from core.data_folder import DataFolder
from core.records import JobKind, JobState
from core.store import jobs
from core.store.job_lines import JobLine, count_lines, list_lines
from tasks import queue
from webapp.api.access import ItemId, OpenedFolder
from webapp.api.documents import JobDocument, JobLineDocument, LogLineDocument, Page
from webapp.api.paging import Paged

router = APIRouter(prefix="/jobs", tags=["jobs"])


@router.get("")
def list_jobs(
    folder: OpenedFolder,
    paging: Paged,
    state: Annotated[list[JobState] | None, Query()] = None,
    kind: Annotated[list[JobKind] | None, Query()] = None,
    folded: bool = True,
) -> Page[JobLineDocument]:
    """Jobs (of some states and kinds), the newest first.

    The trials of a search are one item, and counted as one, unless `folded` is false.
    """
    asked: dict[str, Any] = {"states": state, "kinds": kind}
    with folder.database.reading() as session:
        if folded:
            lines = list_lines(session, **asked, limit=paging.limit, offset=paging.offset)
            total = count_lines(session, **asked)
        else:
            found = jobs.list_jobs(session, **asked, limit=paging.limit, offset=paging.offset)
            lines, total = [JobLine(job) for job in found], jobs.count(session, **asked)
    items = [JobLineDocument.of_line(line) for line in lines]
    return paging.page(items, total)


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
