"""What the Overview reads: one short transaction, closed before anything is drawn."""

from dataclasses import dataclass

from core.data_folder import DataFolder
from core.records import Job, JobKind, JobState, Video, Worker
from core.store import jobs, segmentations, videos, workers
from core.store.job_lines import JobLine, list_lines
from webapp.data import Result, result_of

_NOW = 8  # lines of what runs and waits
_SHOWN = 4  # pictures of what was segmented
_LATELY = 5  # lines of what was done
_ENDED: tuple[JobKind, ...] = (
    *("train_static", "train_cell", "evaluate", "measure_dynamics"),
    *("baselines", "prepare_search", "import_dataset"),
)


@dataclass(frozen=True)
class Overview:
    """What the first page tells.

    Attributes:
        active: What runs and waits.
        queued: Jobs that wait.
        finished: The newest segmentations that are ready.
        ended: The newest trainings, evaluations and the like that are done.
        workers: All workers, alive or not.
        videos: How many videos there are.
    """

    active: tuple[JobLine, ...]
    queued: int
    finished: tuple[tuple[Result, Video], ...]
    ended: tuple[Job, ...]
    workers: tuple[Worker, ...]
    videos: int

    @property
    def is_busy(self) -> bool:
        """Whether anything runs or waits."""
        return bool(self.active)


def read_overview(folder: DataFolder) -> Overview:
    """What runs, what was finished lately, and who works."""
    with folder.database.reading() as session:
        recent = segmentations.list_segmentations(session, limit=3 * _SHOWN)
        ready = [each for each in recent if each.is_ready][:_SHOWN]
        finished = [
            (result_of(session, each), videos.get(session, each.video_id)) for each in ready
        ]
        running = list_lines(session, states=[JobState.RUNNING], limit=_NOW)
        waiting = list_lines(session, states=[JobState.QUEUED], limit=_NOW)
        shown = {line.search_id for line in running if line.search_id}
        more = [line for line in waiting if line.search_id not in shown]
        return Overview(
            active=tuple((running + more)[:_NOW]),
            queued=jobs.count(session, states=[JobState.QUEUED]),
            finished=tuple(finished),
            ended=tuple(
                jobs.list_jobs(session, states=[JobState.DONE], kinds=_ENDED, limit=_LATELY)
            ),
            workers=tuple(workers.list_workers(session)),
            videos=videos.count(session),
        )
