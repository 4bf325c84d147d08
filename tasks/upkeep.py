"""What every worker does now and then for all: lost jobs, gone workers, files nobody needs.

Safe when several do it at once: rows change by compare-and-swap, and a file that is gone already
is no error.
"""

import logging
import shutil
import time
from pathlib import Path

from core.data_folder import DataFolder
from core.records import Job, JobState
from core.store import jobs, workers
from tasks.process import is_gone
from tasks.rubbish import (
    remove_jobs_of_gone_searches,
    remove_old_checkpoints,
    remove_old_search_logs,
    remove_unnamed,
    remove_unpublished,
    remove_work_folders,
)
from tasks.search_upkeep import move_searches_on

logger = logging.getLogger("dyncell")

UPLOADS_KEPT = 48 * 3600.0
"""Seconds after which an upload that nobody continued is removed."""

FILES_EVERY = 60.0
"""Seconds between two rounds over all files."""


class Upkeep:
    """One worker's share of upkeep; call it often."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._files_at = float("-inf")

    def __call__(self) -> list[Job]:
        """One round; returns the jobs that were taken from late or gone owners."""
        freed = expire_jobs(self._folder)
        move_searches_on(self._folder)
        with self._folder.database.writing() as session:
            workers.remove_gone(session, is_gone=is_gone)
        remove_work_folders(self._folder)
        if time.monotonic() - self._files_at > FILES_EVERY:
            self._files_at = time.monotonic()
            remove_unnamed(self._folder)
            remove_old_checkpoints(self._folder)
            remove_old_search_logs(self._folder)
            remove_jobs_of_gone_searches(self._folder)
            remove_stale_uploads(self._folder.settings.uploads)
        return freed


def expire_jobs(folder: DataFolder) -> list[Job]:
    """Takes jobs from owners that are late or gone, with the files those did not publish."""
    with folder.database.reading() as session:
        if not jobs.count(session, states=[JobState.RUNNING]):
            return []
    with folder.database.writing() as session:
        freed = jobs.expire(session, is_gone=is_gone)
    for job in freed:
        logger.warning("%s %s lost its worker and is %s now", job.kind, job.id, job.state)
        remove_unpublished(folder, job)
    return freed


def remove_stale_uploads(uploads: Path, *, older_than: float = UPLOADS_KEPT) -> None:
    """Removes files of the upload spool that nothing has written to for `older_than` seconds."""
    for path in uploads.iterdir() if uploads.exists() else []:
        try:
            if time.time() - path.stat().st_mtime < older_than:
                continue
        except FileNotFoundError:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
