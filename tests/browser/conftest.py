from collections.abc import Iterator
from shutil import which

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from core.data_folder import open_data_folder
from core.registry import import_model
from core.settings import Settings
from tests.browser.barcode_clip import Clip, upload_clip
from tests.browser.install import NAMES
from tests.browser.running_app import FLAGS, RunningApp, run_app
from tests.browser.two_tone import train_two_tone, write_brighter

expect.set_options(timeout=60_000)  # a busy machine draws a page seconds after a quiet one


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A browser: one on PATH, else Playwright's own, else the test is skipped."""
    path = next((found for name in NAMES if (found := which(name))), None)
    try:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
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


@pytest.fixture(scope="session")
def running_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    """`dyncell up` on an empty data folder with two models beside the shipped ones.

    `two-tone` tells dark from bright, `brighter` calls more pixels bright.
    """
    place = tmp_path_factory.mktemp("app")
    folder = open_data_folder(Settings.of(place / "data"))
    two_tone = train_two_tone(place / "two-tone.safetensors")
    import_model(folder, two_tone, name="two-tone")
    import_model(folder, write_brighter(two_tone, place / "b.safetensors"), name="brighter")
    with run_app(folder, place / "up.log") as running:
        yield running


@pytest.fixture(scope="session")
def clip(running_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A barcode clip in the running app."""
    folder = tmp_path_factory.mktemp("clip")
    return upload_clip(running_app.address, folder, name="barcode of the API.mp4")
