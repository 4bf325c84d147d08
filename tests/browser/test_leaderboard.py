import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import delete

from core.board.brush import Brush
from core.board.condition import Filter
from core.board.filter import parse_filter
from core.board.made import made_rows
from core.board.row import Row
from core.board.sort import Sort
from core.protocol import Protocol
from core.store import board, models
from core.store.board_tables import board_rows
from tests.board_of_tests import fill_board
from tests.browser.running_app import RunningApp
from tests.browser.screenshots import keep_screenshot
from tests.webapp.judged import add_dataset, add_evaluation
from webapp.leaderboard_data import PAGE

LONG = 240_000
COUNT = 10_000
ROW_HEIGHT, TICK = 35, 18  # pixels of the table: a row, and the middle of the column of ticks
ASKED = "static = 'wide' and light and miou > 60"  # made rows alone: their numbers span the plots


@pytest.fixture(scope="module")
def rows(running_app: RunningApp) -> Iterator[list[Row]]:
    """10,000 made rows beside those of the shipped models."""
    made = list(made_rows(COUNT))
    database = running_app.folder.database
    fill_board(database, made)
    yield made
    with database.writing() as session:
        for start in range(0, COUNT, 500):
            numbers = [row.number for row in made[start : start + 500]]
            session.execute(delete(board_rows).where(board_rows.c.number.in_(numbers)))


def test_the_board_of_10_000_rows_from_its_first_page_to_the_comparison(
    page: Page, running_app: RunningApp, rows: list[Row]
) -> None:
    page.set_default_timeout(LONG)
    page.set_viewport_size({"width": 1280, "height": 2000})
    shown = "setting=all&columns=name,miou,latency_p50,params"
    _open(page, f"{running_app.address}/leaderboard?{shown}&sort=params&page=200")
    first = 199 * PAGE + 1
    expect(
        page.get_by_text(re.compile(f"^{first:,} to {first + PAGE - 1:,} of 10,"))
    ).to_be_visible()
    expect(_cells(page)).to_contain_text([_expected(running_app, "", "params", page=200)])

    table = page.get_by_test_id("stDataFrame").first
    table.hover()
    expect(page.get_by_test_id("stElementToolbar").first).to_be_hidden()  # it knows a page alone
    _heading(page, from_right=40)  # of the last column, by which it is sorted already
    expect(page).to_have_url(re.compile("sort=params%3Adesc"))
    expect(page.get_by_text(re.compile(f"^1 to {PAGE} of 10,"))).to_be_visible()
    expect(_cells(page)).to_contain_text([_expected(running_app, "", "params:desc")])
    _heading(page, from_right=15)  # its menu
    menu = page.get_by_test_id("stDataFrameColumnMenu")
    expect(menu.get_by_text("Autosize")).to_be_visible()
    for sort in ("Sort ascending", "Sort descending"):
        expect(menu.get_by_text(sort)).to_be_hidden()  # these would sort this page alone
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)

    matching = _matching(running_app, ASKED)
    assert {row.id for row in matching} == {
        row.id
        for row in rows
        if row.texts["static"] == "wide" and row.flags["light"] and row.means.get("miou", 0) > 60
    }
    _filter(page, ASKED)
    expect(page.get_by_text(f"1 to {PAGE} of {len(matching):,},")).to_be_visible()
    _filter(page, "mio > 60")
    told = page.get_by_role("alert").filter(has_text="There is no column mio")
    expect(told).to_be_visible()
    keep_screenshot(page, "leaderboard filter error")
    _filter(page, ASKED)
    expect(told).to_have_count(0)

    _tick(page, 0)
    _tick(page, 2)
    expect(page.get_by_text("2 rows ticked")).to_be_visible()
    page.get_by_role("button", name="Into the basket").click()
    expect(page.get_by_text("(2 rows; part of this address)")).to_be_visible()
    with running_app.folder.database.reading() as session:
        found = board.page(session, _asked(ASKED), sort=Sort.parse("params:desc"))
    ticked = [found[0], found[2]]
    assert parse_qs(urlsplit(page.url).query)["basket"] == [",".join(row.id for row in ticked)]

    _open(page, page.url)  # the link shows the same
    expect(page.get_by_text("(2 rows; part of this address)")).to_be_visible()
    expect(page.get_by_label("Filter", exact=True)).to_have_value(ASKED)
    expect(_cells(page)).to_contain_text([found[0].texts["name"]])

    _drag(page, page.locator(".js-plotly-plot .nsewdrag").first, (0.2, 0.1), (0.6, 0.5))
    expect(page.get_by_role("button", name="Mark nothing")).to_be_visible()
    _expect_marked(page, matching, ["macs_steady", "miou"])
    expect(page.locator(".parallel[data-marked='2']")).to_be_visible()  # drawn anew
    strip = page.locator(".parallel .axis[data-axis=latency_p50] .strip")
    _drag(page, strip, (0.5, 0.1), (0.5, 0.5))
    expect(page.locator(".parallel[data-marked='3']")).to_be_visible()
    _expect_marked(page, matching, ["macs_steady", "miou", "latency_p50"])
    keep_screenshot(page, "leaderboard marked")
    page.get_by_role("button", name="Mark nothing").click()
    expect(page.get_by_text(f"1 to {PAGE} of {len(matching):,},")).to_be_visible()

    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile("/compare"))
    assert parse_qs(urlsplit(page.url).query)["row"] == [row.id for row in ticked]
    for row in ticked:
        expect(page.get_by_text(row.texts["name"]).first).to_be_visible()
    keep_screenshot(page, "leaderboard compared")


