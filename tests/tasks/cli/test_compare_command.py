import json
from pathlib import Path

import pytest

from core.data_folder import open_data_folder
from core.settings import Settings
from tests.compared_rows import ComparedRows, add_compared_rows
from tests.tasks.cli.test_commands import Terminal


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def rows(dyncell: Terminal, tmp_path: Path) -> ComparedRows:
    folder = open_data_folder(Settings.of(dyncell.data, {}))
    made = add_compared_rows(folder, tmp_path)
    folder.database.close()
    return made


def test_rows_are_compared_by_name_and_id_as_a_table_and_a_document(
    dyncell: Terminal, rows: ComparedRows
) -> None:
    ran = dyncell("compare", "clock", rows.mover, rows.static, rows.elsewhere)
    assert ran.exit_code == 0, ran.output
    assert "A  clock  cell, judged val, 2 seeds (base)" in ran.stdout
    assert "another setting: no differences of its scores" in ran.stdout
    assert "B takes Tree for Building less often" in ran.stdout
    assert "C: one of the two has one run alone" in ran.stdout

    document = json.loads(dyncell("compare", "clock", rows.mover, "--json").stdout)
    miou = document["metrics"]["miou"]["rows"]
    assert document["base"] == "A"
    assert miou["A"]["verdict"] == "base"
    assert miou["B"]["verdict"] == "better"
    assert miou["B"]["difference"]["method"] == "paired"
    low, high = miou["B"]["difference"]["interval"]
    assert 0 < low < miou["B"]["mean"] - miou["A"]["mean"] < high
    assert document["classes"]["iou"]["Tree"]["rows"]["B"]["verdict"] == "better"
    shift = document["confusion"]["B"]["shifts"][0]
    assert (shift["truth"], shift["predicted"]) == ("Tree", "Building")
    assert document["cells"]["B"]["only_row"]

    turned = json.loads(
        dyncell("compare", "clock", rows.mover, "--base", rows.mover, "--json").stdout
    )
    gap = turned["metrics"]["miou"]["rows"]["A"]["difference"]["value"]
    assert gap == pytest.approx(-miou["B"]["difference"]["value"])


def test_what_cannot_be_compared_ends_with_one_line(dyncell: Terminal, rows: ComparedRows) -> None:
    gone = "0" * 16
    for arguments, sentence in (
        ((rows.mover,), "takes two to four rows, but one row was named"),
        ((), "takes two to four rows, but no row was named"),
        (("mover", "wide"), "2 rows are called 'wide'; give the id of one: "),
        (("mover", "nobody"), "No row of the leaderboard is called 'nobody'"),
        ((rows.mover, gone), f"There is no row {gone} on the leaderboard"),
        ((rows.mover, rows.mover), "was named twice"),
        ((rows.mover, rows.clock, "--base", rows.static), "is none of the rows"),
        ((rows.mover, *(f"{n:016x}" for n in range(4))), "but 5 were named; leave some out"),
    ):
        ran = dyncell("compare", *arguments)
        assert ran.exit_code == 1, ran.output
        assert sentence in ran.stderr, arguments
        assert ran.stderr.count("\n") == 1
