import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from core.data_folder import DataFolder, open_data_folder
from core.registry import import_model
from core.settings import Settings
from tests.browser.install import NAMES
from tests.browser.two_tone import train_two_tone
from tests.free_port import free_port

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=30_000)  # a busy machine draws a page seconds after a quiet one


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser: one on PATH, else Playwright's own, else the test is skipped."""
    path = next((found for name in NAMES if (found := which(name))), None)
    try:
        started = playwright.chromium.launch(executable_path=path, args=_FLAGS)
    except PlaywrightError as error:
        reason = str(error).splitlines()[0]
        pytest.skip(f"no browser: none on PATH, and Playwright's own does not start ({reason})")
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a fresh profile; a script error on it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []


@dataclass(frozen=True)
class RunningApp:
    """The whole product as `dyncell up` runs it."""

    address: str
    folder: DataFolder
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """`dyncell up` on an empty data folder with the two-tone model beside the shipped ones."""
    place = tmp_path_factory.mktemp("app")
    folder = open_data_folder(Settings.of(place / "data"))
    import_model(folder, train_two_tone(place / "two-tone.safetensors"), name="two-tone")
    port = free_port()
    command = [sys.executable, "-m", "tasks.cli", "up", "--data", str(folder.settings.data)]
    log = place / "up.log"
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
                process.wait(20)
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
