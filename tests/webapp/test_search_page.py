"""The Search page, on searches written through the store."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.data_folder import DataFolder
from core.genotype import Genotype
from core.search.config import SearchConfig
from core.search.ppo import PpoSearcher
from core.search_records import Search
from core.store import searches
from tests.webapp.searched import CONFIG, add_search
from tests.webapp.test_genotype_page import Opener, asked, facts, headings, plain
from tests.webapp.test_genotype_page import open_page as open_page

pytestmark = pytest.mark.usefixtures("ours")

PPO = replace(CONFIG, strategy="ppo", trials=12)
REWARDS = [0.31, 0.42, None, 0.40, 0.42, 0.28, 0.47, 0.45, 0.51, 0.46, 0.44, 0.50]
TWIN = [0.30, 0.33, 0.29, 0.45, 0.31, 0.38, None, 0.40, 0.39, 0.41, 0.36, 0.37]


def searcher_bytes(
    config: SearchConfig, rewards: list[float | None]
) -> tuple[bytes, list[Genotype]]:
    searcher = PpoSearcher(config.genotypes, seed=1)
    found = []
    for number, reward in enumerate(rewards):
        found.append(searcher.ask())
        searcher.tell(number, reward)
    return searcher.to_bytes(), found


def add_pair(folder: DataFolder, name: str = "cells", **values: object) -> Search:
    """A search of twelve trials with its twin: one failed, one stopped, one shared."""
    stored, genotypes = searcher_bytes(PPO, REWARDS)
    own = add_search(
        folder, name, config=PPO, rewards=REWARDS, shares={4: 1}, stopped=[5],
        searcher=stored, genotypes=genotypes, **values,  # type: ignore[arg-type]
    )  # fmt: skip
    add_search(
        folder, f"{name}-twin", config=replace(PPO, strategy="random"), rewards=TWIN,
        twin_of=own.id, state=own.state,
    )  # fmt: skip
    return own


def open_search(open_page: Opener, search: Search, **query: str) -> AppTest:
    return open_page("search", search=search.id, **query)


def section(test: AppTest, name: str) -> AppTest:
    return test.button_group(key="search-section").set_value(name).run()


def keys(test: AppTest) -> list[str]:
    return [str(button.key) for button in test.button]


def state_of(folder: DataFolder, name: str) -> Search:
    with folder.database.reading() as session:
        return searches.get(session, name)


def test_without_searches_the_form_is_open_and_says_what_a_search_is(open_page: Opener) -> None:
    test = open_page("search")
    assert not test.exception
    assert "No searches yet. A search proposes cells" in plain(test)
    assert test.expander[0].proto.expanded


def test_the_list_sets_the_best_against_the_twin(open_page: Opener, folder: DataFolder) -> None:
    search = add_pair(folder)
    test = open_page("search")
    assert not test.exception
    assert "**51.0 %** · 6.0 points above its twin (45.0 %)" in plain(test)
    assert f"open-{search.id}" in keys(test)
    test.button(key=f"open-{search.id}").click().run()
    assert headings(test) == ["cells"]
    assert asked(test, "search") == search.id


def test_a_finished_search_shows_its_numbers_and_all_sections(
    open_page: Opener, folder: DataFolder
) -> None:
    test = open_search(open_page, add_pair(folder))
    assert not test.exception
    shown = facts(test)
    assert shown["Trials"] == "12 of 12"
    assert (shown["Best reward"], shown["Best of the twin"]) == ("51.0 %", "45.0 %")
    assert shown["Failed"] == "1"
    assert shown["Trials per hour"] == "240"
    assert "Left" not in shown
    assert "1 out of memory: trial 2" in plain(test)
    assert "1 out of memory: twin, trial 6" in plain(test)
    for name in ("Pareto front", "Choices over time", "Cost", "Final training"):
        section(test, name)
        assert not test.exception
        assert not test.error
    section(test, "Choices over time")
    assert "Entropy of the controller" in plain(test)
