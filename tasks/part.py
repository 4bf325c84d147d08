"""A part of `dyncell up`: a process kept running, its output kept in a log of bounded size."""

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from tasks.process import kill_group

LOG_BYTES = 2_000_000
"""Bytes of one log file; two older ones are kept."""

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0  # seconds before a part that died is started again
_WELL = 60.0  # seconds of life after which a death counts as the first again


class Part:
    """One supervised process.

    Args:
        name: What people call it; also the name of its log.
        command: How it is started. Its standard input closes when this process ends.
        environment: Its environment.
        logs: The folder of logs.
        say: Called with one line for people when it dies and is started again.
    """

    def __init__(
        self,
        name: str,
        *,
        command: Sequence[str],
        environment: dict[str, str],
        logs: Path,
        say: Callable[[str], None],
    ) -> None:
        self.name = name
        self.log = logs / f"{name}.log"
        self._command = list(command)
        self._environment = environment
        self._say = say
        self._pause = _FIRST_PAUSE
        self._restart_at = 0.0
        self._started_at = 0.0
        self._process: subprocess.Popen[str] | None = None
        self._logger = _rotating(self.log)

    @property
    def pid(self) -> int | None:
        """The number of the process that runs now."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Starts the process in a session of its own, so that Ctrl-C reaches only us."""
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        threading.Thread(
            target=self._keep_log, args=(self._process,), name=f"{self.name} log", daemon=True
        ).start()

    def look_after(self) -> None:
        """Starts the process again when it has died; call it often."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            kill_group(self._process.pid)
            if now - self._started_at > _WELL:
                self._pause = _FIRST_PAUSE
            self._restart_at = now + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            self._say(f"the {self.name} process ended and is started again; see {self.log}")
            self._process = None
        if self._process is None and now >= self._restart_at:
            self.start()

    def terminate(self) -> None:
        """Asks the process to end."""
        if self._process is not None:
            self._process.terminate()

    def end(self, *, within: float) -> None:
        """Waits for the process to end, at most `within` seconds, then ends its group."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, within))
        kill_group(self._process.pid)
        self._process.wait()

    def _keep_log(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        while line := process.stdout.readline(4000):
            self._logger.info("%s", line.rstrip())


def _rotating(path: Path) -> logging.Logger:
    path.parent.mkdir(parents=True, exist_ok=True)
    logger = logging.Logger(path.stem, logging.INFO)
    logger.addHandler(_Log(path, maxBytes=LOG_BYTES, backupCount=2, encoding="utf-8"))
    return logger


class _Log(RotatingFileHandler):
    """A log on a full disk loses lines; it must not fill the terminal instead."""

    def handleError(self, record: logging.LogRecord) -> None:
        return
