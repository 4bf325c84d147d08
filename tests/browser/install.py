"""`python -m tests.browser.install`: sees to it that browser tests can run, as far as it may.

A browser on PATH is taken as it is; else Playwright's own is downloaded; else, where this is
Debian and we are root, its package is installed. Failing all that the tests are skipped and say so.
"""

import os
import subprocess
import sys
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""What browsers of the right kind are called on PATH."""


def find_browser() -> str | None:
    """The path of a usable browser, or None."""
    on_path = next((found for name in NAMES if (found := which(name))), None)
    if on_path is not None:
        return on_path
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


def install_browser() -> None:
    """Tries Playwright's own browser, then Debian's package."""
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _succeeds(own) and find_browser():
        return
    if which("apt-get") and os.geteuid() == 0:
        _succeeds(["apt-get", "update", "-qq"])
        _succeeds(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"])


def _succeeds(command: list[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, capture_output=True, env=environment, timeout=900, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    if find_browser() is None:
        install_browser()
    print(f"browser for the tests: {find_browser() or 'none, those tests will be skipped'}")
