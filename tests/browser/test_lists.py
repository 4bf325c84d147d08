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


def test_what_is_looked_for_is_read_on_a_phone(page: Page, running_app: RunningApp) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{running_app.address}/models")
    field, order = page.get_by_label("Find models by name"), page.get_by_label("Sort by")
    expect(field).to_be_visible()
    boxes = [each.bounding_box() for each in (field, order)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["width"] > 280
    assert boxes[1]["y"] > boxes[0]["y"]
