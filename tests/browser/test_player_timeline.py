"""The strips under the timeline, held against a count of our own."""

import re
from typing import Any

import numpy as np
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
    low, high = np.quantile(shares[1:-1], [0.02, 0.98])
    assert high - low > 0.5  # the scale need not be wider than the numbers
    digits = 2 if high < 10 else 1
    told = f"pale {low:.{digits}f} %, full {high:.{digits}f} %"
    expect(page.locator(".scale").first).to_have_text(told)
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


def test_the_scale_shows_differences_but_does_not_blow_up_noise(
    page: Page, clip: Clip, made: str
) -> None:
    place = np.arange(FRAMES)
    wavy = 90 + 3 * np.sin(place / 7)
    wavy[40] = 20  # one frame alone does not make the others pale
    steady = 90 + 0.05 * np.sin(place)
    for confidence, is_told in ((wavy, True), (steady, False)):
        _answer(page, confidence=confidence, network_ms=30 + 0.1 * np.cos(place))
        page.goto("about:blank")
        open_player(page, clip.player(made))
        scale = page.locator(".scale").nth(1)
        low, high = np.quantile(confidence, [0.02, 0.98]) if is_told else (89.0, 91.0)
        expect(scale).to_have_text(f"pale {high:.1f} %, full {low:.1f} %")
        expect(scale).to_have_attribute("title", re.compile("at least 2 points"))
        spread = float(np.ptp(_alphas(page, 1)))
        assert spread > 200 if is_told else spread < 25
        expect(page.locator(".scale").first).to_have_text("")  # no number, no scale
        assert np.ptp(_alphas(page, 3)) < 25  # milliseconds: less than a fifth of them
    keep_screenshot(page, "a steady model's timeline")


def test_a_strip_is_a_slider_for_the_keyboard(page: Page, clip: Clip, made: str) -> None:
    flicker = np.full(FRAMES, 1.0)
    flicker[[30, 31, 60]] = 9.0
    paths = ["key", *["light"] * 4] * (FRAMES // 5)
    _answer(page, paths=paths, aba_flicker=flicker)
    open_player(page, clip.player(made))
    canvas = page.locator("canvas.pane-canvas").first
    strip = page.get_by_role("slider", name="ABA flicker")
    strip.focus()
    for key, frame in (
        *(("ArrowRight", 1), ("ArrowUp", 30), ("ArrowUp", 60), ("ArrowUp", 60)),
        *(("ArrowLeft", 59), ("ArrowDown", 30), ("ArrowDown", 30), ("Home", 0)),
    ):
        page.keyboard.press(key)
        expect(canvas).to_have_attribute("data-frame", str(frame))
        expect(strip).to_have_attribute("aria-valuenow", str(frame))
    page.keyboard.press("ArrowUp")
    expect(strip).to_have_attribute("aria-valuetext", "Frame 30: 9.00 %")
    expect(strip).to_be_focused()
    assert strip.evaluate("(it) => getComputedStyle(it).outlineStyle") == "solid"
    path = page.get_by_role("slider", name="Compute path")
    path.focus()
    for key, frame, ran in (("ArrowUp", 31, "light"), ("ArrowUp", 35, "key")):
        page.keyboard.press(key)
        expect(path).to_have_attribute("aria-valuetext", f"Frame {frame}: {ran}")
    keep_screenshot(page, "a strip with the focus")


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


def _answer(page: Page, *, paths: list[str] | None = None, **numbers: Any) -> None:
    """Makes the server tell these numbers of every frame."""
    values = {name: [float(each) for each in found] for name, found in numbers.items()}
    told = {"start": 0, "numbers": values, "paths": paths or ["key"] * FRAMES}
    page.route("**/series?*", lambda route: route.fulfill(json=told))


def _alphas(page: Page, row: int) -> Any:
    """How strong the colour of every frame is in a strip, 0 to 255."""
    read = """
    (canvas, frames) => Array.from({ length: frames }, (_, frame) => {
      const x = Math.floor(((frame + 0.5) * canvas.width) / frames);
      return canvas.getContext("2d").getImageData(x, 0, 1, 1).data[3];
    })
    """
    return np.array(page.locator("canvas.strip").nth(row).evaluate(read, FRAMES))
