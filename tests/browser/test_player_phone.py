"""The Player where there is little room: a pane and its controls are seen at once."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.barcode_clip import Clip
from tests.browser.screenshots import keep_screenshot

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, has_touch=True)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def made(clip: Clip) -> str:
    return clip.segment()


def test_a_phone_begins_with_two_views_in_one_place_and_the_controls_below(
    phone: Page, clip: Clip, made: str
) -> None:
    _open(phone, clip.player(made))
    expect(phone.locator(".panes")).to_have_attribute("data-mode", "wipe")
    assert _views(phone) == ["source", "A"]
    for seen in (phone.locator(".pane").first, *_most_needed(phone)):
        assert _is_seen(seen)
    keep_screenshot(phone, "player on a phone")
    save = phone.get_by_role("button", name="Save…")
    expect(save).to_be_hidden()
    phone.get_by_role("button", name="More").tap()
    expect(save).to_be_visible()
    phone.get_by_label("Panes", exact=True).select_option("3")
    assert _views(phone) == ["source", "A", "flicker-A"]
    assert all(_is_seen(each) for each in _most_needed(phone))


def test_two_segmentations_on_a_phone_are_wiped_against_each_other(
    phone: Page, clip: Clip, made: str
) -> None:
    _open(phone, clip.player(made, clip.segment("brighter")))
    expect(phone.locator(".panes")).to_have_attribute("data-mode", "wipe")
    assert _views(phone) == ["A", "B"]


def test_a_link_that_names_panes_shows_them_on_a_phone_too(
    phone: Page, clip: Clip, made: str
) -> None:
    _open(phone, f"{clip.player(made)}&panes=A+source+flicker-A")
    expect(phone.locator(".panes")).to_have_attribute("data-mode", "side")
    assert _views(phone) == ["A", "source", "flicker-A"]
    assert all(_is_seen(each) for each in _most_needed(phone))


def _open(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.locator(".player[data-state=paused]").wait_for(timeout=120_000)


def _most_needed(phone: Page) -> tuple[Locator, ...]:
    play = phone.get_by_role("button", name="Play (space)")
    return play, phone.locator(".scrubber"), phone.get_by_label("Panes", exact=True)


def _is_seen(part: Locator) -> bool:
    """Whether all of it lies on the screen."""
    box = part.bounding_box()
    assert box is not None
    return box["y"] >= 0 and box["y"] + box["height"] <= PHONE["height"]


def _views(phone: Page) -> list[str]:
    canvases = phone.locator("canvas.pane-canvas")
    return [each.get_attribute("data-view") or "" for each in canvases.all()]
