"""What nothing needs any more: work folders, unpublished artifacts, leftovers of searches."""

import shutil
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fsspec
from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job, JobState, is_id
from core.store import datasets, evaluations, jobs, models, searches, segmentations, videos
from core.store.job_lines import count_left_over, delete_left_over

UNNAMED_KEPT = 3600.0
"""Seconds for which an artifact that no row names yet is left alone."""

EXPORTS_KEPT = 24 * 3600.0
"""Seconds for which the file of an export can be downloaded."""

CHECKPOINTS_KEPT = 30 * 24 * 3600.0
"""Seconds for which the checkpoints of a training that ended without a model are kept: a retry, or
the same command again, goes on from them."""

SEARCH_LOGS_KEPT = 30 * 24 * 3600.0
"""Seconds for which the log of a search's own workers is kept after its last line."""

_ALL = 1_000_000_000
_VIDEO_FILES = ("original", "playable", "poster", "frame_table", "truth")
_SEGMENTATION_FILES = ("labels", "overlay", "labels_video", "series")
_SEARCH_LOG = "search-"  # what the names of their logs begin with, see tasks.cli.search_follow
_OTHER_FILES = ("source", "artifact", "details")  # of datasets and evaluations


def work_folder(folder: DataFolder, job: Job) -> Path:
    """The folder of one attempt."""
    return folder.settings.work / f"{job.id}.{job.fence}"


def remove_work_folders(folder: DataFolder) -> None:
    """Removes the folders of attempts that are not running any more."""
    for path in _children(folder.settings.work):
        job_id, _, fence = path.name.partition(".")
        if is_id(job_id) and not _is_running(folder, job_id, fence):
            shutil.rmtree(path, ignore_errors=True)


def remove_unpublished(folder: DataFolder, job: Job) -> None:
    """Removes what the ended attempt `job` put among the artifacts without publishing it."""
    own = _prefixes(job)
    written = [name for name in folder.artifacts.names() if name.startswith(own)]
    if not written:
        return
    with folder.database.reading() as session:
        kept = published(session)
    for name in written:
        if name not in kept:
            folder.artifacts.delete(name)


def remove_unnamed(folder: DataFolder) -> None:
    """Removes artifacts that no row names, no running job wrote and that are an hour old."""
    names = folder.artifacts.names()  # before the rows are read: one put later is not judged
    with folder.database.reading() as session:
        kept = published(session)
        running = jobs.list_jobs(session, states=[JobState.RUNNING], limit=_ALL)
    own = tuple(prefix for job in running for prefix in _prefixes(job))
    for name in names:
        if name not in kept and not name.startswith(own) and _age(folder, name) > UNNAMED_KEPT:
            folder.artifacts.delete(name)
    if folder.artifacts.is_local:
        _remove_parts(folder.artifacts.folder)


def remove_old_checkpoints(folder: DataFolder) -> None:
    """Removes checkpoints that nothing has written to for long, but for unfinished jobs."""
    for path in _children(folder.settings.checkpoints):
        if _age_of_newest(path) < CHECKPOINTS_KEPT or _is_unfinished(folder, path.name):
            continue
        shutil.rmtree(path, ignore_errors=True)


def remove_search_files(folder: DataFolder, search_id: str) -> None:
    """Removes what a search that is deleted kept on this host: its logs and checkpoints."""
    for path in _search_logs(folder, search_id):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder.settings.checkpoints / f"search-{search_id}", ignore_errors=True)


def remove_old_search_logs(folder: DataFolder) -> None:
    """Removes the logs of searches that are gone, or that nothing was written to for long."""
    logs = _search_logs(folder)
    if not logs:
        return
    with folder.database.reading() as session:
        kept = {search.id for search in searches.list_searches(session, limit=None)}
    for path in logs:
        search_id = path.name.removeprefix(_SEARCH_LOG).partition(".")[0]
        if search_id not in kept or _age_of_newest(path) > SEARCH_LOGS_KEPT:
            path.unlink(missing_ok=True)


def remove_jobs_of_gone_searches(folder: DataFolder) -> None:
    """Removes finished jobs of searches that were deleted while the jobs still ran."""
    with folder.database.reading() as session:
        if not count_left_over(session):
            return
    with folder.database.writing() as session:
        delete_left_over(session)


def published(session: Session) -> set[str]:
    """The ids of all artifacts that rows name."""
    rows = videos.list_videos(session, limit=_ALL)
    results = segmentations.list_segmentations(session, limit=None)
    others = [
        *datasets.list_datasets(session, limit=_ALL),
        *evaluations.list_evaluations(session, limit=None),
    ]
    weights = {model.artifact for model in models.list_models(session, limit=_ALL)}
    named = {*artifacts_of(rows), *artifacts_of(results), *artifacts_of(others)}
    return named | weights | _exported(session)


def artifacts_of(rows: Iterable[Any]) -> list[str]:
    """The artifacts that records name."""
    fields = _VIDEO_FILES + _SEGMENTATION_FILES + _OTHER_FILES
    found = (getattr(row, field, None) for row in rows for field in fields)
    return [name for name in found if name]


def _exported(session: Session) -> set[str]:
    """The files of exports that can still be downloaded: their jobs name them."""
    done = jobs.list_jobs(session, kinds=["export_range"], states=[JobState.DONE], limit=_ALL)
    oldest = time.time() - EXPORTS_KEPT
    return {job.result["artifact"] for job in done if (job.finished_at or 0.0) > oldest}


def _prefixes(job: Job) -> tuple[str, ...]:
    """What the names of an attempt's artifacts may begin with: ids it was given, and its own."""
    ids = {job.id} | {value for value in job.payload.values() if _is_row(value)}
    return tuple(f"{row_id}.{job.fence}." for row_id in sorted(ids))


def _is_row(value: Any) -> bool:
    return isinstance(value, str) and is_id(value)


def _is_running(folder: DataFolder, job_id: str, fence: str) -> bool:
    try:
        with folder.database.reading() as session:
            job = jobs.get(session, job_id)
    except NotFound:
        return False
    return job.state is JobState.RUNNING and str(job.fence) == fence


def _is_unfinished(folder: DataFolder, job_id: str) -> bool:
    try:
        with folder.database.reading() as session:
            return not jobs.get(session, job_id).state.is_finished
    except NotFound:
        return False


def _age_of_newest(folder: Path) -> float:
    try:
        inside = list(folder.iterdir()) if folder.is_dir() else []
        times = [path.stat().st_mtime for path in (folder, *inside)]
    except (FileNotFoundError, NotADirectoryError):
        return 0.0
    return time.time() - max(times)


def _search_logs(folder: DataFolder, search_id: str = "") -> list[Path]:
    logs = folder.settings.data / "logs"
    return list(logs.glob(f"{_SEARCH_LOG}{search_id}*.log*")) if logs.exists() else []


def _children(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.exists() else []


def _age(folder: DataFolder, name: str) -> float:
    try:
        if folder.artifacts.is_local:
            # Not st_mtime: an artifact may be a link to a file that was old before it came here.
            return time.time() - (folder.artifacts.folder / name).stat().st_ctime
        system, root = fsspec.url_to_fs(folder.artifacts.url)
        changed: datetime = system.modified(f"{root}/{name}")
        return (datetime.now(UTC) - changed.astimezone(UTC)).total_seconds()
    except FileNotFoundError:
        return 0.0


def _remove_parts(folder: Path) -> None:
    """Halves that a killed process left beside the artifacts."""
    for path in folder.glob("*.part") if folder.exists() else []:
        try:
            if time.time() - path.stat().st_mtime > UNNAMED_KEPT:
                path.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
