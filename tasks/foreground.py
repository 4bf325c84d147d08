"""Runs a job's body in the process of a command, with the same row, lease and fence as a worker."""

import importlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from core.data_folder import DataFolder
from core.errors import Cancelled, DyncellError, LeaseLost
from core.records import Job, JobKind, JobState, Progress
from core.store import jobs
from tasks.ending import Ending
from tasks.kinds import KINDS
from tasks.patience import Patience
from tasks.process import owner_id
from tasks.rubbish import remove_unpublished, work_folder
from tasks.running import Body, RunningJob, Wishes, run_body
from tasks.timing import Timing

_PATIENCE = 15.0  # seconds: somebody sits in front of the terminal
_STOPPED = "The job was cancelled; nothing of it was kept."
_RESTED = "The job was stopped and its checkpoint kept; the same command goes on from there."


def run_in_foreground(
    folder: DataFolder,
    kind: JobKind,
    payload: dict[str, Any],
    *,
    title: str,
    on_progress: Callable[[Progress], None],
    timing: Timing | None = None,
) -> Job:
    """Runs a job here and now and returns it done.

    Args:
        folder: The data folder.
        kind: What the job does.
        payload: What it is given; the row says that it ran in the foreground.
        title: What people read in the list of jobs.
        on_progress: Called with every report that is passed on, some ten per second.
        timing: How often to beat and how long to wait.

    Raises:
        Cancelled: Ctrl-C, SIGTERM, or somebody cancelled or paused the job elsewhere.
        DyncellError: The job failed; its row says so too.
    """
    body: Body = importlib.import_module(KINDS[kind].module).run
    timing = timing or Timing()
    with folder.database.writing() as session:
        job = jobs.insert_claimed(
            session,
            kind,
            payload=payload | {"foreground": True},
            title=title,
            lease_owner=owner_id("foreground"),
            lease_seconds=timing.lease,
        )
    ending = _run(folder, job, body, on_progress=on_progress, timing=timing)
    if ending.outcome != "done":
        remove_unpublished(folder, job)
        raise (Cancelled if ending.outcome == "cancelled" else DyncellError)(ending.error)
    with folder.database.reading() as session:
        return jobs.get(session, job.id)


def _run(
    folder: DataFolder,
    job: Job,
    body: Body,
    *,
    on_progress: Callable[[Progress], None],
    timing: Timing,
) -> Ending:
    work = work_folder(folder, job)
    listener = _Listener(on_progress)
    over = threading.Event()
    wishes = Wishes()
    heart = _Heart(folder, job, listener=listener, wishes=wishes, over=over, timing=timing)
    try:
        work.mkdir(parents=True, exist_ok=True)
        heart.start()
        context = RunningJob(
            folder,
            job,
            work=work,
            wishes=wishes,
            listener=listener,
            patience=Patience(over),
            outage=min(timing.outage, _PATIENCE),
        )
        with _signals(wishes, can_rest=KINDS[job.kind].can_pause):
            ending = run_body(context, body)
    except KeyboardInterrupt:
        ending = Ending("cancelled")
    except BaseException:
        ending = Ending("failed", "The command was ended.", cause="crash")
        raise
    finally:
        over.set()
        heart.join()
        heart.beat()
        ending = _write(folder, job, ending)
        shutil.rmtree(work, ignore_errors=True)
    return ending


class _Listener:
    """Keeps what the body says until the next heartbeat."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self.latest: Progress | None = None
        self.lines: list[str] = []
        self._on_progress = on_progress

    def progress(self, progress: Progress) -> None:
        self.latest = progress
        self._on_progress(progress)

    def log(self, text: str) -> None:
        self.lines.extend(text.splitlines())


class _Heart(threading.Thread):
    """Renews the lease while the body runs and hears what was asked of the job."""

    def __init__(
        self,
        folder: DataFolder,
        job: Job,
        *,
        listener: _Listener,
        wishes: Wishes,
        over: threading.Event,
        timing: Timing,
    ) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._folder = folder
        self._job = job
        self._listener = listener
        self._wishes = wishes
        self._over = over
        self._timing = timing
        self._patience = Patience(over)

    def run(self) -> None:
        while not self._over.wait(self._timing.beat):
            self.beat()

    def beat(self) -> None:
        """Sends one sign of life; a lost lease is for the body to find out."""
        try:
            self._patience.attempt(self._beat)
        except LeaseLost:
            self._wishes.lost = True

    def _beat(self) -> None:
        progress, self._listener.latest = self._listener.latest, None
        lines, self._listener.lines = self._listener.lines, []
        job_id, fence = self._job.id, self._job.fence
        if lines:  # apart from the heartbeat, which a job that is done refuses
            with self._folder.database.writing() as session:
                jobs.append_log(session, job_id, fence, lines=lines)
        with self._folder.database.writing() as session:
            lease = self._timing.lease
            asked = jobs.heartbeat(session, job_id, fence, lease_seconds=lease, progress=progress)
        self._wishes.cancel = asked.cancel
        self._wishes.pause = self._wishes.pause or asked.pause


def _write(folder: DataFolder, job: Job, ending: Ending) -> Ending:
    """Writes the end into the row and returns it with words for the terminal."""
    if ending.outcome == "done":
        return ending
    if ending.outcome == "paused":
        ending = Ending("cancelled", _RESTED)
    elif ending.outcome == "cancelled":
        ending = Ending("cancelled", ending.error or _STOPPED)
    elif ending.outcome == "lost":
        ending = Ending("failed", "Another process took this job over; nothing was kept.")
    try:
        with folder.database.writing() as session:
            if ending.trace:
                jobs.append_log(session, job.id, job.fence, lines=ending.trace)
            if ending.outcome == "cancelled":
                jobs.give_up(session, job.id, job.fence, state=JobState.CANCELLED)
            else:
                jobs.fail(session, job.id, job.fence, error=ending.error, cause=ending.cause)
    except LeaseLost:
        pass  # upkeep has written the end already
    return ending


@contextmanager
def _signals(wishes: Wishes, *, can_rest: bool) -> Iterator[None]:
    """While the body runs, SIGTERM means the same as Ctrl-C.

    A body that can go on from a checkpoint is first asked for one; the second signal ends it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        if can_rest and not wishes.pause:
            wishes.pause = True
            return
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
