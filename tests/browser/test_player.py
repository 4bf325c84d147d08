import random
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from core.distinct_palette import distinct_colours
from tests.browser.barcode_clip import FRAMES, Clip
from tests.browser.player_panes import go_to_frame, open_player, read_panes, watch_panes
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.browser.two_tone import PALETTE
from tests.media import barcode_video


@pytest.fixture(scope="module")
def player_address(clip: Clip) -> str:
    return clip.player(clip.segment())


def test_a_clip_is_uploaded_segmented_and_played_in_step(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    clip = barcode_video(tmp_path / "barcode.mp4", FRAMES)

    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(clip)
    page.get_by_role("combobox", name="Model").click(timeout=60_000)
    page.get_by_role("option", name="two-tone").click()
    page.get_by_role("button", name="Segment", exact=True).click()
    done = page.get_by_role("button", name="Open in Player")
    under_way = page.get_by_text(re.compile("of 150 frames"))  # a fast machine does not show it
    expect(under_way.or_(done).first).to_be_visible(timeout=60_000)
    keep_screenshot(page, "segmenting")
    done.click(timeout=60_000)

    page.locator(".player[data-state=paused]").wait_for(timeout=30_000)
    page.get_by_label("Labels").first.fill("100")
    chooser = random.Random(0)
    for frame in [0, FRAMES - 1, *(chooser.randrange(FRAMES) for _ in range(48))]:
        go_to_frame(page, frame)
        assert read_panes(page).numbers == {frame}
    keep_screenshot(page, "barcode paused")

    go_to_frame(page, 20)
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=5)
    keep_screenshot(page, "barcode playing")
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    assert len(seen) > 30
    assert seen[-1].frame - seen[0].frame > 30


def test_without_timed_pictures_the_callbacks_time_names_the_frame(
    page: Page, player_address: str
) -> None:
    page.add_init_script("delete window.VideoFrame")
    open_player(page, player_address)
    chooser = random.Random(1)
    for frame in [0, FRAMES - 1, *(chooser.randrange(FRAMES) for _ in range(20))]:
        go_to_frame(page, frame)
        assert read_panes(page).numbers == {frame}


def test_a_playing_video_waits_for_labels_that_are_late(page: Page, player_address: str) -> None:
    def late(route: Route) -> None:
        time.sleep(0.7)
        route.continue_()

    page.route("**/labels?*", late)
    open_player(page, player_address)
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=4)
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    assert seen[-1].frame > seen[0].frame


def test_labels_that_never_come_are_said_and_never_replaced_by_others(
    page: Page, player_address: str
) -> None:
    page.route(re.compile(r"labels\?start=(32|48)&"), lambda route: route.fulfill(status=404))
    open_player(page, player_address)
    go_to_frame(page, 40)
    panes = read_panes(page)
    assert panes.source == panes.frame == 40
    assert panes.labels_frame == -1
    expect(page.get_by_role("alert").filter(has_text="Labels are missing")).to_be_visible()
    go_to_frame(page, 70)
    assert read_panes(page).numbers == {70}


def test_frames_that_were_not_segmented_are_shown_as_such(page: Page, clip: Clip) -> None:
    open_player(page, clip.player(clip.segment(start=37, end=90)))
    for frame in (37, 60, 89):
        go_to_frame(page, frame)
        assert read_panes(page).numbers == {frame}
    for frame in (0, 36, 90, FRAMES - 1):
        go_to_frame(page, frame)
        panes = read_panes(page)
        assert panes.source == panes.frame == frame
        assert panes.labels_frame == -1
        expect(page.get_by_text("Not segmented here")).to_be_visible()


def test_keys_step_play_and_jump(page: Page, player_address: str) -> None:
    open_player(page, player_address)
    source = page.locator("canvas[data-pane=source]")
    for key, frame in (
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("Shift+ArrowRight", 11),
        ("End", FRAMES - 1),
        ("ArrowRight", FRAMES - 1),
        ("Home", 0),
    ):
        page.locator(".player").press(key)
        expect(source).to_have_attribute("data-frame", str(frame))
        assert read_panes(page).numbers == {frame}
    page.locator(".player").press(" ")
    expect(page.locator(".player")).to_have_attribute("data-state", "playing")
    page.locator(".player").press(" ")
    expect(page.locator(".player")).to_have_attribute("data-state", "paused")


def test_a_hidden_class_shows_the_picture_and_opacity_is_live(
    page: Page, player_address: str
) -> None:
    open_player(page, player_address)
    go_to_frame(page, 5)
    corner = """(canvas) => [...canvas.getContext("2d")
        .getImageData(3, 3, 1, 1).data.slice(0, 3)]"""
    source, result = (page.locator(f"canvas[data-pane={p}]") for p in ("source", "segmentation"))
    assert result.evaluate(corner) == [250, 210, 30]
    page.get_by_role("button", name="Bright").click()
    page.mouse.move(0, 0)
    assert result.evaluate(corner) == source.evaluate(corner)
    page.get_by_role("button", name="Bright").click()
    page.get_by_label("Labels").first.fill("0")
    assert result.evaluate(corner) == source.evaluate(corner)


def test_a_page_drawn_anew_leaves_a_running_player_alone(page: Page, player_address: str) -> None:
    open_player(page, player_address)
    source = page.locator("canvas[data-pane=source]")
    source.evaluate("(canvas) => { canvas.marker = 'the same'; }")
    page.get_by_role("button", name="Play").click()
    page.emulate_media(color_scheme="dark")
    seen = watch_panes(page, seconds=1.5)
    assert source.evaluate("(canvas) => canvas.marker") == "the same"
    assert seen[-1].frame > seen[0].frame


def test_a_video_that_has_ended_plays_again_and_loops(page: Page, player_address: str) -> None:
    open_player(page, player_address)
    go_to_frame(page, FRAMES - 5)
    page.get_by_role("button", name="Play").click()
    expect(page.locator(".player")).to_have_attribute("data-state", "paused", timeout=10_000)
    assert read_panes(page).numbers == {FRAMES - 1}
    page.get_by_label("Loop").check()
    go_to_frame(page, FRAMES - 5)
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=2)
    assert any(panes.frame < 20 for panes in seen)
    assert [panes for panes in seen if len(panes.numbers) != 1] == []


def test_classes_are_shown_in_colours_that_everybody_can_tell_apart_where_asked(
    page: Page, player_address: str
) -> None:
    open_player(page, player_address)
    swatch = page.locator(".legend .swatch").first
    expect(swatch).to_have_css("background-color", _rgb(PALETTE.colours[0]))
    switch = page.get_by_role("checkbox", name="Class colours that everybody can tell apart")
    switch.check()
    distinct = distinct_colours(PALETTE.colours)
    expect(swatch).to_have_css("background-color", _rgb(distinct[0]))
    expect(switch).to_be_checked()
    keep_screenshot(page, "distinct colours")
    page.reload()  # remembered
    expect(swatch).to_have_css("background-color", _rgb(distinct[0]))
    switch.uncheck()
    expect(swatch).to_have_css("background-color", _rgb(PALETTE.colours[0]))


def _rgb(colour: tuple[int, int, int]) -> str:
    return "rgb({}, {}, {})".format(*colour)
