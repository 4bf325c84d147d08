"""The doors of the first page do what they say, with what comes along."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.data_folder import DataFolder
from core.dataset_registry import register_built_in
from core.records import JobState
from core.store import jobs, searches
from tasks import queue
from tests.webapp.searched import add_search
from webapp.overview_doors import SMALL_SEARCH, SMALL_STEPS

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))


@pytest.fixture
def overview() -> Callable[[], AppTest]:
    return lambda: AppTest.from_file(FRAME, default_timeout=60).run()


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [each for each in test.button if each.label == label]
    return button.click().run()


def texts(test: AppTest) -> str:
    found = [*test.text, *test.markdown, *test.caption, *test.title, *test.header]
    return "\n".join(str(element.value) for element in found)


def test_a_first_visitor_compares_the_cells_that_come_along(
    overview: Callable[[], AppTest], folder: DataFolder
) -> None:
    first = overview()
    assert "160 cells of a real search on CamVid" in texts(first)
    assert "Best cells" not in texts(first)
    board = press(first, "Open the leaderboard")
    assert not board.exception
    assert "Leaderboard" in texts(board)
    assert list(board.dataframe[0].value["reward"][:2]) == ["68.73", "68.47"]
    again = overview()
    assert "All cells and models with seeds" in texts(again)
    assert list(again.dataframe[0].value["Reward, %"]) == [
        *("68.73", "68.47", "68.30", "68.23", "68.22")
    ]
    press(again, "Open the leaderboard")
    with folder.database.reading() as session:
        assert [each.name for each in searches.list_searches(session, with_twins=False)] == [
            "camvid-extended"
        ]


def test_who_has_results_gets_no_example(
    overview: Callable[[], AppTest], folder: DataFolder
) -> None:
    add_search(folder, rewards=[0.5, 0.6])
    test = overview()
    assert list(test.dataframe[0].value["Reward, %"]) == ["60.00", "50.00"]
    assert "rows of other settings" not in texts(test)
    queue.add_example_search(folder)
    assert "The leaderboard has 2 rows of other settings, too" in texts(overview())
    press(test, "Open the leaderboard")
    with folder.database.reading() as session:
        assert len(searches.list_searches(session, with_twins=False)) == 2


def test_a_small_search_begins_with_one_click(
    overview: Callable[[], AppTest], folder: DataFolder
) -> None:
    register_built_in(folder)
    for name in ("small search", "small search-2"):
        test = press(overview(), "Start a small search")
        assert not test.exception
        assert not test.error
        with folder.database.reading() as session:
            made = searches.get(session, name)
            (preparing,) = jobs.list_jobs(session, kinds=["prepare_search"], limit=1)
            assert len(searches.twins(session, made.id)) == 1
        assert made.config == SMALL_SEARCH.to_dict()
        assert preparing.state is JobState.QUEUED
        assert preparing.payload["static_steps"] == SMALL_STEPS
        assert test.query_params["search"] in (made.id, [made.id])


def test_the_example_says_that_it_was_imported_and_shows_its_cells(
    overview: Callable[[], AppTest], folder: DataFolder
) -> None:
    search = queue.add_example_search(folder)
    test = overview()
    test.query_params.update({"search": search.id, "trial": "38"})
    test.switch_page("app_pages/search.py").run()
    assert not test.exception
    assert not test.error
    assert "It was run elsewhere and imported" in texts(test)
    assert "ms on a steady frame, on AMD EPYC" in texts(test)
    assert not {"Extend it", "Start it", "Resume"} & {each.label for each in test.button}
