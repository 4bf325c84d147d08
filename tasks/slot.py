"""A slot: claims jobs, one at a time, and owns the warm child that runs them."""

import logging
import shutil
import threading
import time
from collections.abc import Sequence

from core.data_folder import DataFolder
from core.errors import LeaseLost
from core.records import Job, JobKind, JobState
from core.store import jobs
from tasks.attempt import Attempt, AttemptResult
from tasks.child_process import CHILD_COMMAND, ChildProcess
from tasks.ending import Ending
from tasks.fingerprint import fingerprint
from tasks.patience import Patience
from tasks.process import owner_id
from tasks.rubbish import remove_unpublished, work_folder
from tasks.timing import Timing

logger = logging.getLogger("dyncell")


class Slot:
    """Runs jobs of `kinds` until the worker stops; `run` is the body of a thread.

    Args:
        folder: The data folder.
        name: The slot's name within its worker.
        kinds: The kinds of job it takes.
        stopping: Set when the worker is to end; call `wake` afterwards.
        threads: Threads a child computes with.
        timing: How often to look and how long to wait.
        child_command: How a child is started.
    """

    def __init__(
        self,
        folder: DataFolder,
        name: str,
        *,
        kinds: Sequence[JobKind],
        stopping: threading.Event,
        threads: int = 1,
        timing: Timing | None = None,
        child_command: Sequence[str] = CHILD_COMMAND,
    ) -> None:
        self.name = name
        self._folder = folder
        self._kinds = tuple(kinds)
        self._stopping = stopping
        self._threads = threads
        self._timing = timing or Timing()
        self._child_command = child_command
        self._owner = owner_id(name)
        self._changed = threading.Event()
        self._patience = Patience(stopping)
        self._child: ChildProcess | None = None
        self._idle_since = time.monotonic()

    def wake(self) -> None:
        """Makes the slot look at once: into the queue, or at what was asked of its job."""
        self._changed.set()

    def run(self) -> None:
        """Takes job after job until the worker stops, then ends the child."""
        while not self._stopping.is_set():
            try:
                self._turn()
            except Exception:
                logger.exception("slot %s goes on after a defect", self.name)
                self._end_child()
                self._stopping.wait(self._timing.poll)
        self._end_child()

    def _turn(self) -> None:
        job = self._patience.attempt(self._claim)
        if job is not None:
            self._work(job)
            return
        self._retire_idle_child()
        self._changed.wait(self._timing.poll)
        self._changed.clear()

    def _claim(self) -> Job | None:
        database = self._folder.database
        with database.reading() as session:  # an idle slot never takes the write lock
            if not jobs.count(session, states=[JobState.QUEUED], kinds=self._kinds):
                return None
        with database.writing() as session:
            lease = self._timing.lease
            return jobs.claim(session, self._kinds, lease_owner=self._owner, lease_seconds=lease)

    def _work(self, job: Job) -> None:
        logger.info("slot %s takes %s %s", self.name, job.kind, job.id)
        work = work_folder(self._folder, job)
        try:
            try:
                work.mkdir(parents=True, exist_ok=True)
                attempt = Attempt(
                    self._folder,
                    job,
                    child=self._child_for(job),
                    changed=self._changed,
                    stopping=self._stopping,
                    patience=self._patience,
                    timing=self._timing,
                )
                result = attempt.run(work=work)
            except BaseException:
                self._conclude(job, AttemptResult(_UNSTARTED, jobs.Asked(False, False)))
                raise
            self._conclude(job, result)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            self._idle_since = time.monotonic()

    def _conclude(self, job: Job, result: AttemptResult) -> None:
        if result.ending is None or result.ending.outcome in ("failed", "lost"):
            self._end_child()
        try:
            outage = self._timing.outage
            self._patience.insist(lambda: self._write(job, result), for_seconds=outage)
        except LeaseLost:
            logger.warning("job %s was taken by another owner: nothing is written", job.id)
        if result.ending is None or result.ending.outcome != "done":
            self._patience.attempt(lambda: remove_unpublished(self._folder, job))
        outcome = result.ending.outcome if result.ending else "released"
        logger.info("slot %s ended %s %s: %s", self.name, job.kind, job.id, outcome)

    def _write(self, job: Job, result: AttemptResult) -> None:
        """Writes the end of the attempt into the row; a done job was written by its child."""
        ending, asked = result.ending, result.asked
        if ending is not None and ending.outcome in ("done", "lost"):
            return
        with self._folder.database.writing() as session:
            if asked.cancel or (ending is not None and ending.outcome == "cancelled"):
                reason = ending.error if ending is not None and not asked.cancel else None
                state = JobState.CANCELLED
                jobs.give_up(session, job.id, job.fence, state=state, error=reason)
            elif ending is None:
                state = JobState.PAUSED if asked.pause else JobState.QUEUED
                jobs.give_up(session, job.id, job.fence, state=state)
            elif ending.outcome == "paused":
                jobs.give_up(session, job.id, job.fence, state=JobState.PAUSED)
            else:
                jobs.fail(
                    session,
                    job.id,
                    job.fence,
                    error=ending.error,
                    cause=ending.cause,
                    final=ending.is_final,
                )

    def _child_for(self, job: Job) -> ChildProcess:
        code = fingerprint()
        child = self._child
        if child is not None and child.is_alive and child.kind == job.kind:
            is_worn = child.jobs_run >= self._timing.jobs_per_child
            if not is_worn and child.fingerprint == code:
                return child
        self._end_child()
        self._child = ChildProcess(
            self._folder.settings,
            kind=job.kind,
            threads=self._threads,
            fingerprint=code,
            changed=self._changed,
            command=self._child_command,
        )
        return self._child

    def _retire_idle_child(self) -> None:
        if self._child is not None and time.monotonic() - self._idle_since > self._timing.idle:
            self._end_child()

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


_UNSTARTED = Ending(
    "failed",
    "The job could not be started on this machine; look at the worker's log, then press Retry.",
    cause="crash",
    is_final=False,
)
