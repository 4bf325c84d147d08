"""An empty Streamlit application: what it does wrong by itself is not ours."""

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_port import free_port

_ENTRY = """
import streamlit as st

st.navigation(
    [
        st.Page(lambda: st.title("First"), title="First", url_path="first", default=True),
        st.Page(lambda: st.title("Second"), title="Second", url_path="second"),
    ],
    position="top",
).run()
"""
PAGE = "second"
"""The address of the page that is not the first one."""


@contextmanager
def empty_app(place: Path) -> Iterator[str]:
    """Runs two empty pages and gives the address of the application."""
    entry, port = place / "empty.py", free_port()
    entry.write_text(_ENTRY)
    address = f"http://127.0.0.1:{port}"
    options = ["--server.port", str(port), "--server.headless", "true"]
    command = [sys.executable, "-m", "streamlit", "run", str(entry), *options]
    command += ["--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"]
    with (place / "empty.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(process, address)
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(process: subprocess.Popen[bytes], address: str) -> None:
    until = time.monotonic() + 120
    while True:
        assert process.poll() is None
        assert time.monotonic() < until
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health"):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
