import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.compared_rows import add_compared_rows

LONG = 120_000


def test_two_rows_go_from_the_board_through_the_basket_to_the_comparison(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    page.set_default_timeout(LONG)
    page.set_viewport_size({"width": 1280, "height": 1400})
    rows = add_compared_rows(running_app.folder, tmp_path, prefix="compared ")
    asked = "filter=name ~ 'compared' and cell&setting=all&sort=miou"
    page.goto(f"{running_app.address}/leaderboard?{asked}")
    table = page.get_by_test_id("stDataFrame").first
    expect(table).to_be_visible(timeout=LONG)
    for line in (1, 2):
        _tick(page, line)
        expect(page.get_by_text(f"{line} row{'s'[: line > 1]} ticked")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="Into the basket").click()
    expect(page).to_have_url(re.compile("basket="), timeout=LONG)
    keep_screenshot(page, "basket")
    page.get_by_role("button", name="Compare", exact=True).click()

    expect(page).to_have_url(re.compile(f"compare.*row={rows.mover}.*row={rows.clock}"))
    miou = page.get_by_role("row").filter(
        has=page.get_by_role("rowheader", name="mIoU, %", exact=True)
    )
    expect(miou).to_contain_text("worse", timeout=LONG)
    expect(page.get_by_role("columnheader", name="B - A").first).to_be_visible()
    bars = page.locator(".js-plotly-plot .barlayer .point")
    expect(bars.first).to_be_attached(timeout=LONG)
    expect(
        page.locator(".js-plotly-plot .heatmaplayer image, .js-plotly-plot .hm")
    ).not_to_have_count(0)
    expect(page.get_by_text("Tree for Building")).to_be_visible()
    expect(page.locator(".cell-graph")).to_have_count(2, timeout=LONG)
    expect(page.get_by_text("In both (0)")).to_be_visible()
    keep_screenshot(page, "comparison")

    page.get_by_role("button", name="Make base").click()
    expect(page).to_have_url(re.compile(f"base={rows.clock}"))
    expect(miou).to_contain_text("better", timeout=LONG)
    expect(page.get_by_role("columnheader", name="A - B").first).to_be_visible()


def _tick(page: Page, line: int) -> None:
    """The table is a canvas: its first column holds the boxes, 35 pixels high each."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 18, box["y"] + 35 * line + 18)
