"""What pages read: one short transaction each, closed before anything is drawn."""

import os
import shutil
from dataclasses import dataclass

import streamlit as st
from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job, JobKind, JobState, LogLine, Model, Segmentation, Video, Worker
from core.store import jobs, models, segmentations, videos, workers

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)
_READ_AT_ONCE = 500


@dataclass(frozen=True)
class Result:
    """A segmentation with its job and the model that makes it."""

    segmentation: Segmentation
    model: Model
    job: Job | None


@dataclass(frozen=True)
class VideoState:
    """A video with its import job and its results, the newest first."""

    video: Video
    job: Job | None
    results: tuple[Result, ...]

    @property
    def is_busy(self) -> bool:
        """Whether anything about it may change by itself."""
        running = [self.job, *(result.job for result in self.results)]
        return any(job is not None and job.state in _ACTIVE for job in running)


@dataclass(frozen=True)
class Overview:
    """What the first page tells."""

    active: tuple[Job, ...]
    queued: int
    finished: tuple[tuple[Result, Video], ...]
    workers: tuple[Worker, ...]
    videos: int

    @property
    def is_busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(self.active)


@dataclass(frozen=True)
class DiskUse:
    """Bytes stored, None where the files are not on this host; bytes free on this host."""

    stored: int | None
    free: int


def read_overview(folder: DataFolder) -> Overview:
    """What runs, what was finished lately, and who works."""
    with folder.database.reading() as session:
        recent = segmentations.list_segmentations(session, limit=12)
        finished = [(_result(session, each), each.video_id) for each in recent if each.is_ready][:4]
        running = jobs.list_jobs(session, states=[JobState.RUNNING], limit=8)
        waiting = jobs.list_jobs(session, states=[JobState.QUEUED], limit=8 - len(running))
        return Overview(
            active=(*running, *waiting),
            queued=jobs.count(session, states=[JobState.QUEUED]),
            finished=tuple((result, videos.get(session, of)) for result, of in finished),
            workers=tuple(workers.list_workers(session)),
            videos=videos.count(session),
        )


def read_video(folder: DataFolder, video_id: str) -> VideoState:
    """A video with its job and results.

    Raises:
        NotFound: There is no such video.
    """
    with folder.database.reading() as session:
        return _video_state(session, videos.get(session, video_id))


def find_videos(
    folder: DataFolder, name: str, *, limit: int, offset: int
) -> tuple[list[VideoState], int]:
    """Videos whose name contains `name`, the newest first, and how many there are in all."""
    with folder.database.reading() as session:
        if not name.strip():
            found = videos.list_videos(session, limit=limit, offset=offset)
            return [_video_state(session, video) for video in found], videos.count(session)
        matching = _matching(session, name.strip().casefold())
        shown = matching[offset : offset + limit]
        return [_video_state(session, video) for video in shown], len(matching)


def read_result(folder: DataFolder, segmentation_id: str) -> tuple[Result, Video]:
    """A segmentation with its model, job and video.

    Raises:
        NotFound: There is no such segmentation.
    """
    with folder.database.reading() as session:
        found = segmentations.get(session, segmentation_id)
        return _result(session, found), videos.get(session, found.video_id)


def latest_results(folder: DataFolder, *, limit: int) -> list[tuple[Result, Video]]:
    """Finished segmentations with their videos, the newest first."""
    with folder.database.reading() as session:
        recent = segmentations.list_segmentations(session, limit=4 * limit)
        ready = [each for each in recent if each.is_ready][:limit]
        return [(_result(session, each), videos.get(session, each.video_id)) for each in ready]


def read_models(folder: DataFolder) -> list[Model]:
    """Models to choose from, the default ones first."""
    with folder.database.reading() as session:
        found = models.list_models(session, limit=200)
    return sorted(found, key=lambda model: (model.name != "camvid", not model.is_shipped))


def read_jobs(
    folder: DataFolder,
    *,
    states: list[JobState] | None,
    kinds: list[JobKind] | None,
    limit: int,
    offset: int,
) -> tuple[list[Job], int]:
    """Jobs, the newest first, and how many there are in all."""
    with folder.database.reading() as session:
        found = jobs.list_jobs(session, states=states, kinds=kinds, limit=limit, offset=offset)
        return found, jobs.count(session, states=states, kinds=kinds)


def read_log(folder: DataFolder, job_id: str) -> list[LogLine]:
    """The last lines of a job's log."""
    with folder.database.reading() as session:
        return jobs.read_log(session, job_id)


def read_disk_use(folder: DataFolder) -> DiskUse:
    """How much is stored and how much room is left; a few seconds old at most."""
    url = str(folder.artifacts.folder) if folder.artifacts.is_local else None
    return _disk_use(url, str(folder.settings.data))


@st.cache_data(ttl=5.0, max_entries=4, show_spinner=False)
def _disk_use(artifacts: str | None, data: str) -> DiskUse:
    free = shutil.disk_usage(data).free
    if artifacts is None:
        return DiskUse(stored=None, free=free)
    if not os.path.isdir(artifacts):
        return DiskUse(stored=0, free=free)
    with os.scandir(artifacts) as entries:
        inodes = {found.st_ino: found.st_size for found in (_stat(entry) for entry in entries)}
    return DiskUse(stored=sum(inodes.values()), free=free)


def _stat(entry: os.DirEntry[str]) -> os.stat_result:
    try:
        return entry.stat()
    except FileNotFoundError:  # removed since the folder was read
        return os.stat_result((0,) * 10)


def _matching(session: Session, name: str) -> list[Video]:
    matching: list[Video] = []
    offset = 0
    while found := videos.list_videos(session, limit=_READ_AT_ONCE, offset=offset):
        matching += [video for video in found if name in video.name.casefold()]
        offset += len(found)
    return matching


def _video_state(session: Session, video: Video) -> VideoState:
    found = segmentations.list_segmentations(session, video_id=video.id)
    results = tuple(_result(session, each) for each in found)
    return VideoState(video=video, job=_job(session, video.job_id), results=results)


def _result(session: Session, segmentation: Segmentation) -> Result:
    model = models.get(session, segmentation.model_id)
    return Result(segmentation, model, _job(session, segmentation.job_id))


def _job(session: Session, job_id: str) -> Job | None:
    try:
        return jobs.get(session, job_id)
    except NotFound:
        return None
