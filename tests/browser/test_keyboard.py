"""The main way through the pages with the keyboard alone, and the focus seen all along."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import keep_still
from tests.browser.barcode_clip import Clip
from tests.browser.furnished import sample
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.compared_rows import ComparedRows, add_compared_rows

LONG = 120_000
MOST_TABS = 120
SEGMENTED = 32

_FOCUS = """
() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  const around = [found];
  for (let up = found.parentElement; up && around.length < 6; up = up.parentElement) {
    around.push(up);
  }
  const has = (each) => {
    const { outlineStyle, outlineWidth, boxShadow, borderTopColor } = getComputedStyle(each);
    const isFramed = found.tagName === "INPUT" && borderTopColor === ACCENT;
    return (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none" || isFramed;
  };
  const isOwn = found?.closest("[data-testid=data-grid-canvas]") !== null;  // it frames its cell
  return [isOwn || around.some(has), found?.outerHTML.slice(0, 200) ?? ""];
}
""".replace("ACCENT", '"rgb(15, 118, 110)"')


@pytest.fixture(scope="module")
def clip(running_app: RunningApp) -> Clip:
    """The sample, segmented."""
    found = sample(running_app.address)
    found.segment("camvid", end=SEGMENTED)
    return found


@pytest.fixture(scope="module")
def rows(running_app: RunningApp, tmp_path_factory: pytest.TempPathFactory) -> ComparedRows:
    """Rows of the leaderboard."""
    place = tmp_path_factory.mktemp("rows")
    return add_compared_rows(running_app.folder, place, prefix="typed ")


def test_the_sample_is_opened_played_stepped_and_saved_from(
    page: Page, running_app: RunningApp, clip: Clip
) -> None:
    page.set_default_timeout(LONG)
    _open(page, running_app.address)
    _press(page, page.get_by_role("button", name="Open the sample"))
    expect(page).to_have_url(re.compile(f"/segment.*video={clip.video_id}"))
    _tab_to(page, page.get_by_label("Choose videos"))
    _press(page, page.get_by_role("button", name="Open in Player").first)
    player = page.locator(".player")
    expect(player).to_have_attribute("data-state", "paused")

    _tab_to(page, player)
    canvas = page.locator("canvas.pane-canvas").first
    page.keyboard.press("ArrowRight")
    expect(canvas).to_have_attribute("data-frame", "1")
    page.keyboard.press("ArrowLeft")
    expect(canvas).to_have_attribute("data-frame", "0")
    page.keyboard.press("Space")
    expect(canvas).not_to_have_attribute("data-frame", "0")
    page.keyboard.press("Space")
    expect(player).to_have_attribute("data-state", "paused")

    _press(page, page.get_by_role("button", name="Play (space)"))
    expect(page.get_by_role("button", name="Pause (space)")).to_be_focused()
    page.keyboard.press("Enter")
    expect(player).to_have_attribute("data-state", "paused")
    _press(page, page.get_by_role("button", name="Save…"))
    kind = page.get_by_label("What to save")
    expect(kind).to_be_focused()
    page.keyboard.press("p")
    page.keyboard.press("End")
    expect(kind).to_have_value("label_map")
    with page.expect_download() as started:
        _press(page, page.get_by_role("button", name="Save", exact=True))
    assert started.value.suggested_filename.endswith("labels A.png")
    keep_screenshot(page, "keyboard player")


def test_rows_are_put_in_the_basket_and_compared(
    page: Page, running_app: RunningApp, rows: ComparedRows
) -> None:
    page.set_default_timeout(LONG)
    _open(page, f"{running_app.address}/segment")
    _press(page, page.get_by_role("link", name="Leaderboard"))
    _tab_to(page, page.get_by_label("Filter", exact=True))
    page.keyboard.type("name ~ 'typed ' and cell")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("filter="))
    table = page.get_by_test_id("stDataFrame").first
    expect(table.locator("tbody tr")).to_have_count(2)
    _tab_to(page, table.get_by_test_id("data-grid-canvas"))
    for arrow, ticked in (("ArrowDown", "1 row ticked"), ("ArrowUp", "2 rows ticked")):
        page.keyboard.press(arrow)
        page.keyboard.press("Shift+Space")
        expect(page.get_by_text(ticked)).to_be_visible()
    _press(page, page.get_by_role("button", name="Into the basket"))
    expect(page.get_by_text("(2 rows; part of this address)")).to_be_visible()
    _press(page, page.get_by_role("button", name="Compare", exact=True))
    expect(page).to_have_url(re.compile("/compare.*row="))
    assert {*parse_qs(urlsplit(page.url).query)["row"]} == {rows.mover, rows.clock}
    expect(page.get_by_role("columnheader", name="B - A").first).to_be_visible()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("Class colours that everybody can tell apart").wait_for()  # it comes last
    keep_still(page)


def _press(page: Page, button: Locator) -> None:
    _tab_to(page, button)
    page.keyboard.press("Enter")


def _tab_to(page: Page, wanted: Locator) -> None:
    """Goes forward until the element has the focus; everything on the way is seen to have it."""
    wanted.wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        is_seen, html = page.evaluate(_FOCUS)
        is_between = html.startswith("<body")  # behind the last element, before the first one
        assert is_seen or is_between, f"the focus is not seen: {html}"
        passed.append(html)
        if wanted.evaluate("(it) => it.matches(':focus')"):
            return
    raise AssertionError(f"not reached by Tab; passed {passed}")
