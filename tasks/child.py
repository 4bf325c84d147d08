"""`python -m tasks.child`: the process that runs the bodies of jobs, one after the other.

It talks JSON lines: orders come in on what was its standard input, words go out on what was its
standard output. Whatever a library prints goes to standard error, which the parent keeps as the
job's log. The process ends as soon as the orders' pipe closes, however its parent ended.
"""

import faulthandler
import importlib
import json
import os
import queue
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from core.data_folder import DataFolder, open_data_folder
from core.errors import DyncellError
from core.records import Job, JobKind, Progress
from core.settings import Settings
from core.store import jobs
from tasks.ending import Ending
from tasks.kinds import KINDS
from tasks.patience import Patience
from tasks.process import end_group
from tasks.running import RunningJob, Wishes, run_body
from tasks.timing import Timing

END_OF_LOG = "\x1eend of log "
"""Begins the line, followed by the fence, that ends one job's part of standard error."""


class Voice:
    """Sends words to the parent; a `Listener` for the running job."""

    def __init__(self, pipe: TextIO) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def progress(self, progress: Progress) -> None:
        """Sends a report."""
        self._send({"type": "progress", "progress": asdict(progress)})

    def log(self, text: str) -> None:
        """Sends a line of log."""
        self._send({"type": "log", "text": text})

    def end(self, ending: Ending) -> None:
        """Sends the end of the attempt."""
        self._send({"type": "end", "ending": ending.to_dict()})

    def _send(self, message: dict[str, Any]) -> None:
        with self._lock:
            self._pipe.write(json.dumps(message) + "\n")
            self._pipe.flush()


class Ears:
    """Hears the parent's orders on a thread of its own and ends the process when they stop."""

    def __init__(self, pipe: BinaryIO) -> None:
        self.jobs: queue.Queue[dict[str, Any]] = queue.Queue()
        self.wishes = Wishes()
        self._pipe = pipe
        threading.Thread(target=self._listen, name="orders", daemon=True).start()

    def _listen(self) -> None:
        for line in self._pipe:
            order = json.loads(line)
            match order["type"]:
                case "run":
                    self.wishes = Wishes()
                    self.jobs.put(order)
                case "cancel":
                    self.wishes.cancel = True
                case "pause":
                    self.wishes.pause = True
        end_group()


def main() -> None:
    """Runs jobs until the parent is gone."""
    voice, ears = _take_pipes()
    faulthandler.enable()
    folder: DataFolder | None = None
    while True:
        order = ears.jobs.get()
        try:
            folder = folder or open_data_folder(Settings.from_environment())
            ending = _run(folder, order, wishes=ears.wishes, voice=voice)
        except DyncellError as error:
            ending = Ending("failed", str(error), is_final=False)
        _end_log(order["fence"])
        voice.end(ending)


def _run(folder: DataFolder, order: dict[str, Any], *, wishes: Wishes, voice: Voice) -> Ending:
    patience = Patience(threading.Event())
    outage = Timing().outage
    job = patience.insist(lambda: _read_job(folder, order["job_id"]), for_seconds=outage)
    if job.fence != order["fence"]:
        return Ending("lost")
    context = RunningJob(
        folder,
        job,
        work=Path(order["work"]),
        wishes=wishes,
        listener=voice,
        patience=patience,
        outage=outage,
    )
    return run_body(context, lambda context: _load_body(job.kind)(context))


def _read_job(folder: DataFolder, job_id: str) -> Job:
    with folder.database.reading() as session:
        return jobs.get(session, job_id)


def _load_body(kind: JobKind) -> Any:
    return importlib.import_module(KINDS[kind].module).run


def _take_pipes() -> tuple[Voice, Ears]:
    """Moves the pipes away from standard input and output, which bodies may do with as they like.

    `os.dup` gives descriptors that programs started from here do not inherit.
    """
    orders = cast(BinaryIO, os.fdopen(os.dup(0), "rb"))
    words = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Voice(words), Ears(orders)


def _end_log(fence: int) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os.write(2, f"\n{END_OF_LOG}{fence}\n".encode())


if __name__ == "__main__":
    main()
