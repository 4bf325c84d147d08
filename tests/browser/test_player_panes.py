"""Several panes: in step, and what they tell held against numpy on the labels of the API."""

import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.barcode_clip import FRAMES, Clip, upload_video
from tests.browser.label_maps import flickering, labels_of
from tests.browser.player_panes import (
    go_to_frame,
    open_player,
    read_panes,
    show_in_panes,
    watch_panes,
)
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.media import barcode_video

_SLOW_PAINTING = """
const paint = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
  for (const until = performance.now() + 150; performance.now() < until; );
  paint.apply(this, given);
};
"""
"""Makes any machine one that paints two coloured panes three times a second."""


@pytest.fixture(scope="module")
def exact(clip: Clip) -> str:
    """A segmentation whose labels carry the frames' numbers."""
    return clip.segment()


@pytest.fixture(scope="module")
def brighter(clip: Clip) -> str:
    """One with other labels at the edges of blocks; it ends before the video does."""
    return clip.segment("brighter", end=120)


def test_four_panes_of_two_segmentations_stay_in_step(
    page: Page, clip: Clip, exact: str, brighter: str
) -> None:
    open_player(page, clip.player(exact, clip.segment(), brighter))
    show_in_panes(page, "source", "A", "B", "A-C")
    chooser = random.Random(2)
    for frame in [0, 119, *(chooser.randrange(120) for _ in range(20))]:
        go_to_frame(page, frame)
        assert read_panes(page).numbers == {frame}
    go_to_frame(page, 10)
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=4)
    keep_screenshot(page, "four panes")
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    assert seen[-1].frame > seen[0].frame


def test_four_large_panes_that_cannot_keep_up_stay_in_step_and_say_so(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    path = barcode_video(tmp_path / "large.mp4", 60, width=1920, height=1080)
    clip = upload_video(running_app.address, path, name="large.mp4")
    page.add_init_script(_SLOW_PAINTING)
    open_player(page, clip.player(clip.segment()))
    show_in_panes(page, "source", "A", "flicker-A", "source")
    assert page.locator("canvas.pane-canvas").first.evaluate("(canvas) => canvas.width") == 1920
    pace = page.get_by_text("frames a second, all panes in step")
    expect(pace).to_be_hidden()
    page.get_by_label("Loop", exact=True).check()
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=3)
    expect(pace).to_be_visible()
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    assert seen[-1].frame != seen[0].frame


def test_the_difference_is_that_of_the_label_maps(
    page: Page, clip: Clip, exact: str, brighter: str
) -> None:
    one, other = labels_of(clip.api, exact), labels_of(clip.api, brighter)
    different = (one[:120] != other).sum(axis=(1, 2))
    assert different.max() > 0
    open_player(page, clip.player(exact, brighter))
    show_in_panes(page, "A", "B", "A-B")
    for frame in (0, 4, int(different.argmax()), 119):
        go_to_frame(page, frame)
        pane = read_panes(page)["A-B"]
        assert (pane.labels_frame, pane.different) == (frame, different[frame])
        assert pane.compared == one[0].size
    share = 100 * different[119] / one[0].size
    note = f"{share:.{2 if share < 10 else 1}f}% of pixels"
    expect(page.get_by_text(note, exact=True)).to_be_visible()
    go_to_frame(page, 130)
    assert read_panes(page)["A-B"].labels_frame == -1
    expect(page.get_by_text("Not segmented here").first).to_be_visible()


def test_the_flicker_map_counts_pixels_that_come_straight_back(
    page: Page, clip: Clip, exact: str
) -> None:
    labels = labels_of(clip.api, exact)
    counts = flickering(labels)
    assert counts.max() > 0
    open_player(page, clip.player(exact))
    show_in_panes(page, "source", "flicker-A")
    (scale,) = page.locator(".pane-scale:visible").all()
    expect(scale).to_contain_text("flickers in this frame")
    expect(scale).to_contain_text("within 7 frames on either side")
    for frame in (1, 2, 70, 71, 15, FRAMES - 2):
        go_to_frame(page, frame)
        assert read_panes(page)["flicker-A"].flickering == counts[frame]
    go_to_frame(page, 0)
    assert read_panes(page)["flicker-A"].flickering == -1


def test_a_choice_of_panes_leaves_the_frame_and_the_player_alone(
    page: Page, clip: Clip, exact: str
) -> None:
    open_player(page, clip.player(exact))
    go_to_frame(page, 33)
    canvas = page.locator("canvas.pane-canvas").first
    canvas.evaluate("(canvas) => { canvas.marker = 'the same'; }")
    show_in_panes(page, "A", "source", "flicker-A")
    panes = read_panes(page)
    assert [each.frame for each in panes.panes] == [33, 33, 33]
    assert panes["A"].pixels == panes.source == 33
    show_in_panes(page, "A", "source")
    assert canvas.evaluate("(canvas) => canvas.marker") == "the same"
    page.keyboard.press("ArrowRight")
    expect(canvas).to_have_attribute("data-frame", "34")


def test_what_is_shown_beside_is_chosen_on_the_page_and_kept_in_the_address(
    page: Page, clip: Clip, exact: str, brighter: str
) -> None:
    open_player(page, clip.player(exact))
    page.get_by_role("combobox", name="Show beside").click()
    page.get_by_role("option").filter(has_text="brighter").first.click()
    expect(page.locator("canvas[data-view=B]")).to_be_visible()
    expect(page).to_have_url(re.compile("with="))
    page.reload()
    expect(page.locator("canvas[data-view=B]")).to_have_attribute("data-frame", "0")
