"""The worker process: slots on threads, messages that wake them, a sign of life, upkeep.

How a job gets from the queue to a child: every slot is a thread of its own that looks into the
database when it is free, every two seconds and whenever it is woken. The Celery worker runs beside
them, on a pool of threads, and its only task wakes all slots. Messages therefore save time and
nothing else: with the broker gone jobs start at most one poll later, and a database that goes
away is waited for.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Sequence
from types import FrameType

from core.data_folder import DataFolder, open_data_folder
from core.errors import DyncellError
from core.records import JobKind
from core.settings import Settings
from core.store import workers
from tasks.child_process import CHILD_COMMAND, threads_of_a_child
from tasks.consumer import Consumer
from tasks.kinds import INTERACTIVE, KINDS, SEARCH
from tasks.patience import Patience
from tasks.process import host_name, on_pipe_closed, owner_id
from tasks.slot import Slot
from tasks.timing import Timing
from tasks.upkeep import Upkeep

logger = logging.getLogger("dyncell")

QUEUES = ("general", "interactive", "search")
"""Kinds of slot: `general` takes every job, `interactive` only what somebody waits for, `search`
only the jobs of searches."""

USUAL = ("general", "interactive")
"""The queues of a worker that nobody tells otherwise."""

_STOP_WITHIN = 4.0  # seconds for all slots together to end their children and release their jobs


class Worker:
    """All that runs in one worker process.

    Args:
        folder: The data folder.
        slots: How many jobs of any kind, or of searches, may run at once.
        queues: Which of `QUEUES` it serves; `interactive` adds one reserved slot.
        timing: How often to look and how long to wait.
        child_command: How a child is started.

    Raises:
        DyncellError: There is no such queue, or no slot at all.
    """

    def __init__(
        self,
        folder: DataFolder,
        *,
        slots: int = 1,
        queues: Sequence[str] = USUAL,
        timing: Timing | None = None,
        child_command: Sequence[str] = CHILD_COMMAND,
    ) -> None:
        self._folder = folder
        self._queues = _checked(queues, slots)
        self._timing = timing or Timing()
        self._id = owner_id("worker")
        self._stopping = threading.Event()
        self._patience = Patience(self._stopping)
        kinds = _slot_kinds(slots, self._queues)
        self._slots = [
            Slot(
                folder,
                name,
                kinds=taken,
                stopping=self._stopping,
                threads=threads_of_a_child(len(kinds)),
                timing=self._timing,
                child_command=child_command,
            )
            for name, taken in kinds.items()
        ]
        self._threads = [
            threading.Thread(target=slot.run, name=f"slot {slot.name}") for slot in self._slots
        ]
        self._consumer = Consumer(
            folder.settings, slots=len(self._slots), look=self._wake, stopping=self._stopping
        )

    def stop(self) -> None:
        """Asks the worker to end; returns at once."""
        self._stopping.set()
        self._wake()

    def run(self) -> None:
        """Works until `stop` is called; running jobs are then released, not failed."""
        upkeep = Upkeep(self._folder)
        self._patience.attempt(self._register)
        self._patience.attempt(upkeep)
        for thread in self._threads:
            thread.start()
        self._consumer.start()
        logger.info("worker %s runs %d slots", self._id, len(self._slots))
        while not self._stopping.wait(self._timing.upkeep):
            self._keep_up(upkeep)
        self._end()

    def _keep_up(self, upkeep: Upkeep) -> None:
        try:
            self._patience.attempt(self._beat)
            if self._patience.attempt(upkeep):
                self._wake()
        except Exception:
            logger.exception("upkeep goes on after a defect")

    def _end(self) -> None:
        until = time.monotonic() + _STOP_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        self._consumer.stop()
        self._patience.attempt(self._remove)
        self._folder.database.close()
        logger.info("worker %s ends", self._id)

    def _wake(self) -> None:
        for slot in self._slots:
            slot.wake()

    def _register(self) -> None:
        with self._folder.database.writing() as session:
            workers.register(
                session,
                self._id,
                host=host_name(),
                pid=os.getpid(),
                slots=len(self._slots),
                queues=self._queues,
            )

    def _beat(self) -> None:
        with self._folder.database.writing() as session:
            is_known = workers.heartbeat(session, self._id)
        if not is_known:
            self._register()

    def _remove(self) -> None:
        with self._folder.database.writing() as session:
            workers.remove(session, self._id)


def run_worker(
    settings: Settings,
    *,
    slots: int = 1,
    queues: Sequence[str] = USUAL,
    timing: Timing | None = None,
    child_command: Sequence[str] = CHILD_COMMAND,
    parent_pipe: int | None = None,
) -> None:
    """Runs a worker in this process until SIGTERM, SIGINT, or the end of the parent.

    Args:
        settings: Where things lie.
        slots: How many jobs of any kind may run at once.
        queues: Which of `QUEUES` it serves.
        timing: How often to look and how long to wait.
        child_command: How a child is started.
        parent_pipe: A descriptor that the parent keeps open while this worker is to live.

    Raises:
        DataFolderError: The data folder cannot be used, or a newer version made it.
    """
    folder = open_data_folder(settings)
    worker = Worker(folder, slots=slots, queues=queues, timing=timing, child_command=child_command)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    if parent_pipe is not None:
        on_pipe_closed(parent_pipe, worker.stop)
    worker.run()


def _checked(queues: Sequence[str], slots: int) -> tuple[str, ...]:
    unknown = [name for name in queues if name not in QUEUES]
    if unknown or not queues:
        raise DyncellError(f"There is no queue {unknown}; choose from {', '.join(QUEUES)}.")
    if slots < 1:
        raise DyncellError(f"A worker needs at least one slot, not {slots}.")
    return tuple(queues)


def _slot_kinds(slots: int, queues: Sequence[str]) -> dict[str, tuple[JobKind, ...]]:
    kinds: dict[str, tuple[JobKind, ...]] = {}
    if "general" in queues:
        kinds |= {f"general-{number}": tuple(KINDS) for number in range(slots)}
    if "search" in queues:
        kinds |= {f"search-{number}": SEARCH for number in range(slots)}
    if "interactive" in queues:
        kinds["interactive"] = INTERACTIVE
    return kinds
