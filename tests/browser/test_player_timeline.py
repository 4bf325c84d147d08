"""The strips under the timeline, held against a count of our own."""

import re

import pytest
from playwright.sync_api import Page, Position, Route, expect

from core.store import segmentations
from tests.browser.barcode_clip import FRAMES, Clip
from tests.browser.label_maps import flickering, labels_of
from tests.browser.player_panes import go_to_frame, open_player
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot


@pytest.fixture(scope="module")
def made(clip: Clip) -> str:
    return clip.segment()


def test_strips_tell_the_numbers_of_the_frame_and_a_click_goes_there(
    page: Page, clip: Clip, made: str
) -> None:
    labels = labels_of(clip.api, made)
    shares = 100 * flickering(labels) / labels[0].size
    held: list[Route] = []
    page.route("**/player/player.js", lambda route: held.append(route))
    page.goto(clip.player(made))
    place = page.locator(".player-comes")
    expect(place).to_be_visible()  # where the Player will stand, as high as it
    box = place.bounding_box()
    assert box is not None
    assert box["height"] > 500
    expect(page.get_by_text("Measured", exact=True)).to_be_visible()
    expect(place).to_be_visible()
    for route in held:
        route.continue_()
    expect(page.locator(".player")).to_be_visible()
    expect(place).to_have_count(0)
    page.unroute("**/player/player.js")
    open_player(page, clip.player(made))
    highest = page.locator(".scale", has_text=f"highest, {shares.max():.2f} %")
    expect(highest).to_be_visible()
    expect(page.locator(".scale", has_text="lowest, ")).to_be_visible()
    flicker = page.locator("[data-measure=flicker]")
    for frame in (1, int(shares.argmax()), FRAMES - 2):
        go_to_frame(page, frame)
        expect(flicker).to_have_text(f"{shares[frame]:.2f} %")
    go_to_frame(page, 0)
    expect(flicker).to_have_text("\u2013")
    expect(page.locator("[data-measure=path]")).to_have_text("key")
    expect(page.locator("[data-measure=confidence]")).to_have_text(re.compile(r"^[5-9]\d\.\d %$"))
    expect(page.locator("[data-measure=time]")).to_have_text(re.compile(r"^\d+\.\d ms$"))

    strip = page.locator("canvas.strip").first
    box = strip.bounding_box()
    assert box is not None
    wanted = 97
    at = Position(x=(wanted + 0.5) / FRAMES * box["width"], y=box["height"] / 2)
    strip.hover(position=at)
    expect(flicker).to_have_text(f"{shares[wanted]:.2f} %")
    strip.click(position=at)
    source = page.locator("canvas[data-pane=source]")
    expect(source).to_have_attribute("data-frame", str(wanted))
    keep_screenshot(page, "timeline")


def test_a_segmentation_made_before_there_were_strips_says_so(
    page: Page, clip: Clip, made: str, running_app: RunningApp
) -> None:
    older = clip.segment()
    with running_app.folder.database.writing() as session:
        segmentations.publish(session, older, found={"series": None})
    open_player(page, clip.player(older, made))
    note = page.get_by_text("A: two-tone has no numbers per frame")
    expect(note).to_be_visible()
    expect(page.locator("[data-measure=path]")).to_have_text("key")
