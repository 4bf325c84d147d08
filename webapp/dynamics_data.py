"""What the page of a model reads of its behaviour over time: one short transaction each."""

from dataclasses import dataclass

from core.cell_description import CellConfig
from core.data_folder import DataFolder
from core.dynamics.plan import model_class, planned_steps
from core.dynamics.protocol import DynamicsProtocol
from core.records import Dataset, Dynamics, Job, JobState, Model
from core.store import datasets, dynamics, jobs

_LOOKED_THROUGH = 200
_ACTIVE = (JobState.RUNNING, JobState.QUEUED)
_QUIET_MS = 25.0
"""What a frame takes on one quiet core at 480x360, the cell and the static network in the mean."""


@dataclass(frozen=True)
class DynamicsState:
    """What was measured of a model's weights, and what is under way.

    Attributes:
        found: The measurements, the newest first.
        latest: The job that was asked last, where it is not done.
    """

    found: tuple[Dynamics, ...] = ()
    latest: Job | None = None

    @property
    def is_busy(self) -> bool:
        """Whether one waits or runs."""
        return self.latest is not None and self.latest.state in _ACTIVE


def read_dynamics(folder: DataFolder, model: Model) -> DynamicsState:
    """The state of a model's measurements."""
    with folder.database.reading() as session:
        found = dynamics.list_dynamics(session, model_key=model.sha256)
        asked = jobs.list_jobs(session, kinds=["measure_dynamics"], limit=_LOOKED_THROUGH)
    about = [job for job in asked if job.payload.get("model_id") == model.id]
    latest = about[0] if about and about[0].state is not JobState.DONE else None
    return DynamicsState(tuple(found), latest)


def read_dense_datasets(folder: DataFolder) -> list[Dataset]:
    """Datasets with video that has ground truth, the newest first."""
    with folder.database.reading() as session:
        return [found for found in datasets.list_datasets(session) if dense_splits(found)]


def dense_splits(dataset: Dataset) -> list[str]:
    """The splits of a dataset that hold video with ground truth; none while it is not imported."""
    if not dataset.is_ready:
        return []
    return [name for name, split in dataset.splits.items() if split["dense"]]


def expected_seconds(
    folder: DataFolder, model: Model, dataset: Dataset, split: str, protocol: DynamicsProtocol
) -> tuple[float, bool]:
    """How long a measurement will take; True where a former one on this folder says so.

    Without one a quiet core is assumed.
    """
    steps = _steps(model, dataset, split, protocol)
    with folder.database.reading() as session:
        done = jobs.list_jobs(session, kinds=["measure_dynamics"], states=[JobState.DONE], limit=5)
    for job in done:
        if job.progress.total and job.started_at and job.finished_at and job.fence == 1:
            return steps * (job.finished_at - job.started_at) / job.progress.total, True
    return steps * _QUIET_MS / 1000, False


def _steps(model: Model, dataset: Dataset, split: str, protocol: DynamicsProtocol) -> int:
    cell = CellConfig.from_dict(model.config["cell"]) if "cell" in model.config else None
    found = dataset.splits[split]
    frames = int(found["dense"])
    if protocol.frames is not None:
        frames = min(frames, protocol.frames[1] - protocol.frames[0] + 1)
    interval = 0 if cell is None else cell.key_interval
    return sum(
        planned_steps(
            protocol,
            model_class(cell, is_baseline=model.kind == "baseline"),
            frames=frames,
            key_interval=interval,
        ).values()
    )
