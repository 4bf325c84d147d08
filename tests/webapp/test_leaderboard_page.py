from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.board.filter import parse_filter
from core.board.made import made_rows
from core.board.row import Row
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.store import board, saved_views
from tasks import queue
from tests.board_of_tests import fill_board
from tests.webapp.searched import add_search
from webapp.leaderboard_data import PAGE

PAGE_FILE = Path(__file__).parents[2] / "webapp" / "app_pages" / "leaderboard.py"
PATIENCE = 120


@pytest.fixture
def rows(folder: DataFolder, ours: None) -> list[Row]:
    made = list(made_rows(200))
    fill_board(folder.database, made)
    return made


def _page(**asked: str) -> AppTest:
    page = AppTest.from_file(str(PAGE_FILE), default_timeout=PATIENCE)
    for key, value in asked.items():
        page.query_params[key] = value
    return page.run()


def _names(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["name"])


def test_the_address_decides_filter_order_page_and_columns(
    folder: DataFolder, rows: list[Row]
) -> None:
    asked = "miou > 10"
    page = _page(filter=asked, sort="params:desc", setting="all", page="3", columns="name,params")
    with folder.database.reading() as session:
        expected = board.page(
            session,
            parse_filter(asked),
            sort=Sort.parse("params:desc"),
            limit=PAGE,
            offset=2 * PAGE,
        )
    assert not page.exception
    assert _names(page) == [row.texts["name"] for row in expected]
    assert list(page.dataframe[0].value.columns) == ["Rank", "name", "params"]


def test_controls_write_the_address(rows: list[Row]) -> None:
    page = _page(setting="all", page="2")
    page.text_input(key="board-filter").set_value("light").run()
    assert page.query_params["filter"] == "light"
    assert "page" not in page.query_params
    page.selectbox(key="board-sort").select("latency_p50").run()
    assert page.query_params["sort"] == "latency_p50"
    assert page.selectbox(key="board-direction").value == "low first"
    page.selectbox(key="board-direction").select("high first").run()
    assert page.query_params["sort"] == "latency_p50:desc"


@pytest.mark.parametrize("busy", [True, False])
def test_times_of_busy_machines_are_marked_and_explained(
    folder: DataFolder, ours: None, busy: bool
) -> None:
    first, *others = (
        replace(row, flags={**row.flags, "busy": False}, means={**row.means, "latency_p50": 12.0})
        for row in made_rows(4)
    )
    first = replace(first, flags={**first.flags, "busy": busy})
    fill_board(folder.database, [first, *others])
    page = _page(setting="all", columns="name,latency_p50")
    note = "† Other work kept the machine busy: the times are too long."
    assert [each.value for each in page.caption].count(note) == busy
    assert sum("†" in each for each in page.dataframe[0].value["latency_p50"]) == busy


def test_one_setting_is_shown_unless_all_are_asked_for(rows: list[Row]) -> None:
    page = _page()
    assert "of 40" in "".join(each.value for each in page.caption)
    page.selectbox(key="board-setting").select("all").run()
    assert "of 200" in "".join(each.value for each in page.caption)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"filter": "mio > 1"}, "There is no column mio"),
        ({"sort": "password"}, "There is no column"),
        ({"columns": "x"}, "There is no column"),
        ({"brush": "mio:1..2"}, "There is no column"),
    ],
)
def test_what_the_address_says_wrongly_is_told_in_one_sentence(
    rows: list[Row], asked: dict[str, str], sentence: str
) -> None:
    page = _page(**asked)
    assert not page.exception
    (error,) = page.error
    assert sentence in error.value.replace("\\", "")
    assert len(_names(page)) == PAGE  # as if it had not been asked


def test_a_wrong_filter_leaves_what_was_shown_before_with_its_files(rows: list[Row]) -> None:
    page = _page(filter="light and miou > 20", setting="all")
    shown = _names(page)
    links = [each.proto.url for each in page.get("link_button")]
    for wrong, sentence in (("mio > 20", "There is no column mio"), ("x" * 10_000, "10,000 char")):
        page.text_input(key="board-filter").set_value(wrong).run()
        assert not page.exception
        (error,) = page.error
        assert sentence in error.value.replace("\\", "")
        assert "Below stands what was shown before" in error.value
        assert page.query_params["filter"] == wrong
        assert _names(page) == shown
        assert [each.proto.url for each in page.get("link_button")] == links
    page.text_input(key="board-filter").set_value("not light").run()
    assert not page.error
    assert set(_names(page)) != set(shown)


def test_a_filter_that_matches_in_other_settings_leads_there(
    folder: DataFolder, rows: list[Row]
) -> None:
    add_search(folder, rewards=[0.5, 0.7, 0.6], name="night drives")
    with folder.database.reading() as session:
        setting = next(
            each for each in board.settings(session) if each.searches == ("night drives",)
        )
    page = _page(filter='search ~ "night" and reward > 55', setting=rows[0].texts["setting"])
    assert "No row of this setting matches. Others do:" in [each.value for each in page.caption]
    way = page.button(key=f"board-elsewhere-{setting.setting}")
    assert way.label.startswith("2 rows in search night drives on ")
    way.click().run()
    assert page.query_params["setting"] == setting.setting
    assert len(page.dataframe[0].value) == 2
    page = _page(filter="name = 'nobody'", setting=rows[0].texts["setting"])
    assert "No row matches, in any setting." in [each.value for each in page.caption]


