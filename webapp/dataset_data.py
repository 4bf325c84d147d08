"""What pages read of datasets: one short transaction each."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Dataset, Job, JobState
from core.store import datasets, jobs
from webapp.listing import Listing

Stage = Literal["ready", "looking", "importing", "failed", "review", "unmade"]
"""Where a dataset stands: `review` waits for somebody to take it, `unmade` is made on first use."""

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)


@dataclass(frozen=True)
class DatasetState:
    """A dataset with the job that looks at it or packs it, or did so last."""

    dataset: Dataset
    job: Job | None

    @property
    def is_busy(self) -> bool:
        """Whether anything about it may change by itself."""
        return self.job is not None and self.job.state in _ACTIVE

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        if self.dataset.is_ready:
            return "ready"
        if self.job is None:
            return "unmade" if self.dataset.origin == "shipped" else "failed"
        if not self.job.state.is_finished:
            return "looking" if self.job.payload.get("stage") == "preview" else "importing"
        is_seen = self.job.state is JobState.DONE and bool(self.dataset.preview)
        return "review" if is_seen else "failed"


def read_dataset(folder: DataFolder, dataset_id: str) -> DatasetState:
    """A dataset with its job.

    Raises:
        NotFound: There is no such dataset.
    """
    with folder.database.reading() as session:
        return _state(session, datasets.get(session, dataset_id))


def find_datasets(
    folder: DataFolder, listing: Listing, *, limit: int, offset: int
) -> list[DatasetState]:
    """Datasets that were asked for, with their jobs."""
    with folder.database.reading() as session:
        found = datasets.list_datasets(
            session, find=listing.find, order=listing.order, limit=limit, offset=offset
        )
        return [_state(session, dataset) for dataset in found]


def count_datasets(folder: DataFolder, listing: Listing) -> int:
    """How many datasets were asked for."""
    with folder.database.reading() as session:
        return datasets.count(session, find=listing.find)


def names_taken(folder: DataFolder) -> set[str]:
    """The names of all datasets."""
    with folder.database.reading() as session:
        return {found.name for found in datasets.list_datasets(session, limit=1_000_000)}


def disk_use(folder: DataFolder, dataset: Dataset) -> int:
    """Bytes that go when the dataset is deleted."""
    if dataset.is_ready:
        return dataset.size
    try:
        return folder.artifacts.size(dataset.source) if dataset.source else 0
    except NotFound:
        return 0


def _state(session: Session, dataset: Dataset) -> DatasetState:
    try:
        job = jobs.get(session, dataset.job_id) if dataset.job_id else None
    except NotFound:
        job = None
    return DatasetState(dataset, job)
