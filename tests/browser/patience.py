"""Waiting for what a page draws, where no locator says that it has."""

import time
from collections.abc import Callable

from playwright.sync_api import Page


def wait_until(page: Page, is_so: Callable[[], bool], *, within: float = 30.0) -> None:
    """Looks again while the page goes on; fails when it is not so in time."""
    until = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < until, f"not within {within} s"
        page.wait_for_timeout(50)