def test_a_setting_that_is_gone_is_told_and_all_are_shown(rows: list[Row]) -> None:
    page = _page(setting="ffffffff")
    assert "no rows any more: all are shown" in page.warning[0].value
    assert "of 200" in "".join(each.value for each in page.caption)


def test_a_basket_with_a_deleted_row_says_so_and_keeps_the_others(rows: list[Row]) -> None:
    page = _page(basket=f"{rows[0].id},{'0' * 16},nonsense")
    assert "1 row of the basket is there no more" in page.warning[0].value
    page.button(key=f"basket-{rows[0].id}").click().run()
    assert "basket" not in page.query_params


def test_numbers_that_are_missing_have_their_reason_on_the_page(rows: list[Row]) -> None:
    page = _page(filter="tc_m is missing", columns="name,tc_m")
    assert set(page.dataframe[0].value["tc_m"]) == {"-"}
    assert any("TC-m: it was made without it" in each.value for each in page.text)


def test_a_view_is_saved_opened_and_kept_up(folder: DataFolder, rows: list[Row]) -> None:
    view = queue.save_view(
        folder, "light ones", {"setting": "all", "filter": "light", "columns": "name,params"}
    )
    page = _page()
    assert page.query_params.get("view") is None  # nobody asked for it
    page.selectbox(key="board-view").select(view.id).run()
    assert page.query_params["filter"] == "light"
    assert list(page.dataframe[0].value.columns) == ["Rank", "name", "params"]
    page.text_input(key="board-filter").set_value("cell").run()
    page.button(key="view-change").click().run()
    with folder.database.reading() as session:
        assert saved_views.get(session, "light ones").parts["filter"] == "cell"
    queue.change_view(folder, view.id, is_default=True)
    page = _page()  # without anything in the address
    assert page.query_params["view"] == view.id
    assert page.query_params["filter"] == "cell"
    assert page.text_input(key="board-filter").value == "cell"
    queue.delete_view(folder, view.id)
    assert not page.run().exception


def test_a_view_with_a_column_that_is_gone_says_so_and_shows_the_others(
    folder: DataFolder, rows: list[Row]
) -> None:
    with folder.database.writing() as session:  # as another version would leave it behind
        view = saved_views.add(session, "old", {"columns": "name,speed", "setting": "all"})
        saved_views.set_default(session, view.id, True)
    page = _page()
    assert not page.exception
    assert "names 1 column that there is no more (speed)" in page.warning[0].value.replace("\\", "")
    assert list(page.dataframe[0].value.columns) == ["Rank", "name"]


def test_columns_chosen_last_come_back_and_go_into_the_address(rows: list[Row]) -> None:
    page = _page(setting="all")
    assert not [each for each in page.pills if each.key == "board-columns"]  # not loaded yet
    page.session_state["board-columns-chooser"] = True
    page.run()
    page.pills(key="board-columns").set_value(["name", "params"]).run()
    assert page.query_params["columns"] == "name,params"
    page = _page(setting="all")
    assert page.query_params["columns"] == "name,params"
    assert list(page.dataframe[0].value.columns) == ["Rank", "name", "params"]


def test_a_board_of_trials_begins_with_the_reward(folder: DataFolder, ours: None) -> None:
    add_search(folder, rewards=[0.5, 0.7, 0.6])
    page = _page()
    assert page.selectbox(key="board-sort").value == "reward"
    assert "Gain" not in page.selectbox(key="board-sort").options
    shown = page.dataframe[0].value
    assert list(shown["reward"]) == sorted(shown["reward"], reverse=True)
    assert "gain" not in shown.columns
    assert page.selectbox(key="board-y").value == "reward"


def test_an_empty_board_says_what_will_be_here(folder: DataFolder, ours: None) -> None:
    page = _page()
    assert not page.exception
    assert any("Every model, every evaluation" in each.value for each in page.caption)


def test_what_is_marked_is_part_of_the_address_and_taken_away_by_a_click(
    folder: DataFolder, rows: list[Row]
) -> None:
    page = _page(setting="all", filter="light", brush="miou:20..60,params:..50", columns="name")
    kept = {
        row.texts["name"]
        for row in rows
        if row.flags["light"]
        and 20 <= row.means.get("miou", -1) <= 60
        and row.means.get("params", 99) <= 50
    }
    assert not page.exception
    assert 0 < len(kept) <= PAGE
    assert set(_names(page)) == kept
    links = [each.proto.url for each in page.get("link_button")]
    assert any("miou+%3E%3D+20" in link for link in links)  # files hold what is marked
    page.button(key="brush-params").click().run()
    assert page.query_params["brush"] == "miou:20..60"
    page.button(key="brush-keep").click().run()
    assert "brush" not in page.query_params
    assert page.query_params["filter"] == "(light) and miou >= 20 and miou <= 60"
    page.text_input(key="board-filter").set_value("").run()
    assert "of 200" in "".join(each.value for each in page.caption)


@pytest.mark.parametrize("brush", ["miou", "mio:1..2", "name:1..2", "miou:nan..", "x" * 10_000])
def test_a_brush_that_cannot_be_read_is_one_sentence(rows: list[Row], brush: str) -> None:
    page = _page(brush=brush)
    assert not page.exception
    assert len(page.error) == 1
    assert len(page.dataframe[0].value) == PAGE
