import random
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningApp
from tests.browser.player_panes import read_panes, watch_panes
from tests.media import barcode_video

FRAMES = 150
PLAYER = ".player[data-state=paused]"


@pytest.fixture(scope="module")
def player_address(running_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Where the Player of the uploaded clip is, once the upload test has found out."""
    return []


def _go_to(page: Page, frame: int) -> None:
    number = page.get_by_label("Go to frame")
    number.fill(str(frame))
    number.press("Enter")
    expect(page.locator("canvas[data-pane=source]")).to_have_attribute("data-frame", str(frame))


def test_a_clip_is_uploaded_segmented_and_played_in_step(
    page: Page, running_app: RunningApp, tmp_path: Path, player_address: list[str]
) -> None:
    clip = barcode_video(tmp_path / "barcode.mp4", FRAMES)

    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(clip)
    page.get_by_role("combobox", name="Model").click(timeout=60_000)
    page.get_by_role("option", name="two-tone").click()
    page.get_by_role("button", name="Segment", exact=True).click()
    expect(page.get_by_text(re.compile("of 150 frames"))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Open in Player").click(timeout=60_000)

    page.locator(PLAYER).wait_for(timeout=30_000)
    player_address.append(page.url)
    page.get_by_label("Labels").first.fill("100")
    chooser = random.Random(0)
    for frame in [0, FRAMES - 1, *(chooser.randrange(FRAMES) for _ in range(48))]:
        _go_to(page, frame)
        assert read_panes(page).numbers == {frame}

    _go_to(page, 20)
    page.get_by_role("button", name="Play").click()
    seen = watch_panes(page, seconds=5)
    assert [panes for panes in seen if len(panes.numbers) != 1] == []
    assert len(seen) > 30
    assert seen[-1].frame - seen[0].frame > 30
