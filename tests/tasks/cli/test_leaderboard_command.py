import csv
import io
import json
from pathlib import Path

import pytest

from core.board.made import made_rows
from core.data_folder import open_data_folder
from core.settings import Settings
from core.store import saved_views
from tasks import queue
from tests.board_of_tests import fill_board
from tests.tasks.cli.test_commands import Terminal


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path)
    folder = open_data_folder(Settings.of(terminal.data, {}))
    fill_board(folder.database, list(made_rows(60)))
    queue.save_view(folder, "mine", {"filter": "light", "columns": "name,gain", "sort": "gain"})
    with folder.database.writing() as session:  # as a later version would leave it behind
        saved_views.add(session, "old", {"filter": "light", "columns": "name,speed"})
    folder.database.close()
    return terminal


def test_the_board_is_a_table_a_document_and_a_file(dyncell: Terminal) -> None:
    asked = ("leaderboard", "--filter", "light and miou > 10", "--columns", "name,miou,seeds")
    table = dyncell(*asked, "--size", 5)
    document = json.loads(dyncell(*asked, "--size", 5, "--page", 2, "--json").stdout)
    lines = list(csv.DictReader(io.StringIO(dyncell(*asked, "--size", 10, "--csv").stdout)))
    assert table.exit_code == 0, table.output
    assert "1 to 5 of " in table.stdout
    assert "cannot be compared: filter by setting" in table.stdout
    assert [row["id"] for row in document["rows"]] == [line["id"] for line in lines][5:]
    values = [row["miou"] for row in document["rows"]]
    assert values == sorted(values, reverse=True)
    assert document["total"] >= 10


def test_a_file_holds_every_row_that_matches_unless_a_page_is_named(dyncell: Terminal) -> None:
    lines = list(csv.DictReader(io.StringIO(dyncell("leaderboard", "--csv").stdout)))
    whole = json.loads(dyncell("leaderboard", "--json").stdout)
    assert len({line["id"] for line in lines}) == len(lines) > 60
    assert [row["id"] for row in whole["rows"]] == [line["id"] for line in lines]
    assert whole["total"] == whole["size"] == len(lines)
    assert {line["setting"] for line in lines} == {row["setting"] for row in whole["rows"]}
    page = list(csv.DictReader(io.StringIO(dyncell("leaderboard", "--csv", "--page", 2).stdout)))
    assert page == lines[20:40]


def test_the_table_says_below_why_numbers_are_missing(dyncell: Terminal) -> None:
    asked = ("--filter", "shipped", "--columns", "name,latency_p50,miou")
    told = dyncell("leaderboard", *asked).stdout
    assert "No Latency p50 of camvid, camvid-static: it has not been timed: " in told
    assert "--latency" in told
    assert "No mIoU of camvid, camvid-static: it has not been judged on a dataset yet." in told


def test_shipped_models_are_on_the_board_of_a_fresh_folder(tmp_path: Path) -> None:
    ran = Terminal(tmp_path)("leaderboard", "--filter", "shipped", "--columns", "name,params")
    assert ran.exit_code == 0, ran.output
    assert "camvid" in ran.stdout
    assert "1 to 2 of 2" in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--filter", "mio > 1"), "There is no column mio; perhaps: miou"),
        (("--filter", 'name = "'), 'The quote " at character 8 of the filter is not closed'),
        (("--sort", "tc_ratio"), "Rows are not sorted by tc_ratio"),
        (("--columns", "x"), "There is no column 'x'"),
        (("--view", "yours"), "There is no saved view 'yours'; saved views: mine, old."),
    ],
)
def test_what_cannot_be_read_ends_with_one_line(
    dyncell: Terminal, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = dyncell("leaderboard", *arguments)
    assert ran.exit_code == 1
    assert sentence in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_every_column_is_listed_with_what_it_means(dyncell: Terminal) -> None:
    listed = dyncell("leaderboard", "--list-columns").stdout
    assert "miou                   number  mIoU [%]: Intersection over union" in listed


def test_a_saved_view_is_where_a_command_starts(dyncell: Terminal) -> None:
    listed = dyncell("leaderboard", "--list-views").stdout
    assert "mine\n" in listed
    assert "  filter     light" in listed
    found = json.loads(dyncell("leaderboard", "--view", "mine", "--json").stdout)
    assert found["sort"] == "gain"
    assert {"id", "name", "gain"} <= set(found["rows"][0])
    assert "miou" not in found["rows"][0]
    own = ("leaderboard", "--view", "mine", "--filter", "gain > 50", "--columns", "light,gain")
    rows = json.loads(dyncell(*own, "--json").stdout)["rows"]
    assert rows
    assert all(row["light"] and row["gain"] > 50 for row in rows)


def test_a_column_that_a_view_names_and_that_is_gone_is_left_out_and_told(
    dyncell: Terminal,
) -> None:
    ran = dyncell("leaderboard", "--view", "old", "--json")
    assert ran.exit_code == 0, ran.output
    assert ran.stderr == "The view names columns that are gone: speed.\n"
    assert set(json.loads(ran.stdout)["rows"][0]) >= {"id", "name"}
