"""Which process somebody is, whether it still lives, and how a process ends with its parent."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil

from core.settings import Settings

_PROC = Path("/proc")


@cache
def host_name() -> str:
    """This host, told apart from containers on it: process numbers mean something only within."""
    try:
        namespace = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}:{namespace}"


def owner_id(slot: str) -> str:
    """The name under which `slot` of this process owns things: host|pid|start|slot."""
    return f"{host_name()}|{os.getpid()}|{_start_of(os.getpid())}|{slot}"


def is_gone(owner: str) -> bool:
    """Whether `owner` was a process of this host and is no more.

    False for anything that cannot be known from here: another host, another container, a foreign
    form of name. A process of the same number that started at another time is somebody else.
    """
    host, _, rest = owner.partition("|")
    parts = rest.split("|")
    if host != host_name() or len(parts) < 2 or not parts[0].isdigit():
        return False
    return _start_of(int(parts[0])) != parts[1]


def _start_of(pid: int) -> str | None:
    """When the process started, as text that never changes while it lives; None once it is gone."""
    if sys.platform == "linux":
        # The kernel's own count: psutil's wall-clock time moves when the clock is corrected.
        try:
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in "ZX" else fields[19]
    try:
        process = psutil.Process(pid)
        dead = process.status() == psutil.STATUS_ZOMBIE
        return None if dead else f"{process.create_time():.0f}"
    except psutil.NoSuchProcess:
        return None


def on_pipe_closed(descriptor: int, act: Callable[[], None]) -> threading.Thread:
    """Starts a daemon thread that calls `act` once the other end of the pipe is closed.

    The kernel closes it however the process that holds it ends, `kill -9` included.
    """

    def watch() -> None:
        try:
            while os.read(descriptor, 4096):
                pass
        except OSError:
            pass
        act()

    thread = threading.Thread(target=watch, name="pipe watch", daemon=True)
    thread.start()
    return thread


def end_group() -> None:
    """Ends this process at once, and with it the group it leads."""
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def kill_group(pid: int, sign: signal.Signals = signal.SIGKILL) -> None:
    """Sends `sign` to the group that process `pid` leads; one that is gone is no error."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


def environment_of(settings: Settings) -> dict[str, str]:
    """This process's environment with `settings` in it, for a process to be started."""
    return dict(os.environ) | {
        "DYNCELL_DATA": str(settings.data),
        "DYNCELL_DATABASE_URL": settings.database_url,
        "DYNCELL_BROKER_URL": settings.broker_url,
        "DYNCELL_ARTIFACTS_URL": settings.artifacts_url,
        "DYNCELL_CACHE": str(settings.cache),
        "DYNCELL_HOSTS": ",".join(settings.hosts),
        "DYNCELL_IMPORT_ROOT": str(settings.import_root or ""),
        "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE"),
        "PYTHONUNBUFFERED": "1",
    }
