"""What pages read: one short transaction each, closed before anything is drawn."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job, JobKind, JobState, LogLine, Model, Segmentation, Video
from core.store import jobs, models, segmentations, videos
from core.store.job_lines import JobLine, count_lines, list_lines
from webapp.listing import Listing

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)


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
    folder: DataFolder, listing: Listing, *, limit: int, offset: int = 0
) -> list[VideoState]:
    """Videos that were asked for, with their jobs and results."""
    with folder.database.reading() as session:
        found = videos.list_videos(
            session, find=listing.find, order=listing.order, limit=limit, offset=offset
        )
        return [_video_state(session, video) for video in found]


def count_videos(folder: DataFolder, listing: Listing) -> int:
    """How many videos were asked for."""
    with folder.database.reading() as session:
        return videos.count(session, find=listing.find)


def read_result(folder: DataFolder, segmentation_id: str) -> tuple[Result, Video]:
    """A segmentation with its model, job and video.

    Raises:
        NotFound: There is no such segmentation.
    """
    with folder.database.reading() as session:
        found = segmentations.get(session, segmentation_id)
        return result_of(session, found), videos.get(session, found.video_id)


def find_results(
    folder: DataFolder, listing: Listing, *, limit: int, offset: int
) -> list[tuple[Result, Video]]:
    """Finished segmentations that were asked for, with their videos."""
    with folder.database.reading() as session:
        found = segmentations.list_results(
            session, find=listing.find, order=listing.order, limit=limit, offset=offset
        )
        return [(result_of(session, each), videos.get(session, each.video_id)) for each in found]


def count_results(folder: DataFolder, listing: Listing) -> int:
    """How many finished segmentations were asked for."""
    with folder.database.reading() as session:
        return segmentations.count_results(session, find=listing.find)


def read_models(folder: DataFolder) -> list[Model]:
    """Models to choose from, the default ones first."""
    with folder.database.reading() as session:
        return models.list_models(session, order="usual", limit=200)


def find_models(folder: DataFolder, listing: Listing, *, limit: int, offset: int) -> list[Model]:
    """Models that were asked for."""
    with folder.database.reading() as session:
        return models.list_models(
            session, find=listing.find, order=listing.order, limit=limit, offset=offset
        )


def count_models(folder: DataFolder, listing: Listing) -> int:
    """How many models were asked for."""
    with folder.database.reading() as session:
        return models.count(session, find=listing.find)


@dataclass(frozen=True)
class JobsAsked:
    """Which jobs were asked for; no states or kinds are all of them."""

    listing: Listing
    states: tuple[JobState, ...] = ()
    kinds: tuple[JobKind, ...] = ()

    @property
    def is_of_trials(self) -> bool:
        """Whether each trial is looked for, not the searches they are of."""
        return "trial" in self.kinds

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.listing.find or self.states or self.kinds)


def read_job_lines(
    folder: DataFolder, asked: JobsAsked, *, limit: int, offset: int
) -> list[JobLine]:
    """Jobs that were asked for; the trials of a search stand on one line, unless asked for."""
    with folder.database.reading() as session:
        return list_lines(
            session,
            states=asked.states or None,
            kinds=asked.kinds or None,
            find=asked.listing.find,
            order=asked.listing.order,
            is_folded=not asked.is_of_trials,
            limit=limit,
            offset=offset,
        )


def count_job_lines(folder: DataFolder, asked: JobsAsked) -> int:
    """How many lines were asked for."""
    with folder.database.reading() as session:
        return count_lines(
            session,
            states=asked.states or None,
            kinds=asked.kinds or None,
            find=asked.listing.find,
            is_folded=not asked.is_of_trials,
        )


def read_log(folder: DataFolder, job_id: str) -> list[LogLine]:
    """The last lines of a job's log."""
    with folder.database.reading() as session:
        return jobs.read_log(session, job_id)


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
