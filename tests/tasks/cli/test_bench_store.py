"""`dyncell bench store` on a small board, in a database of its own that is gone afterwards."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.board.columns import METRICS
from core.store.board_speed import FILTERS, MARKS, SORTS
from tasks.cli import main


def test_every_filter_and_sort_is_timed_on_first_and_last_pages(tmp_path: Path) -> None:
    words = ["bench", "store", "--rows", "120", "--json", "--data", str(tmp_path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.output
    assert list(tmp_path.iterdir()) == []
    found = json.loads(done.stdout)
    assert (found["rows"], found["metrics"]) == (120, len(METRICS))
    assert found["database"] == "sqlite"
    cases, plots = found["cases"], found["plots"]
    assert {(case["filter"], case["sort"]) for case in cases} == {
        (asked, sort) for asked in FILTERS for sort in SORTS
    }
    assert {case["offset"] for case in cases if not case["filter"]} == {0, 50, 100}
    assert {(case["filter"], case["sort"], case["mark"]) for case in plots} == {
        (asked, sort, mark) for asked in FILTERS for sort in SORTS for mark in MARKS
    }
    assert found["worst_wall_ms"] == max(case["wall_ms"] for case in cases + plots) > 0


@pytest.mark.parametrize("server", ["mysql://localhost/x", "nowhere"])
def test_what_is_no_postgresql_server_is_refused_in_one_line(server: str) -> None:
    done = CliRunner().invoke(main, ["bench", "store", "--server", server])
    assert done.exit_code == 1
    assert "--server is the address of a PostgreSQL server" in done.stderr
