"""`dyncell up`: the web application and a worker, started, watched and stopped together."""

import signal
import socket
import sys
import threading
import time
import urllib.request
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import click

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.settings import Settings
from core.store import workers
from tasks.cli.options import open_folder, with_settings
from tasks.folder_lock import locked
from tasks.part import Part
from tasks.process import environment_of
from tasks.queue import add_sample_once

_READY_WITHIN = 180.0  # seconds; a slow disk imports streamlit for a long time
_STOP_WITHIN = 7.0  # seconds for both parts together
_LINGER = 5.0  # seconds for the port of an `up` that was killed to become free


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="How many jobs of any kind may run at once, beside one import or segmentation.",
)
@click.option(
    "--import-root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Subfolders of this folder can be imported as datasets from the browser.",
)
@with_settings
def up(settings: Settings, *, port: int, host: str, workers: int, import_root: Path | None) -> None:
    """Start the web application and a worker, until Ctrl-C or SIGTERM."""
    if import_root is not None:
        settings = replace(settings, import_root=import_root.absolute())
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    address = f"http://{_reachable(host)}:{port}"
    with locked(settings.data, address=address) as address_before:
        _check_port(host, port, patiently=address_before == address)
        folder = open_folder(settings)
        add_sample_once(folder)
        parts = [
            _web(settings, host=host, port=port),
            _worker(settings, slots=workers),
        ]
        try:
            _supervise(folder, parts, address=address, stopping=stopping)
        finally:
            _stop(parts)


def _supervise(
    folder: DataFolder, parts: list[Part], *, address: str, stopping: threading.Event
) -> None:
    for part in parts:
        part.start()
    until = time.monotonic() + _READY_WITHIN
    is_ready = False
    while not stopping.wait(0.2):
        for part in parts:
            part.look_after()
        if not is_ready and _answers(address) and _has_worker(folder):
            is_ready = True
            click.echo(f"dyncell is ready: {address}")
        if not is_ready and time.monotonic() > until:
            logs = " and ".join(str(part.log) for part in parts)
            raise DyncellError(f"dyncell did not become ready; the reason is in {logs}.")


def _stop(parts: list[Part]) -> None:
    until = time.monotonic() + _STOP_WITHIN
    for part in parts:
        part.terminate()
    for part in parts:
        part.end(within=until - time.monotonic())


def _web(settings: Settings, *, host: str, port: int) -> Part:
    command = [sys.executable, "-m", "tasks.web_process", "run", str(_web_script())]
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "logger.hideWelcomeMessage": "true",
    }
    for name, value in options.items():
        command += [f"--{name}", value]
    return _part("web", settings, command)


def _worker(settings: Settings, *, slots: int) -> Part:
    command = [sys.executable, "-m", "tasks.cli", "worker", "--supervised"]
    command += ["--data", str(settings.data), "--slots", str(slots)]
    return _part("worker", settings, command)


def _part(name: str, settings: Settings, command: list[str]) -> Part:
    return Part(
        name,
        command=command,
        environment=environment_of(settings),
        logs=settings.data / "logs",
        say=lambda line: click.echo(line, err=True),
    )


def _web_script() -> Path:
    # Found, not imported: importing the web application would load all of streamlit here.
    found = find_spec("webapp")
    if found is None or found.origin is None:
        raise DyncellError("dyncell is not fully installed: run `make venv` again.")
    return Path(found.origin).parent / "app.py"


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _check_port(host: str, port: int, *, patiently: bool) -> None:
    until = time.monotonic() + (_LINGER if patiently else 0.0)
    while True:
        reason = _port_trouble(host, port)
        if reason is None:
            return
        if time.monotonic() > until:
            raise DyncellError(
                f"Port {port} of {host} cannot be used ({reason}); choose another one, "
                f"say --port {port + 1 if port < 65535 else port - 1}."
            )
        time.sleep(0.2)


def _port_trouble(host: str, port: int) -> str | None:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/_stcore/health", timeout=2.0) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _has_worker(folder: DataFolder) -> bool:
    with folder.database.reading() as session:
        return any(worker.is_alive for worker in workers.list_workers(session))
