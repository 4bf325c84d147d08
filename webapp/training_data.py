"""What the Models page reads of trainings: one short transaction each."""

from dataclasses import dataclass

from core.data_folder import DataFolder
from core.genotype import Genotype
from core.records import Job, JobState, Latency, Model
from core.store import jobs, latencies
from tasks.queue import TRAININGS

_UNFINISHED = (JobState.RUNNING, JobState.QUEUED, JobState.PAUSED)
_ACTIVE = (JobState.RUNNING, JobState.QUEUED)
_ENDED_SHOWN = 3
_LOOKED_THROUGH = 500


@dataclass(frozen=True)
class Trainings:
    """Trainings that are not over, and the latest that ended without a model."""

    unfinished: tuple[Job, ...]
    ended: tuple[Job, ...]

    @property
    def is_busy(self) -> bool:
        """Whether anything may change by itself."""
        return any(job.state in _ACTIVE for job in self.unfinished)


def read_trainings(folder: DataFolder, *, of: str | None = None) -> Trainings:
    """What trains, waits and rests, and what went wrong lately.

    Args:
        folder: The data folder.
        of: A genotype's key: only trainings of this cell.
    """
    with folder.database.reading() as session:
        unfinished = jobs.list_jobs(session, states=_UNFINISHED, kinds=TRAININGS, limit=50)
        latest = jobs.list_jobs(session, kinds=TRAININGS, limit=_ENDED_SHOWN + 10)
    if of is not None:
        unfinished = [job for job in unfinished if _key(job) == of]
        latest = [job for job in latest if _key(job) == of]
    in_order = sorted(unfinished, key=lambda job: (_UNFINISHED.index(job.state), job.created_at))
    without = [job for job in latest if job.state in (JobState.FAILED, JobState.CANCELLED)]
    return Trainings(tuple(in_order), tuple(without[:_ENDED_SHOWN]))


def read_finished_trainings(folder: DataFolder) -> list[Job]:
    """Trainings that made a model, the newest first."""
    with folder.database.reading() as session:
        return jobs.list_jobs(
            session, states=[JobState.DONE], kinds=TRAININGS, limit=_LOOKED_THROUGH
        )


def training_of(folder: DataFolder, model: Model) -> Job | None:
    """The job that made a model; None where it was imported, or the job is long gone."""
    found = read_finished_trainings(folder)
    return next((job for job in found if job.result.get("model_id") == model.id), None)


def read_latencies(folder: DataFolder, model: Model) -> list[Latency]:
    """How fast a model was, where and when, the newest first."""
    with folder.database.reading() as session:
        return latencies.list_latencies(session, model_key=model.sha256)


def _key(job: Job) -> str | None:
    """The key of the genotype that is trained; None for a static network."""
    genotype = job.payload.get("genotype")
    return None if genotype is None else Genotype.from_dict(genotype).key
