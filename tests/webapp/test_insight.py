"""Insight on the page, in the address and over HTTP, on a search with its twin."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core.board.filter import parse_filter
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.insight.features import FEATURES
from core.search_records import Search
from core.store import board, trials
from tests.webapp.searched import CONFIG, add_search
from webapp.insight_data import read_facts
from webapp.insight_view import board_filter

PAGE_FILE = Path(__file__).parents[2] / "webapp" / "app_pages" / "insight.py"
REWARDS = tuple(0.50 + 0.01 * (n * 7 % 13) for n in range(24))


@pytest.fixture
def search(folder: DataFolder, ours: None) -> Search:
    return add_search(folder, config=CONFIG, rewards=REWARDS)


def test_a_search_answers_with_the_effects_of_its_cells(client: TestClient, search: Search) -> None:
    found = client.get(f"/searches/{search.name}/insight").json()
    assert (found["cells"], found["trials"], found["unit"]) == (24, "random", "points")
    assert len(found["features"]) == len(FEATURES)
    assert client.get("/insight").json() == found
    own = client.get("/insight", params={"trials": "strategy"}).json()
    assert own["cells"] == 0
    assert "No strategy proposed any of these trials" in own["reason"]


def test_what_is_not_there_is_said_so(client: TestClient, search: Search) -> None:
    assert client.get("/searches/nobody/insight").status_code == 404
    assert client.get("/insight", params={"setting": "none"}).status_code == 404
    assert client.get("/insight", params={"score": "luck"}).status_code == 422


def test_the_page_draws_the_effects_and_says_what_they_are_of(search: Search) -> None:
    page = AppTest.from_file(str(PAGE_FILE), default_timeout=300).run()
    assert not page.exception
    assert "Reward of 24 cells drawn by chance" in " ".join(each.value for each in page.caption)
    (drawn,) = effects(page)
    assert re.search(r'<a href="/leaderboard\?filter=[^"]*">conv3x3</a>', drawn)
    assert "Nothing can be told of" in bare(page.caption[-1].value)
    assert "reads low (all cells have it)" in bare(page.caption[-1].value)
    assert not page.dataframe  # neither tables nor charts are waited for
    assert not page.get("plotly_chart")


def test_the_page_tells_of_trials_that_ended_since_it_was_drawn(
    folder: DataFolder, search: Search
) -> None:
    page = AppTest.from_file(str(PAGE_FILE), default_timeout=300).run()
    add_search(folder, "more", config=replace(CONFIG, seed=6), rewards=REWARDS[:4])
    told = " ".join(each.value for each in page.run().caption)
    assert "Reward of 28 cells drawn by chance" in told


def effects(page: AppTest) -> list[str]:
    """The tables of effects, as HTML."""
    found = [str(each.proto.body) for each in page.get("html")]
    return [body for body in found if 'class="effects"' in body]


def bare(text: str) -> str:
    return text.replace("\\", "").replace("\u2060", "")


def test_a_search_is_read_anew_only_where_its_own_trials_changed(
    folder: DataFolder, search: Search
) -> None:
    mark, before = read_facts(folder)
    add_search(folder, "more", config=replace(CONFIG, seed=6), rewards=REWARDS[:4])
    later, after = read_facts(folder)
    assert later != mark
    assert len(after) == len(before) + 4
    assert {id(each) for each in before} < {id(each) for each in after}


def test_an_empty_folder_says_what_will_be_there(folder: DataFolder, ours: None) -> None:
    page = AppTest.from_file(str(PAGE_FILE), default_timeout=300).run()
    assert not page.exception
    assert "No trials yet" in page.caption[0].value


def test_a_name_leads_to_exactly_the_cells_that_have_the_feature(
    folder: DataFolder, search: Search
) -> None:
    known = {each.key: each for each in FEATURES}
    text = board_filter(known["input prev_low"], searches=[search.name])
    assert text is not None
    asked = parse_filter(text)
    with folder.database.reading() as session:
        shown = {row.texts["key"] for row in board.page(session, asked, limit=100)}
        found = trials.list_trials(session, search.id, limit=None)
    cells = {trial.key: Genotype.from_dict(trial.genotype) for trial in found}
    assert shown == {key for key, cell in cells.items() if "prev_low" in cell.inputs}
    assert 0 < len(shown) <= len(cells)
    assert board_filter(known["depth"]) is None
