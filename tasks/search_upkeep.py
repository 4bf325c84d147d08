"""Searches that nobody moves on: a process died between the end of a trial and the next ask."""

import logging

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.records import JobState
from core.search_records import Search, SearchState
from core.store import jobs, searches
from tasks.search_jobs import find_job, order_advance

logger = logging.getLogger("dyncell")

IDLE = 10.0
"""Seconds for which a search that is under way may have no job: an advance takes less, and one too
many would cost a slot its warm child."""


def move_searches_on(folder: DataFolder, *, idle_seconds: float = IDLE) -> list[Search]:
    """Queues what searches need to go on; returns those that had no job, as they were."""
    with folder.database.reading() as session:
        if not searches.stranded(session, idle_seconds=idle_seconds):
            return []
    with folder.database.writing() as session:
        found = searches.stranded(session, idle_seconds=idle_seconds)
        for search in found:
            _move_on(session, search)
    for search in found:
        logger.warning("the search %s had no job and is moved on", search.name)
    return found


def _move_on(session: Session, search: Search) -> None:
    job = find_job(session, search.job_id)
    if job is not None and job.state is JobState.PAUSED:
        jobs.resume(session, job.id)
    elif job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        said = f"The job that moves it on was {job.state}; resume the search to go on."
        since = [SearchState.PREPARING, SearchState.RUNNING]
        searches.move(
            session, search.id, SearchState.PAUSED, since=since, message=job.error or said
        )
    elif search.is_prepared:
        order_advance(session, search)
    else:
        said = "The job that prepares it is gone; resume the search to go on."
        searches.move(
            session, search.id, SearchState.PAUSED, since=[SearchState.PREPARING], message=said
        )
