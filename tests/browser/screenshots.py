"""Pictures of pages for people to look at, where they ask for them."""

import os
from pathlib import Path

from playwright.sync_api import Page


def keep_screenshot(page: Page, name: str) -> None:
    """Saves the page as `<DYNCELL_TEST_SHOTS>/<name>.png`; does nothing without that variable."""
    folder = os.environ.get("DYNCELL_TEST_SHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
