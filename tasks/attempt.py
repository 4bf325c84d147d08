"""One attempt at one job, from the parent's side: relays words, keeps the lease, sees it end."""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from core.data_folder import DataFolder
from core.errors import LeaseLost, NotFound
from core.records import Job, JobState
from core.store import jobs
from core.store.jobs import Asked
from tasks.child_process import ChildProcess
from tasks.ending import Ending
from tasks.kinds import KINDS
from tasks.patience import Patience
from tasks.timing import Timing

logger = logging.getLogger("dyncell")

_LOG_ARRIVES = 2.0  # seconds the rest of the log may take once the attempt has ended


@dataclass(frozen=True)
class AttemptResult:
    """What an attempt came to.

    Attributes:
        ending: How it ended; None when the worker is stopping and the job is to be released.
        asked: What somebody had asked of the job by then.
    """

    ending: Ending | None
    asked: Asked


class Attempt:
    """Watches over a child while it runs one job.

    Args:
        folder: The data folder.
        job: The job as it was claimed.
        child: The child that runs it.
        changed: Set by the child's ending, by a message to look, and by the worker's stop.
        stopping: Set when the worker is to end.
        patience: What to do while the database is away.
        timing: How often to beat and how long to wait.
    """

    def __init__(
        self,
        folder: DataFolder,
        job: Job,
        *,
        child: ChildProcess,
        changed: threading.Event,
        stopping: threading.Event,
        patience: Patience,
        timing: Timing,
    ) -> None:
        self._folder = folder
        self._job = job
        self._child = child
        self._changed = changed
        self._stopping = stopping
        self._patience = patience
        self._timing = timing
        self._asked = Asked(cancel=False, pause=False)
        self._cancel_sent_at: float | None = None
        self._heard_at = time.monotonic()

    def run(self, *, work: Path) -> AttemptResult:
        """Hands the job to the child and comes back when the attempt is over.

        The child is left alive only where it ended the attempt itself.
        """
        self._child.start(self._job, work=work)
        ending: Ending | None = None
        while ending is None and not self._stopping.is_set():
            self._changed.wait(self._timing.beat)
            self._changed.clear()
            ending = self._look()
        if self._child.ending is None:
            self._child.end()
        self._keep_rest_of_log(ending)
        return AttemptResult(ending, self._asked)

    def _look(self) -> Ending | None:
        if self._child.ending is not None:
            return self._child.ending
        if not self._child.is_alive:
            # Its last word may have come between the two questions.
            return self._child.ending or self._death()
        if self._patience.attempt(self._beat) is False:
            return self._lost()
        return self._overdue()

    def _beat(self) -> bool:
        """Renews the lease and passes on what was said; False where the lease is lost."""
        progress = self._child.take_progress()
        if progress is not None:
            self._heard_at = time.monotonic()
        job_id, fence, lease = self._job.id, self._job.fence, self._timing.lease
        lines = self._child.take_log()
        try:
            if lines:  # apart from the heartbeat, which a job that is done refuses
                self._append(lines)
            with self._folder.database.writing() as session:
                asked = jobs.heartbeat(
                    session, job_id, fence, lease_seconds=lease, progress=progress
                )
        except LeaseLost:
            return False
        self._pass_on(asked)
        return True

    def _pass_on(self, asked: Asked) -> None:
        if asked.cancel and not self._asked.cancel:
            self._cancel_sent_at = time.monotonic()
            self._child.cancel()
        if asked.pause and not self._asked.pause:
            self._child.pause()
        self._asked = asked

    def _lost(self) -> Ending | None:
        """The job is not ours any more; the reason may be that the child has just finished it."""
        try:
            with self._folder.database.reading() as session:
                job = jobs.get(session, self._job.id)
        except NotFound:
            return Ending("lost")
        is_ours = job.fence == self._job.fence and job.state is JobState.DONE
        return None if is_ours else Ending("lost")

    def _overdue(self) -> Ending | None:
        now = time.monotonic()
        if self._cancel_sent_at is not None and now - self._cancel_sent_at > self._timing.grace:
            return Ending("cancelled")
        limit = KINDS[self._job.kind].silence_limit
        if now - self._heard_at > limit:
            return Ending(
                "failed",
                f"The job made no progress for {limit:.0f} seconds and was ended (timeout); "
                "press Retry, or look at its log.",
                cause="timeout",
            )
        return None

    def _death(self) -> Ending:
        how = self._child.how_it_died()
        return Ending(
            "failed",
            f"The process that ran this job died: {how}. Look at its log, then press Retry.",
            cause="crash",
            trace=(f"attempt {self._job.attempt}: the process died: {how}",),
            is_final=False,
        )

    def _keep_rest_of_log(self, ending: Ending | None) -> None:
        self._child.wait_for_log(_LOG_ARRIVES)
        lines = [*self._child.take_log(), *(ending.trace if ending else ())]
        if lines:
            self._patience.attempt(lambda: self._append(lines))

    def _append(self, lines: list[str]) -> None:
        try:
            with self._folder.database.writing() as session:
                jobs.append_log(session, self._job.id, self._job.fence, lines=lines)
        except LeaseLost:
            logger.info("job %s has another owner: its log is not kept", self._job.id)
