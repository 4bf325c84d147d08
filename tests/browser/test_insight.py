import re

from playwright.sync_api import Page, expect

from tasks import queue
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot

LONG = 60_000


def test_a_feature_leads_to_its_cells_in_the_same_session_and_back(
    page: Page, running_app: RunningApp
) -> None:
    page.set_default_timeout(LONG)
    search = queue.add_example_search(running_app.folder)
    page.goto(f"{running_app.address}/search?search={search.id}")
    page.get_by_role("radio", name="Insight").click()
    page.get_by_role("button", name="Over all searches").click()
    expect(page.get_by_role("heading", name="Insight")).to_be_visible(timeout=LONG)
    effects = page.locator(".effects")
    expect(effects.locator("tbody tr").first).to_contain_text("reads prev_high", timeout=LONG)
    expect(effects.locator("tr.holds")).to_have_count(2)
    keep_screenshot(page, "insight")
    page.evaluate("window.isSameSession = true")
    effects.get_by_role("link", name="conv3x3", exact=True).click()
    expect(page).to_have_url(re.compile("leaderboard.*conv3x3"), timeout=LONG)
    expect(page.get_by_role("heading", name="Leaderboard")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("textbox", name="Filter", exact=True)).to_have_value(
        'kind = trial and ops ~ " conv3x3 "', timeout=LONG
    )
    assert page.evaluate("window.isSameSession")
    page.go_back()
    expect(effects).to_be_visible(timeout=LONG)
