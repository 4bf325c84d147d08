"""What is looked for in a list is in its address, for the browser's own buttons too."""

import re

from playwright.sync_api import Page, expect

from tests.browser.running_app import RunningApp


def test_reload_keeps_what_was_looked_for_and_back_takes_it_away(
    page: Page, running_app: RunningApp
) -> None:
    page.goto(f"{running_app.address}/models?find=bright")  # other tests' models fill pages
    brighter = page.get_by_role("button", name="brighter", exact=True)
    two_tone = page.get_by_role("button", name="two-tone", exact=True)
    expect(brighter).to_be_visible()
    field = page.get_by_label("Find models by name")
    field.fill("TWO")
    field.press("Enter")
    expect(page).to_have_url(re.compile("find=TWO"))
    expect(brighter).to_have_count(0)
    page.reload()
    expect(two_tone).to_be_visible()
    expect(field).to_have_value("TWO")
    expect(brighter).to_have_count(0)
    page.go_back()
    expect(brighter).to_be_visible()
    expect(field).to_have_value("bright")
