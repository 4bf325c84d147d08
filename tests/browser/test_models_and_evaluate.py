import json
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from core.frame_ranking import Ranking, worst_first
from core.model_file import read_header
from core.palette import CAMVID
from core.protocol import Protocol
from core.store import models
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.small_model import write_small_model
from tests.webapp.judged import FRAMES, add_dataset, add_evaluation
from webapp.evaluation_details import behind, read_details

LONG = 60_000
TREE, BUILDING = CAMVID.names.index("Tree"), CAMVID.names.index("Building")


def test_a_cell_of_the_matrix_opens_the_frames_behind_it(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    folder = running_app.folder
    with folder.database.reading() as session:
        model = models.get(session, "camvid-static")
    made = add_evaluation(
        folder,
        tmp_path,
        model=model,
        dataset=add_dataset(folder, tmp_path, name="judged streets"),
        protocol=Protocol(flow=None, boundary=0.03),
    )
    assert made.details is not None
    frames = read_details(folder.artifacts, made.details).frames
    most, second, *_ = behind(frames, truth=TREE, predicted=BUILDING)

    page.goto(f"{running_app.address}/evaluate?evaluation={made.id}")
    expect(page.get_by_role("heading", name="Confusion")).to_be_visible(timeout=LONG)
    click_cell(page, TREE, BUILDING)
    expect(page.get_by_text("of all Tree pixels")).to_be_visible()
    matrix = page.locator(".js-plotly-plot").first
    expect(matrix.locator(".shapelayer path")).to_have_count(1)
    cells = page.locator(".cell[data-state=ready]").filter(has_text="pixels")
    expect(cells.first).to_contain_text(f"{most.pixels(TREE, BUILDING):,} pixels")
    keep_screenshot(page, "confusion")
    cells.first.click()

    view = page.locator(".frame-view[data-state=ready]")
    view.wait_for(timeout=LONG)
    address = re.compile(rf"frames/{most.position}/image$")
    expect(page.locator(".frame-view")).to_have_attribute("data-frame", address)
    difference = page.get_by_text(
        re.compile(f"Difference · {most.pixels(TREE, BUILDING):,} pixels")
    )
    expect(difference).to_be_visible()
    keep_screenshot(page, "frame behind a cell")
    page.keyboard.press("ArrowRight")
    address = re.compile(rf"frames/{second.position}/image$")
    expect(page.locator(".frame-view")).to_have_attribute("data-frame", address)

    page.goto(f"{running_app.address}/evaluate?evaluation={made.id}&frame={most.position}")
    view.wait_for(timeout=LONG)
    expect(page.locator("canvas[data-pane]")).to_have_count(4)
    page.get_by_role("link", name="Evaluate", exact=True).click()
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()

    page.goto(f"{running_app.address}/evaluate?evaluation={made.id}")
    page.get_by_role("button", name="Delete", exact=True).click(timeout=LONG)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()
    assert made.details not in folder.artifacts.names()


def test_flicker_is_marked_on_the_worst_frame_of_a_moment_and_a_note_is_read_whole(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    folder = running_app.folder
    with folder.database.reading() as session:
        model = models.get(session, "camvid-static")
    made = add_evaluation(
        folder,
        tmp_path,
        model=model,
        dataset=add_dataset(folder, tmp_path, name="flickering streets"),
        rows=[2, 30] * (FRAMES // 2),
    )
    assert made.details is not None
    frames = worst_first(
        read_details(folder.artifacts, made.details).frames, Ranking("aba_flicker")
    )
    worst, flicker = frames[0], frames[0].aba_flicker
    assert flicker is not None
    assert flicker > 0
    page.goto(f"{running_app.address}/frames?evaluation={made.id}&by=aba_flicker")
    first = page.locator(".cell[data-state=ready]").first
    expect(first).to_contain_text(f"Frame {worst.position}", timeout=LONG)
    expect(first).to_contain_text("neighbour")
    marked = round(flicker / 100 * worst.width * worst.height)
    expect(first.locator("canvas")).to_have_attribute("data-flickering", str(marked))
    note = "a long note that says what is to be done with this frame, word for word " * 3
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Tick this page").click()
    page.get_by_role("button", name=re.compile("into the basket")).click()
    expect(page.get_by_role("button", name="Put 0 frames into the basket")).to_be_visible(
        timeout=LONG
    )
    page.goto(f"{running_app.address}/frames?view=basket")
    shown = page.locator(".cell .note").first
    expect(shown).to_have_text(note.strip(), timeout=LONG)
    assert shown.evaluate("(it) => it.scrollWidth <= it.clientWidth")


def test_scores_come_as_files(page: Page, running_app: RunningApp, tmp_path: Path) -> None:
    folder = running_app.folder
    with folder.database.reading() as session:
        model = models.get(session, "camvid-static")
    made = add_evaluation(
        folder,
        tmp_path,
        model=model,
        dataset=add_dataset(folder, tmp_path, name="streets to take home"),
        protocol=Protocol(flow=None, boundary=0.04),
    )
    page.goto(f"{running_app.address}/evaluate?evaluation={made.id}")
    page.get_by_role("button", name="Download").click(timeout=LONG)
    with page.expect_download() as download:
        page.get_by_role("link", name="All scores (JSON)").click()
    document = json.loads(Path(download.value.path()).read_text())
    assert document["scores"]["miou"] == made.scores["miou"]
    assert download.value.suggested_filename.endswith(".json")


def test_a_model_is_imported_renamed_downloaded_and_deleted(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    file = write_small_model(tmp_path / "from elsewhere.safetensors", seed=5)
    page.goto(f"{running_app.address}/models")
    page.get_by_text("Import a model").click(timeout=LONG)
    page.get_by_label("Choose models").set_input_files(file)
    heading = page.get_by_role("heading", name="from elsewhere")
    expect(heading).to_be_visible(timeout=LONG)
    keep_screenshot(page, "model")

    rename = page.get_by_role("button", name="Rename")
    expect(rename).to_have_count(1)  # the list that the card has replaced is gone
    rename.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("camvid")
    dialog.get_by_role("button", name="Rename").click()
    expect(dialog.get_by_role("alert")).to_contain_text("exists already; choose another name")
    dialog.get_by_label("Name").fill("at home")
    dialog.get_by_label("Name").press("Enter")
    expect(page.get_by_role("heading", name="at home")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "at home.safetensors"
    copy = tmp_path / "copy.safetensors"
    download.value.save_as(copy)
    assert copy.read_bytes() == file.read_bytes()
    assert read_header(copy).palette == CAMVID

    page.get_by_role("button", name="Delete", exact=True).click()
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Models").first).to_be_visible()
    expect(page.get_by_text("at home")).to_have_count(0)


def test_a_file_that_is_no_model_says_so(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    (tmp_path / "diary.safetensors").write_bytes(b"Dear diary")
    page.goto(f"{running_app.address}/models")
    page.get_by_text("Import a model").click(timeout=LONG)
    page.get_by_label("Choose models").set_input_files(tmp_path / "diary.safetensors")
    expect(page.get_by_text(re.compile("diary.safetensors is no dyncell model"))).to_be_visible(
        timeout=LONG
    )
    keep_screenshot(page, "no model")


def click_cell(page: Page, truth: int, predicted: int) -> None:
    area = page.locator(".js-plotly-plot .nsewdrag").first
    area.scroll_into_view_if_needed(timeout=LONG)
    box = area.bounding_box()
    assert box is not None
    x = box["x"] + box["width"] * (predicted + 0.5) / CAMVID.num_classes
    y = box["y"] + box["height"] * (truth + 0.5) / CAMVID.num_classes
    page.mouse.move(x - 4, y - 4)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
