"""Rewards beside final scores: told from five cells on, with a warning where they disagree."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import webapp
from core.board.made import made_rows
from core.data_folder import DataFolder
from core.store import trials
from tests.board_of_tests import fill_board
from tests.webapp.searched import add_search

pytestmark = pytest.mark.usefixtures("ours")

FRAME = str(Path(webapp.__file__).with_name("frame.py"))
REWARDS = (0.5, 0.6, 0.55, 0.7, 0.65, 0.4)


Told = Callable[..., str]


@pytest.fixture
def told(folder: DataFolder) -> Told:
    """What the page says of a search whose first cells have these final scores.

    With `again` they were trained in a second way, too, which gave those scores.
    """

    def judged(final: Sequence[float], again: Sequence[float] = ()) -> str:
        search = add_search(folder, rewards=REWARDS)
        with folder.database.reading() as session:
            cells = trials.list_trials(session, search.id, limit=None)
        rows = [
            replace(
                row,
                texts=row.texts | {"kind": "cell", "key": cell.key, "setting": "0000000a"},
                flags=row.flags | {"memoryless": False, "archived": False},
                means={"miou": score},
            )
            for row, cell, score in zip(
                made_rows(len(final) + len(again)), (*cells, *cells), (*final, *again), strict=False
            )
        ]
        fill_board(folder.database, rows)
        test = AppTest.from_file(FRAME, default_timeout=60).run()
        test.query_params["search"] = search.id
        test.switch_page("app_pages/search.py").run()
        (section,) = [each for each in test.button_group if "Final training" in each.options]
        section.set_value("Final training").run()
        assert not test.exception
        return "\n".join(str(each.value) for each in (*test.caption, *test.warning))

    return judged


def test_scores_in_the_order_of_the_rewards_agree(told: Told) -> None:
    text = told([50, 60, 55, 70, 65, 40])
    assert "tau of reward and final mIoU" in text
    assert "1\\.00 \\(6 cells judged" in text
    assert "hardly tells" not in text


def test_scores_in_another_order_are_a_warning(told: Told) -> None:
    text = told([70, 60, 65, 50, 55, 80])
    assert "\\-1\\.00" in text
    assert "hardly tells which cells are worth a final training" in text


def test_few_cells_say_nothing(told: Told) -> None:
    text = told([70, 60, 65, 50])
    assert "4 cells judged" in text
    assert "with at least 5" in text
    assert "tau" not in text


def test_a_cell_that_was_trained_twice_counts_once_by_its_better_score(told: Told) -> None:
    text = told([50, 60, 55, 70, 65, 40], again=[10, 5, 40, 20, 30, 1])
    assert "1\\.00 \\(6 cells judged" in text
    assert "hardly tells" not in text
