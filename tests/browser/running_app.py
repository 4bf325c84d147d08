"""The whole product as `dyncell up` runs it, for tests and benchmarks."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from core.data_folder import DataFolder
from tests.free_port import free_port

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""How the browser is started."""


@dataclass(frozen=True)
class RunningApp:
    """The whole product as `dyncell up` runs it."""

    address: str
    folder: DataFolder
    process: subprocess.Popen[bytes]


@contextmanager
def run_app(folder: DataFolder, log: Path) -> Iterator[RunningApp]:
    """Runs `dyncell up` on a data folder, closed at the end; what it says goes to `log`."""
    port = free_port()
    command = [sys.executable, "-m", "tasks.cli", "up", "--data", str(folder.settings.data)]
    with log.open("wb") as output:
        process = _start([*command, "--port", str(port)], output)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(process, log, address)
            yield RunningApp(address, folder, process)
        finally:
            folder.database.close()
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise


def _start(command: list[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
    )


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path, address: str) -> None:
    until = time.monotonic() + 120
    while "is ready" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.2)
    with urllib.request.urlopen(f"{address}/api/v1/health") as answer:
        assert answer.status == 200
