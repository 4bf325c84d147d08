import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from core.palette import CAMVID
from tests.browser.patience import wait_until
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.webapp.dataset_folder import labels_of, make_zip

_READ = """
(canvas, [x, y]) => [...canvas.getContext("2d")
    .getImageData(Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1)
    .data.slice(0, 3)]
"""
LONG = 60_000


def bring(page: Page, app: RunningApp, archive: Path) -> None:
    page.goto(f"{app.address}/datasets")
    page.get_by_label("Choose datasets").set_input_files(archive)


def shown_colours(page: Page) -> list[tuple[int, ...]]:
    """The colours in the middle of the four quarters of the large frame."""
    canvas = page.locator("canvas[data-pane=labels]")
    places = [(x, y) for y in (0.35, 0.75) for x in (0.25, 0.75)]
    return [tuple(canvas.evaluate(_READ, list(place))) for place in places]


def true_colours(number: int) -> list[tuple[int, ...]]:
    labels = labels_of(number)
    height, width = labels.shape
    places = [(y, x) for y in (0.35, 0.75) for x in (0.25, 0.75)]
    return [CAMVID.colours[labels[int(y * height), int(x * width)]] for y, x in places]


def test_a_zip_is_looked_at_taken_browsed_and_deleted(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    bring(page, running_app, make_zip(tmp_path))
    name = page.get_by_label("Name of the dataset")
    name.fill("my streets", timeout=LONG)
    expect(
        page.get_by_text(re.compile("CamVid layout · 11 classes · .* of images"))
    ).to_be_visible()
    expect(page.get_by_text("Examples: labels over images")).to_be_visible()
    keep_screenshot(page, "dataset preview")
    name.press("Enter")

    expect(page.get_by_role("heading", name="my streets")).to_be_visible(timeout=LONG)
    expect(page.locator(".cell[data-state=ready]")).to_have_count(3)
    page.locator(".plot-container").first.wait_for()
    keep_screenshot(page, "dataset")
    page.get_by_role("button", name="Rename").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("synthetic")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_role("alert")).to_contain_text("synthetic")
    keep_screenshot(page, "a dataset's name is taken")
    dialog.get_by_label("Name").fill("our streets")
    dialog.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="our streets")).to_be_visible(timeout=LONG)
    page.locator(".cell").filter(has_text="seq_00001").click()

    view = page.locator(".frame-view[data-state=ready]")
    view.wait_for()
    page.get_by_label("Labels").first.fill("100")
    wait_until(page, lambda: shown_colours(page) == true_colours(1))
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".frame-view")).to_have_attribute("data-frame", re.compile("frames/2/"))
    wait_until(page, lambda: shown_colours(page) == true_colours(2))

    expect(page).to_have_url(re.compile("split=train&frame=2"))
    page.goto(page.url.replace("split=train&frame=2", "split=val&frame=0"))
    view.wait_for(timeout=LONG)
    expect(page.get_by_text("frame 0 of 0 to 1")).to_be_visible()

    link = page.get_by_role("link", name="Datasets")
    link.click()
    expect(page.get_by_role("heading", name="All datasets")).to_be_visible()
    expect(page).to_have_url(f"{running_app.address}/datasets")
    page.go_back()
    expect(page.get_by_text("frame 0 of 0 to 1")).to_be_visible()

    delete = page.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_have_count(1)  # those of the list that was left are gone
    delete.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(re.compile("kB on disk, go for good"))).to_be_visible()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="All datasets")).to_be_visible()
    expect(page.get_by_text("our streets")).to_have_count(0)


def test_what_has_to_be_mended_is_listed_and_prevents_the_import(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    bring(page, running_app, make_zip(tmp_path, name="spoiled", wrong_id=77))
    problem = page.get_by_role("alert").filter(has_text="77")
    expect(problem).to_be_visible(timeout=LONG)
    expect(problem).to_contain_text("seq_00001")
    page.get_by_label("Name of the dataset").press("Enter")
    expect(problem).to_be_visible()
    keep_screenshot(page, "dataset with problems")
    taken = page.get_by_role("button", name="Import", exact=True)
    if taken.count():
        expect(taken).to_be_disabled()
    discard(page)
    expect(page.get_by_text("spoiled", exact=True)).to_have_count(0)


def discard(page: Page) -> None:
    """Once the page rests: a click while it is drawn anew after the job's end may be lost."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="Discard").click()


def test_an_archive_that_leads_out_of_itself_is_refused_with_a_sentence(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    archive = tmp_path / "escape.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("../../escaped.png", b"x")
    bring(page, running_app, archive)
    expect(page.get_by_role("alert").filter(has_text="escaped.png")).to_be_visible(timeout=LONG)
    assert page.get_by_text("Traceback").count() == 0
    assert not list(running_app.folder.settings.data.rglob("escaped*"))
    discard(page)
    expect(page.get_by_text("escape", exact=True)).to_have_count(0)


def test_a_file_that_is_no_archive_says_so_in_the_uploader(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    for name, reason in (
        ("diary.txt", "diary.txt cannot become a dataset; choose a zip archive (.zip)."),
        ("diary.zip", "diary.zip is no zip archive, or a damaged one"),
    ):
        (tmp_path / name).write_bytes(b"Dear diary")
        bring(page, running_app, tmp_path / name)
        expect(page.get_by_text(reason)).to_be_visible(timeout=LONG)
        expect(page.get_by_role("button", name="Continue")).to_have_count(0)
    keep_screenshot(page, "dataset refused")
