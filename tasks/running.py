"""One attempt at one job as its body sees it, and how the body's end is understood."""

import errno
import math
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.errors import (
    BadInput,
    Cancelled,
    DyncellError,
    LeaseLost,
    NotFound,
    Paused,
    StorageFull,
)
from core.records import Job, JobState, Progress
from core.store import jobs
from tasks.context import JobContext
from tasks.ending import Ending
from tasks.patience import Patience

REPORTS_APART = 0.1
"""Seconds between two reports that are passed on; those between are kept back."""

Body = Callable[[JobContext], None]
"""What a kind's module calls `run`."""

_OUT_OF_MEMORY = Ending(
    "failed",
    "The job ran out of memory; close other programs or take a smaller input, then press Retry.",
    cause="oom",
)
_NO_SPACE = Ending(
    "failed",
    "The disk is full; free some space, then press Retry: nothing already stored was lost.",
    cause="full",
)


@dataclass
class Wishes:
    """What somebody asked of the job so far; written by one thread, read by the body."""

    cancel: bool = False
    pause: bool = False
    lost: bool = False


class Listener(Protocol):
    """Where a running job's words go."""

    def progress(self, progress: Progress) -> None:
        """Takes a report."""

    def log(self, text: str) -> None:
        """Takes a line of log."""


class RunningJob:
    """A `JobContext`; the same in a child and in a command in the foreground."""

    def __init__(
        self,
        folder: DataFolder,
        job: Job,
        *,
        work: Path,
        wishes: Wishes,
        listener: Listener,
        patience: Patience,
        outage: float,
    ) -> None:
        self.folder = folder
        self.job = job
        self.work = work
        self.is_finished = False
        self.is_orphan = False
        self._wishes = wishes
        self._listener = listener
        self._patience = patience
        self._outage = outage
        self._latest: Progress | None = None
        self._told_at = 0.0
        self._told_stage = ""

    def report(self, progress: Progress) -> None:
        """Tells how far the job is.

        Raises:
            Cancelled: Somebody asked the job to stop.
            LeaseLost: Another owner holds the job.
        """
        if self._wishes.lost:
            raise LeaseLost(f"Job {self.job.id} has another owner.")
        if self._wishes.cancel:
            raise Cancelled("The job was cancelled.")
        progress = _finite(progress)
        self._latest = progress
        now = time.monotonic()
        if now - self._told_at >= REPORTS_APART or progress.stage != self._told_stage:
            self._told_at, self._told_stage = now, progress.stage
            self._listener.progress(progress)

    def pause_requested(self) -> bool:
        """Whether somebody asked for a rest."""
        return self._wishes.pause

    def log(self, text: str) -> None:
        """Adds a line to the job's log."""
        self._listener.log(text)

    def finish(self, publish: Callable[[Session], dict[str, Any]]) -> None:
        """Marks the job done and publishes its rows, in one transaction under the fence.

        Raises:
            LeaseLost: Another owner holds the job; nothing was published.
            NotFound: What the job was for was deleted meanwhile; nothing was published.
        """
        self._patience.insist(lambda: self._finish(publish), for_seconds=self._outage)
        self.is_finished = True

    def _finish(self, publish: Callable[[Session], dict[str, Any]]) -> None:
        job_id, fence = self.job.id, self.job.fence
        with self.folder.database.writing() as session:
            if self._is_done(session):  # the answer to an earlier commit was lost on its way
                return
            # For the last report only: the lease ends with the transaction.
            jobs.heartbeat(session, job_id, fence, lease_seconds=0.0, progress=self._latest)
            try:
                result = publish(session)
            except NotFound:
                self.is_orphan = True
                raise
            jobs.finish(session, job_id, fence, result=result)

    def _is_done(self, session: Session) -> bool:
        job = jobs.get(session, self.job.id)
        return job.fence == self.job.fence and job.state is JobState.DONE


def run_body(context: RunningJob, body: Body) -> Ending:
    """Runs `body` to its end, whatever that is, and says what became of it."""
    try:
        body(context)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return Ending("done") if context.is_finished else _ending_of(error, context)
    if not context.is_finished:
        return _defect(("the body returned without finish()",))
    return Ending("done")


def _ending_of(error: BaseException, context: RunningJob) -> Ending:
    match error:
        case Cancelled():
            return Ending("cancelled")
        case Paused():
            return Ending("paused")
        case LeaseLost():
            return Ending("lost")
        case NotFound() if context.is_orphan:
            return Ending("cancelled", f"{error} Nothing was kept.")
        case StorageFull():
            return Ending("failed", str(error), cause="full")
        case BadInput():
            return Ending("failed", str(error), cause="refused")
        case DyncellError():
            return Ending("failed", str(error))
    if is_out_of_memory(error):
        return _OUT_OF_MEMORY
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _NO_SPACE
    return _defect(tuple("".join(traceback.format_exception(error)).splitlines()))


def is_out_of_memory(error: BaseException) -> bool:
    """Whether Python, torch or OpenCV could not get memory; asks without loading any of them."""
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    text = str(error)
    return any(
        sign in text
        for sign in ("DefaultCPUAllocator", "CUDA out of memory", "Insufficient memory")
    )


def _finite(progress: Progress) -> Progress:
    """PostgreSQL takes no NaN into JSON, and a loss may become one."""
    detail = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in progress.detail.items()
    }
    rate = progress.rate if math.isfinite(progress.rate) else 0.0
    return replace(progress, detail=detail, rate=rate)


def _defect(trace: tuple[str, ...]) -> Ending:
    return Ending(
        "failed",
        "The job stopped because of an internal error; the details are in its log.",
        cause="crash",
        trace=trace,
    )
