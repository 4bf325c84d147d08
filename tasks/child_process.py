"""A child as its parent sees it: orders go down, words and the log come up."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from core.records import Job, JobKind, Progress
from core.settings import Settings
from tasks.child import END_OF_LOG
from tasks.ending import Ending
from tasks.process import environment_of, kill_group

CHILD_COMMAND: tuple[str, ...] = (sys.executable, "-m", "tasks.child")
"""How a child is started."""

_LINE_LIMIT = 2000  # characters of one line of log
_LINES_LIMIT = 500  # lines of log that wait for the next heartbeat; the oldest go first
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM")


class ChildProcess:
    """One spawned child in a process group of its own.

    Args:
        settings: The data folder it works on.
        kind: The kind of job it stays warm for.
        threads: Threads its libraries compute with, unless the environment already says.
        fingerprint: The code it runs, as `tasks.fingerprint.fingerprint` tells.
        changed: Set whenever an attempt has ended or the child has died.
        command: How it is started.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        kind: JobKind,
        threads: int,
        fingerprint: str,
        changed: threading.Event,
        command: Sequence[str] = CHILD_COMMAND,
    ) -> None:
        self.kind = kind
        self.fingerprint = fingerprint
        self.jobs_run = 0
        self._changed = changed
        self._lock = threading.Lock()
        self._progress: Progress | None = None
        self._log: deque[str] = deque(maxlen=_LINES_LIMIT)
        self._ending: Ending | None = None
        self._log_is_whole = threading.Event()
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict.fromkeys(_THREADS, str(threads)) | environment_of(settings),
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._hear, name="words", daemon=True),
            threading.Thread(target=self._read_log, name="log", daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    @property
    def pid(self) -> int:
        """The child's process number, and its group's."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    @property
    def ending(self) -> Ending | None:
        """How the attempt ended, once the child has said so."""
        return self._ending

    def start(self, job: Job, *, work: Path) -> None:
        """Hands a job over; what the child said before is forgotten."""
        with self._lock:
            self._forget_attempt()
        self.jobs_run += 1
        self._order(type="run", job_id=job.id, fence=job.fence, work=str(work))

    def cancel(self) -> None:
        """Asks the body to stop."""
        self._order(type="cancel")

    def pause(self) -> None:
        """Asks the body to rest."""
        self._order(type="pause")

    def take_progress(self) -> Progress | None:
        """The newest report since the last call."""
        with self._lock:
            progress, self._progress = self._progress, None
            return progress

    def take_log(self) -> list[str]:
        """The lines of log since the last call, at most a few hundred."""
        with self._lock:
            lines = list(self._log)
            self._log.clear()
            return lines

    def wait_for_log(self, seconds: float) -> None:
        """Waits until the whole log of the ended attempt has arrived."""
        self._log_is_whole.wait(seconds)

    def end(self) -> None:
        """Ends the child and everything it started, now."""
        kill_group(self.pid)
        self._process.wait()
        for reader in self._readers:
            reader.join(1.0)
        if self._process.stdin is not None:
            self._close(self._process.stdin)

    def how_it_died(self) -> str:
        """What is known about the end of a dead process, in a few words."""
        status = self._process.wait()
        if status >= 0:
            return f"it ended with exit code {status}"
        name = signal.Signals(-status).name
        hint = ", probably because memory ran out" if name == "SIGKILL" else ""
        return f"it was ended by {name}{hint}"

    def _forget_attempt(self) -> None:
        self._progress = None
        self._log.clear()
        self._ending = None
        self._log_is_whole.clear()

    def _order(self, **order: Any) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        with suppress(OSError):  # it has died: whoever waits for it finds out
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()

    def _hear(self) -> None:
        pipe = self._process.stdout
        assert pipe is not None
        for line in pipe:
            if line.endswith(b"\n"):  # else it died in the middle of a word
                self._take(json.loads(line))
        self._close(pipe)
        self._changed.set()

    def _take(self, word: dict[str, Any]) -> None:
        match word["type"]:
            case "progress":
                with self._lock:
                    self._progress = Progress(**word["progress"])
            case "log":
                self._add_lines(str(word["text"]).splitlines())
            case "end":
                self._ending = Ending.of_dict(word["ending"])
                self._changed.set()

    def _read_log(self) -> None:
        pipe = self._process.stderr
        assert pipe is not None
        while line := pipe.readline(_LINE_LIMIT):
            text = line.decode(errors="replace").rstrip()
            if text.startswith(END_OF_LOG):
                self._log_is_whole.set()
            elif text:
                self._add_lines([text])
        self._log_is_whole.set()
        self._close(pipe)

    def _add_lines(self, lines: list[str]) -> None:
        with self._lock:
            self._log.extend(line[:_LINE_LIMIT] for line in lines)

    def _close(self, pipe: IO[bytes]) -> None:
        with suppress(OSError):
            pipe.close()


def threads_of_a_child(slots: int) -> int:
    """The threads each of `slots` children computes with, so that all fit on this machine."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, cores // slots)
