"""Every page with contents, in both themes and on a phone: nothing that shuts anybody out."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.accessibility import UPSTREAM, keep_still, violations
from tests.browser.empty_app import PAGE, empty_app
from tests.browser.furnished import Place, furnish
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot

LONG = 180_000
DESK, PHONE = {"width": 1280, "height": 1600}, {"width": 390, "height": 844}
GROUND = {"light": "rgb(251, 252, 252)", "dark": "rgb(15, 20, 22)"}


@pytest.fixture(scope="module")
def places(running_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> list[Place]:
    """All pages of the furnished app."""
    return furnish(running_app, tmp_path_factory.mktemp("furnished"))


def test_every_page_is_for_everybody_in_both_themes_and_fits_a_phone(
    page: Page, running_app: RunningApp, places: list[Place], tmp_path: Path
) -> None:
    page.set_default_timeout(LONG)
    with empty_app(tmp_path) as address, _errors(page) as usual:
        _open(page, f"{address}/{PAGE}", page.get_by_role("heading", name="Second"))
        known = {each.rule for each in violations(page)} | {*UPSTREAM}
        page.goto("about:blank")  # before its server goes, which it would miss
    found = []
    for place in places:
        with _errors(page) as errors:
            _open(page, f"{running_app.address}/{place.path}", page.locator(place.shows).first)
            for theme in ("light", "dark"):
                _show(page, theme)
                keep_screenshot(page, f"{place.name} {theme}")
                found += [
                    (place.name, theme, each) for each in violations(page) if each.rule not in known
                ]
            page.set_viewport_size(PHONE)
            main = page.get_by_test_id("stMain")
            expect(main, f"{place.name} fits a phone").to_have_js_property(
                "scrollWidth", PHONE["width"]
            )
            keep_screenshot(page, f"{place.name} phone")
        found += [(place.name, "console", each) for each in errors - usual]
    assert found == []


def _open(page: Page, address: str, late: Locator) -> None:
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="light")
    page.goto(address)
    late.wait_for()
    keep_still(page)
    _wait_for_rest(page)


def _show(page: Page, theme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=theme)
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", GROUND[theme])
    _wait_for_rest(page)


def _wait_for_rest(page: Page) -> None:
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


@contextmanager
def _errors(page: Page) -> Iterator[set[str]]:
    """Errors of the console meanwhile, without what differs from page to page."""
    found: set[str] = set()

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            path = re.sub(r"^\w+://[^/]+/(?=\w+/_stcore)\w+", "PAGE", message.location["url"])
            found.add(f"{message.text} {path}")

    page.on("console", note)
    yield found
    page.remove_listener("console", note)
