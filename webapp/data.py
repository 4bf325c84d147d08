"""What pages read: one short transaction each, closed before anything is drawn."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job, JobKind, JobState, LogLine, Model, Segmentation, Video
from core.store import jobs, models, segmentations, videos
from core.store.job_lines import JobLine, count_lines, list_lines

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
        return result_of(session, found), videos.get(session, found.video_id)


def latest_results(folder: DataFolder, *, limit: int) -> list[tuple[Result, Video]]:
    """Finished segmentations with their videos, the newest first."""
    with folder.database.reading() as session:
        recent = segmentations.list_segmentations(session, limit=4 * limit)
        ready = [each for each in recent if each.is_ready][:limit]
        return [(result_of(session, each), videos.get(session, each.video_id)) for each in ready]


def read_models(folder: DataFolder) -> list[Model]:
    """Models to choose from, the default ones first."""
    with folder.database.reading() as session:
        found = models.list_models(session, limit=200)
    return sorted(found, key=lambda model: (model.name != "camvid", not model.is_shipped))


def read_job_lines(
    folder: DataFolder,
    *,
    states: list[JobState] | None,
    kinds: list[JobKind] | None,
    limit: int,
    offset: int,
) -> tuple[list[JobLine], int]:
    """Jobs, the newest first, and how many lines there are in all.

    The trials of a search stand on one line, unless trials are what is looked for.
    """
    with folder.database.reading() as session:
        if kinds and "trial" in kinds:
            found = jobs.list_jobs(session, states=states, kinds=kinds, limit=limit, offset=offset)
            return [JobLine(job) for job in found], jobs.count(session, states=states, kinds=kinds)
        lines = list_lines(session, states=states, kinds=kinds, limit=limit, offset=offset)
        return lines, count_lines(session, states=states, kinds=kinds)


def read_log(folder: DataFolder, job_id: str) -> list[LogLine]:
    """The last lines of a job's log."""
    with folder.database.reading() as session:
        return jobs.read_log(session, job_id)


def _matching(session: Session, name: str) -> list[Video]:
    matching: list[Video] = []
    offset = 0
    while found := videos.list_videos(session, limit=_READ_AT_ONCE, offset=offset):
        matching += [video for video in found if name in video.name.casefold()]
        offset += len(found)
    return matching


def _video_state(session: Session, video: Video) -> VideoState:
    found = segmentations.list_segmentations(session, video_id=video.id)
    results = tuple(result_of(session, each) for each in found)
    return VideoState(video=video, job=_job(session, video.job_id), results=results)


def result_of(session: Session, segmentation: Segmentation) -> Result:
    """A segmentation with the model and the job that make it."""
    model = models.get(session, segmentation.model_id)
    return Result(segmentation, model, _job(session, segmentation.job_id))


def _job(session: Session, job_id: str) -> Job | None:
    try:
        return jobs.get(session, job_id)
    except NotFound:
        return None
