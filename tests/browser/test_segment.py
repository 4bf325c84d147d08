import re
from pathlib import Path

from playwright.sync_api import Page, Request, Route, expect

from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.media import barcode_video
from tests.webapp.conftest import MP4

HOSTILE = "<img src=x onerror=window.hacked=1> **b** [a](javascript:hacked) :material_home: $x$.mp4"


def test_a_hostile_name_is_shown_literally_everywhere(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    clip = barcode_video(tmp_path / HOSTILE, 12)
    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(clip)
    expect(page.get_by_role("combobox", name="Model")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(HOSTILE, exact=True).first).to_be_visible()
    page.get_by_role("button", name="Segment", exact=True).click()
    page.get_by_role("button", name="Open in Player").click(timeout=60_000)
    heading = page.get_by_role("heading").filter(has_text="onerror")
    expect(heading).to_be_visible(timeout=30_000)
    assert heading.inner_text().replace("\u2060", "") == HOSTILE
    page.goto(f"{running_app.address}/jobs")
    expect(page.get_by_text(f"Import {HOSTILE}", exact=True)).to_be_visible()
    keep_screenshot(page, "jobs")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0


def test_an_upload_cut_off_goes_on_when_the_file_is_chosen_again(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    path = tmp_path / "diary.mp4"
    path.write_bytes(MP4 + b"Dear diary, " * 3_000_000)
    pieces: list[int] = []

    def cut_after_one(route: Route) -> None:
        if route.request.method == "PATCH" and pieces:
            route.abort()
        else:
            route.continue_()

    def note(request: Request) -> None:
        if request.method == "PATCH":
            pieces.append(int(request.headers["upload-offset"]))

    page.route("**/api/v1/uploads/**", cut_after_one)
    page.on("requestfinished", note)
    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(path)
    expect(page.get_by_text(re.compile("16.8 MB of 36.0 MB"))).to_be_visible(timeout=30_000)
    keep_screenshot(page, "uploading")
    page.reload()
    expect(page.get_by_text("goes on when you choose the same file again")).to_be_visible()
    page.get_by_label("Choose videos").set_input_files(path)
    expect(page.get_by_text(re.compile("(Goes|went) on from 16.8 MB"))).to_be_visible()
    keep_screenshot(page, "going on")
    page.unroute("**/api/v1/uploads/**")

    failed = page.get_by_role("alert").filter(has_text="diary.mp4")
    expect(failed).to_be_visible(timeout=60_000)
    keep_screenshot(page, "not a video")
    assert pieces == sorted(set(pieces))
    assert pieces[0] == 0
    assert pieces[1] >= 16 * 1024 * 1024
    assert page.get_by_text("Traceback").count() == 0


def test_a_refused_file_says_why_and_makes_room_for_the_next(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "diary.mp4").write_bytes(b"Dear diary")
    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(tmp_path / "empty.mp4")
    refused = page.get_by_text("The file is empty; choose a video.")
    expect(refused).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="Continue")).to_have_count(0)
    keep_screenshot(page, "refused")
    page.get_by_label("Choose videos").set_input_files(tmp_path / "diary.mp4")
    expect(refused).to_have_count(0)
    no_video = page.get_by_text("diary.mp4 is a text file, not a video: choose a video file.")
    expect(no_video).to_be_visible()
    expect(page.get_by_role("button", name="Dismiss")).to_have_count(1)
    keep_screenshot(page, "a text is refused")


def test_a_video_is_deleted_only_after_a_second_yes(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    clip = barcode_video(tmp_path / "to be deleted.mp4", 12)
    page.goto(f"{running_app.address}/segment")
    page.get_by_label("Choose videos").set_input_files(clip)
    expect(page.get_by_role("combobox", name="Model")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Delete this video").click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text("to be deleted.mp4").first).to_be_visible()
    page.get_by_role("button", name="Delete this video").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("to be deleted.mp4")).to_have_count(0)


def test_nothing_is_fetched_from_other_hosts(page: Page, running_app: RunningApp) -> None:
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith((running_app.address, "data:", "blob:")):
            foreign.append(request.url)

    page.on("request", note)
    for name in ("", "segment", "player", "datasets", "models", "evaluate", "jobs"):
        page.goto(f"{running_app.address}/{name}")
        expect(page.get_by_role("heading").first).to_be_visible(timeout=30_000)
        keep_screenshot(page, f"page {name or 'overview'}")
    assert foreign == []
