"""What a job's body sees of the world; the same whether a child or a command runs it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.records import Job, Progress


class JobContext(Protocol):
    """One attempt at one job.

    A body is `run(context) -> None`. It reports, writes files under `work`, puts artifacts named
    with the job's fence, and calls `finish` once, as its last act. A `DyncellError` it raises
    becomes the job's error text; any other exception is a defect of ours and is logged as such.
    """

    @property
    def job(self) -> Job:
        """The job as it was claimed; `job.fence` belongs into the names of artifacts."""

    @property
    def folder(self) -> DataFolder:
        """The data folder."""

    @property
    def work(self) -> Path:
        """An empty folder of this attempt, removed with its contents when the attempt ends."""

    def report(self, progress: Progress) -> None:
        """Tells how far the job is; cheap enough for every frame or step.

        Raises:
            Cancelled: Somebody asked the job to stop.
            LeaseLost: Another owner holds the job.
        """

    def pause_requested(self) -> bool:
        """Whether somebody asked for a rest: write the checkpoint, then raise `Paused`."""

    def log(self, text: str) -> None:
        """Adds a line to the job's log."""

    def finish(self, publish: Callable[[Session], dict[str, Any]]) -> None:
        """Marks the job done and publishes its rows, in one transaction under the fence.

        Args:
            publish: Writes the rows of the result and returns the job's `result`.

        Raises:
            LeaseLost: Another owner holds the job; nothing was published.
            NotFound: What the job was for was deleted meanwhile; nothing was published.
        """
