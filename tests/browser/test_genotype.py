import re
from pathlib import Path

from playwright.sync_api import Page, expect

from core.genotype import Node, load_genotype
from core.named_genotypes import NAMED
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot

LONG = 60_000
EDITED = (
    Node("prev_high", "low", "identity", "sep3x3", "blend"),
    Node("0", "low", "identity", "sep3x3", "sum"),
)


def test_a_cell_is_looked_at_edited_taken_home_and_brought_again(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    page.set_default_timeout(LONG)
    page.set_viewport_size({"width": 1280, "height": 1600})  # scrolling closes an open list
    page.goto(f"{running_app.address}/genotype?genotype=clockwork")
    graph = page.locator(".cell-graph")
    node = graph.locator("[data-box='0']")
    expect(node).to_contain_text("sum", timeout=LONG)
    node.focus()
    told = graph.get_by_role("status")
    expect(told).to_contain_text("a + b, with learned weights per channel")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()

    page.get_by_role("tab", name="Edit").click()
    page.get_by_role("combobox", name="joined by").click()
    page.get_by_role("option", name="blend", exact=True).click()
    expect(node).to_contain_text("blend", timeout=LONG)
    page.get_by_role("button", name="Add a node").click()
    expect(graph).to_have_attribute("data-boxes", "2", timeout=LONG)
    expect(page).to_have_url(re.compile("genotype=eyJ"))
    keep_screenshot(page, "genotype edited")

    page.get_by_role("tab", name="JSON").click()
    # The graph is drawn before the file: a click in between would take the file of before.
    expect(page.get_by_test_id("stCode")).to_contain_text('"left": "0"', timeout=LONG)
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download")).click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    taken = load_genotype(file)
    assert taken.nodes == EDITED
    assert file.name == f"{taken.key}.json"

    page.goto(f"{running_app.address}/genotype?genotype=blend")
    expect(graph).to_have_attribute("data-boxes", str(len(NAMED["blend"].nodes)), timeout=LONG)
    page.get_by_role("tab", name="JSON").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(graph).to_have_attribute("data-boxes", "2", timeout=LONG)
    expect(page.get_by_role("heading", name=f"Cell {taken.key[:8]}")).to_be_visible()
    keep_screenshot(page, "genotype brought")
