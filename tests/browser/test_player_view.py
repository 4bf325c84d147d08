"""How the Player is looked at: zoom, loop, wipe, and the link that brings all of it back."""

import re
from itertools import pairwise

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, Position, expect

from core.datasets.found import LabelCoding
from core.datasets.label_file import decode_labels
from core.video.reader import VideoReader
from tests.browser.barcode_clip import Clip
from tests.browser.patience import wait_until
from tests.browser.player_panes import go_to_frame, open_player, read_panes, watch_panes
from tests.browser.screenshots import keep_screenshot
from tests.media import read_barcode


@pytest.fixture(scope="module")
def address(clip: Clip) -> str:
    return clip.player(clip.segment())


def test_a_link_shows_exactly_the_same_view_again(page: Page, address: str) -> None:
    view = "&frame=66&panes=A+flicker-A+source&range=60-70&opacity=35&hidden=1&zoom=2.00+0.5+0.5"
    page.goto(address + view)
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    panes = read_panes(page)
    assert [each.view for each in panes.panes] == ["A", "flicker-A", "source"]
    assert {each.frame for each in panes.panes} == {66}
    expect(page.get_by_label("Labels").first).to_have_value("35")
    bright = page.get_by_role("button", name="Bright")
    expect(bright).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_label("Loop", exact=True)).to_be_checked()

    canvas = page.locator("canvas.pane-canvas").first
    canvas.evaluate("(canvas) => { canvas.marker = 'the same'; }")
    go_to_frame(page, 68)
    bright.click()
    page.get_by_label("Pane 2 shows").select_option("source")
    expect(page.locator("canvas.pane-canvas").nth(1)).to_have_attribute("data-view", "source")
    page.wait_for_function("window.location.search.includes('panes=A+source+source')")
    for part in ("frame=68", "range=60-70", "opacity=35", "zoom=2.00"):
        expect(page).to_have_url(re.compile(re.escape(part)))
    expect(page).not_to_have_url(re.compile("hidden="))
    assert canvas.evaluate("(canvas) => canvas.marker") == "the same"
    page.reload()
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    assert [each.view for each in read_panes(page).panes] == ["A", "source", "source"]
    assert read_panes(page).frame == 68


def test_an_address_that_means_nothing_shows_the_video_as_ever(page: Page, address: str) -> None:
    page.goto(address + "&frame=abc&panes=Q+Z&range=9-2&opacity=x&mode=upside&zoom=1+2&hidden=99")
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    panes = read_panes(page)
    assert len(panes.panes) == 2
    assert panes.frame == 0
    expect(page.get_by_label("Labels").first).to_have_value("60")


def test_zoom_and_pan_are_shared_by_all_panes(page: Page, address: str) -> None:
    open_player(page, address)
    go_to_frame(page, 1)  # the upper left block alone is bright
    source, labels = (page.locator(f"canvas[data-pane={p}]") for p in ("source", "segmentation"))
    middle = """(canvas) => canvas.getContext("2d")
        .getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]"""
    wait_until(page, lambda: max(source.evaluate(middle), labels.evaluate(middle)) < 125)
    box = source.bounding_box()
    assert box is not None
    corner = Position(x=0.05 * box["width"], y=0.2 * box["height"])
    labels.dblclick(position=corner)
    page.keyboard.press("+")
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + 0.95 * box["height"], steps=4)
    page.mouse.up()
    wait_until(page, lambda: min(source.evaluate(middle), labels.evaluate(middle)) > 125)
    assert read_panes(page).frame == 1
    page.keyboard.press("0")
    assert read_panes(page).numbers == {1}


def test_a_range_is_played_over_and_over(page: Page, address: str) -> None:
    open_player(page, address)
    go_to_frame(page, 30)
    page.keyboard.press("[")
    go_to_frame(page, 42)
    page.keyboard.press("]")
    expect(page.get_by_role("button", name=re.compile("30.42"))).to_be_visible()
    page.keyboard.press(" ")
    seen = watch_panes(page, seconds=5)
    page.keyboard.press(" ")
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    frames = [panes.frame for panes in seen]
    assert set(frames) <= set(range(30, 43))
    assert any(after < before for before, after in pairwise(frames))
    page.get_by_role("button", name=re.compile("30.42")).click()
    expect(page.get_by_label("Loop", exact=True)).not_to_be_checked()


def test_two_panes_are_wiped_and_saved(page: Page, address: str) -> None:
    open_player(page, address)
    go_to_frame(page, 5)
    page.get_by_label("Panes", exact=True).select_option("wipe")
    page.get_by_label("Wipe").fill("25")
    top = page.locator("canvas[data-pane=segmentation]")
    expect(top).to_have_css("clip-path", re.compile(r"25%\)$"))
    keep_screenshot(page, "wipe")
    box = page.locator(".panes .pane").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 3
    page.mouse.move(box["x"] + 0.25 * box["width"] + 6, middle)  # beside it is near enough
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], middle, steps=4)
    page.mouse.up()
    expect(page.get_by_label("Wipe")).to_have_value("60")
    expect(top).to_have_css("clip-path", re.compile(r"60%\)$"))
    expect(page).to_have_url(re.compile("share=60"))
    page.get_by_label("Wipe").fill("25")
    page.get_by_label("Panes", exact=True).select_option("blend")
    expect(top).to_have_css("opacity", "0.25")
    assert read_panes(page).numbers == {5}
    page.get_by_label("Panes", exact=True).select_option("2")
    with page.expect_download() as started:
        page.get_by_role("button", name="Save this pane as a picture").nth(1).click()
    assert started.value.suggested_filename == "frame 5 A.png"
    assert started.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_looped_range_is_saved_as_the_panes_show_it_and_a_frame_as_class_ids(
    page: Page, address: str
) -> None:
    page.goto(address + "&frame=66&panes=source+A&range=60-64&opacity=100")
    page.locator(".player[data-state=paused]").wait_for(timeout=120_000)
    page.get_by_role("button", name="Save…").click()
    save = page.get_by_role("button", name="Save", exact=True)
    page.get_by_label("Last frame to save").fill("59")
    save.click()
    expect(page.get_by_text("the last frame must not be before the first")).to_be_visible()
    page.get_by_label("Last frame to save").fill("64")
    with page.expect_download(timeout=120_000) as started:
        save.click()
    keep_screenshot(page, "export")
    assert started.value.suggested_filename == "barcode of the API source A 60-64.mp4"
    with VideoReader(started.value.path()) as reader:
        halves = [np.array_split(frame.rgb, 2, axis=1) for frame in reader]
    numbers = [[read_barcode(half[:, 8:-8]) for half in both] for both in halves]
    assert numbers == [[frame, frame] for frame in range(60, 65)]

    page.get_by_label("What to save").select_option("label_map")
    with page.expect_download() as started:
        save.click()
    assert started.value.suggested_filename == "frame 66 labels A.png"
    coding = LabelCoding(mode="ids", ids={0: 0, 1: 1}, colours={})
    labels, _ = decode_labels(started.value.path().read_bytes(), coding)
    assert read_barcode(np.repeat(255 * labels[..., None], 3, axis=2)) == 66

    page.get_by_label("What to save").select_option("picture")
    with page.expect_download() as started:
        save.click()
    assert started.value.suggested_filename == "frame 66 source A.png"
    both = cv2.imread(str(started.value.path()))
    assert both is not None
    assert [read_barcode(half[:, 8:-8]) for half in np.array_split(both, 2, axis=1)] == [66, 66]
