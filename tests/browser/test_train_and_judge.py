"""The whole way in the browser: bring a zip, train two epochs on it, evaluate, see the worst."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from core.store import basket, models
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.tiny_dataset import write_dataset, zip_dataset

LONG = 120_000
FRAMES = 6
STEPS = 2
"""Six labelled frames, six crops a step: two steps see every frame twice."""


def test_a_dataset_is_brought_trained_on_and_judged(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    page.set_default_timeout(LONG)  # a busy machine draws a page late
    archive = zip_dataset(write_dataset(tmp_path / "stripes", train=FRAMES), tmp_path / "s.zip")
    page.goto(f"{running_app.address}/datasets")
    page.get_by_label("Choose datasets").set_input_files(archive)
    page.get_by_label("Name of the dataset").fill("stripes", timeout=LONG)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("heading", name="stripes")).to_be_visible(timeout=LONG)

    page.get_by_role("button", name=re.compile("Train on it")).click()
    page.get_by_label("Name of the model").fill("striped")
    page.get_by_text("Steps, seed and more").click()
    page.get_by_label("Steps", exact=True).fill(str(STEPS))
    page.get_by_label("Steps", exact=True).press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    keep_screenshot(page, "training")
    page.get_by_role("button", name="striped", exact=True).click(timeout=LONG)
    expect(page.get_by_text(re.compile("dyncell train static stripes"))).to_be_visible()
    keep_screenshot(page, "trained model")
    with running_app.folder.database.reading() as session:
        model = models.get(session, "striped")
    assert model.provenance["steps"] == STEPS
    assert model.classes == ("red", "green", "blue")
    assert "--steps 2" in model.provenance["command"]

    page.goto(f"{running_app.address}/evaluate?model={model.id}")
    page.get_by_role("button", name="Evaluate", exact=True).click()
    expect(page.get_by_text("mIoU over 3 of 3 classes")).to_be_visible(timeout=LONG)
    keep_screenshot(page, "evaluation")
    worst = page.locator(".cell").first
    worst.scroll_into_view_if_needed(timeout=LONG)
    page.locator(".cell[data-state=ready]").first.wait_for(timeout=LONG)
    worst.click()
    view = page.locator(".frame-view[data-state=ready]")
    view.wait_for(timeout=LONG)
    expect(view.locator("canvas")).to_have_count(4)
    expect(page.get_by_text(re.compile(r"% of its pixels wrong"))).to_be_visible()
    keep_screenshot(page, "worst frame")
    expect(page.get_by_text(re.compile(r"1 of 10, lowest mIoU first"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Next")).click()
    expect(page.get_by_text(re.compile(r"2 of 10, lowest mIoU first"))).to_be_visible()

    with running_app.folder.database.reading() as session:
        before = basket.count(session)  # what other tests put in
    page.get_by_role("button", name="Into the basket").click()
    expect(page.get_by_text("The frame is in the basket now.")).to_be_visible()
    page.get_by_role("button", name="Worst frames").click()
    page.get_by_role("checkbox", name=re.compile("Tick Frame")).first.click(timeout=LONG)
    page.get_by_role("button", name="Put 1 frame into the basket").click(timeout=LONG)
    full = page.get_by_text(f"Basket ({before + 2})")
    expect(full).to_be_visible(timeout=LONG)
    full.click()
    expect(page.locator(".cell[data-state=ready]")).to_have_count(before + 2, timeout=LONG)
    keep_screenshot(page, "basket of frames")