def test_a_row_goes_into_the_archive_comes_back_and_is_deleted_with_its_files(
    page: Page, running_app: RunningApp, tmp_path: Path
) -> None:
    folder = running_app.folder
    with folder.database.reading() as session:
        model = models.get(session, "camvid-static")
    data = add_dataset(folder, tmp_path, name="streets to forget")
    made = add_evaluation(
        folder, tmp_path, model=model, dataset=data, protocol=Protocol(flow=None, boundary=0.05)
    )
    asked = "dataset = 'streets to forget'"
    page.set_default_timeout(LONG)
    _open(page, f"{running_app.address}/leaderboard?setting=all&filter={asked}")
    expect(_cells(page)).to_contain_text(["camvid"])
    _tick(page, 0)
    page.get_by_role("button", name="Archive", exact=True).click()
    expect(page.get_by_text("No row matches.")).to_be_visible()
    page.get_by_test_id("stCheckbox").get_by_text("Archive").click()
    expect(_cells(page)).to_contain_text(["camvid"])
    keep_screenshot(page, "leaderboard archive")
    _tick(page, 0)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("No row matches.")).to_be_visible()
    page.get_by_test_id("stCheckbox").get_by_text("Archive").click()
    expect(_cells(page)).to_contain_text(["camvid"])
    _tick(page, 0)
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 evaluation with per-frame results")).to_be_visible()
    keep_screenshot(page, "leaderboard delete")
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No row matches.")).to_be_visible()
    assert made.details not in folder.artifacts.names()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    expect(_cells(page)).to_be_attached(timeout=LONG)


def _asked(text: str) -> Filter:
    return board.in_sight(parse_filter(text))


def _matching(app: RunningApp, asked: str) -> list[Row]:
    """All rows under a filter."""
    with app.folder.database.reading() as session:
        return board.page(session, _asked(asked), sort=Sort.parse("params"), limit=2 * COUNT)


def _expected(app: RunningApp, asked: str, sort: str, *, page: int = 1) -> str:
    """Name of the first row of a page."""
    with app.folder.database.reading() as session:
        offset = (page - 1) * PAGE
        found = board.page(session, _asked(asked), sort=Sort.parse(sort), limit=1, offset=offset)
    return found[0].texts["name"]


def _cells(page: Page) -> Locator:
    """The first row of the table, as it is read out."""
    grid = page.get_by_test_id("stDataFrame").first.locator("table[role=grid]")
    return grid.locator("tbody tr").first


def _box(where: Locator) -> dict[str, float]:
    where.scroll_into_view_if_needed()
    box = where.bounding_box()
    assert box is not None
    return dict(box)


def _heading(page: Page, *, from_right: int) -> None:
    box = _box(page.get_by_test_id("stDataFrame").first)
    place = box["x"] + box["width"] - from_right, box["y"] + ROW_HEIGHT / 2
    page.mouse.move(*place)
    page.mouse.click(*place)


def _tick(page: Page, number: int) -> None:
    box = _box(page.get_by_test_id("stDataFrame").first)
    page.mouse.click(box["x"] + TICK, box["y"] + (number + 1.5) * ROW_HEIGHT)


def _filter(page: Page, text: str) -> None:
    field = page.get_by_label("Filter", exact=True)
    field.fill(text)
    field.press("Enter")


def _drag(page: Page, where: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draws from one place of an element to another, both in shares of its size."""
    box = _box(where)
    places = [
        (box["x"] + share * box["width"], box["y"] + high * box["height"])
        for share, high in (start, end)
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=8)
    page.mouse.up()


def _expect_marked(page: Page, matching: list[Row], columns: list[str]) -> None:
    """The page counts the rows that its own address marks."""
    brush = Brush.parse(parse_qs(urlsplit(page.url).query)["brush"][0])
    assert [each.column for each in brush.ranges] == columns
    kept = [
        row
        for row in matching
        if all(
            each.column in row.means
            and (each.low is None or row.means[each.column] >= each.low)
            and (each.high is None or row.means[each.column] <= each.high)
            for each in brush.ranges
        )
    ]
    assert 0 < len(kept) < len(matching)
    expect(page.get_by_role("link", name=f"All {len(kept):,} rows as CSV")).to_be_visible()
