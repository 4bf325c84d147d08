"""The tour goes through its pages and back, waits while somebody looks around, and ends."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from webapp.tour import STOPS

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))


def opened(page: str = "", **query: str) -> AppTest:
    test = AppTest.from_file(FRAME, default_timeout=60)
    test.query_params.update(query)
    return (test.switch_page(f"app_pages/{page}.py") if page else test).run()


def press(test: AppTest, label: str) -> AppTest:
    (button,) = [each for each in test.button if each.label == label]
    test = button.click().run()
    assert not test.exception
    return test


def title(test: AppTest) -> str:
    return str(test.title[0].value)


def words(test: AppTest) -> list[str]:
    return [str(each.value) for each in (*test.markdown, *test.caption)]


def test_next_leads_through_every_page_that_the_tour_speaks_of() -> None:
    test = press(opened(), "Take the tour")
    seen = []
    for place, stop in enumerate(STOPS, 1):
        assert stop.words in words(test)
        assert f":material/tour: Tour, {place} of {len(STOPS)}" in words(test)
        assert test.query_params["tour"] == str(place)
        seen.append(title(test))
        if place < len(STOPS):
            test = press(test, f"Next: {STOPS[place].title}")
    assert seen == [stop.title for stop in STOPS]
    test = press(test, "Back")
    assert title(test) == STOPS[-2].title


def test_the_tour_waits_for_who_looks_around_and_ends_when_asked() -> None:
    test = opened("jobs", tour="3")
    assert "The tour waits on the page **Search**." in words(test)
    assert "Back to Search" in [button.label for button in test.button]
    test = opened("search", tour="3")
    assert title(test) == "Search"
    assert STOPS[2].words in words(test)
    test = press(test, "End the tour")
    assert title(test) == "Search"
    assert "tour" not in test.query_params
    assert not [text for text in words(test) if "Tour, " in text]


@pytest.mark.parametrize("asked", ["0", "7", "-1", "two", "1e3", "²"])
def test_an_address_without_such_a_stop_opens_no_tour(asked: str) -> None:
    test = opened(tour=asked)
    assert not test.exception
    assert not [text for text in words(test) if "Tour, " in text]


def test_who_goes_to_another_page_of_the_tour_is_at_its_stop() -> None:
    test = opened(tour="6")
    assert STOPS[0].words in words(test)
    assert f":material/tour: Tour, 1 of {len(STOPS)}" in words(test)


def test_an_empty_board_is_filled_where_the_tour_speaks_of_it() -> None:
    test = opened("leaderboard", tour="4")
    assert len(test.dataframe) == 0
    test = press(test, "Bring in a real search that comes along")
    assert "68.73" in list(test.dataframe[0].value["reward"])
    assert STOPS[3].words in words(test)
    assert "Bring in a real search that comes along" not in [each.label for each in test.button]
