from urllib.parse import unquote

from playwright.sync_api import Page, expect

from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot


def test_an_address_without_a_page_says_how_to_go_on(page: Page, running_app: RunningApp) -> None:
    for place in ("nonsense", "segment-it?video=1", "caf%C3%A9 *x*"):
        page.goto(f"{running_app.address}/{place}")
        asked = unquote(place.partition("?")[0])
        expect(page.get_by_text(f"There is no page at /{asked}: choose one")).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("link", name="Segment")).to_be_visible()
    keep_screenshot(page, "no such page")
    page.get_by_role("button", name="Overview").click()
    expect(page.get_by_role("heading", name="Workers")).to_be_visible()
    expect(page).to_have_url(f"{running_app.address}/")
    page.go_back()
    expect(page.get_by_text("There is no page at")).to_be_visible()
    page.get_by_role("link", name="Jobs").click()
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
