"""`dyncell baselines`, end to end on a tiny CamVid and a static network of random weights."""

import json
from pathlib import Path
from typing import Any

import click
import pytest

from core.named_genotypes import NAMED
from tasks.cli.baselines import baselines
from tasks.cli.train import cell
from tests.datasets_media import make_camvid
from tests.small_model import write_small_model
from tests.tasks.cli.test_commands import Terminal
from tests.tiny_dataset import write_dataset

UNTRAINED = ["ema-0.7", "ema-0.5", "dis-ema-0.5", "dis-ema-0.3"]
UNTRAINED += ["homography-0.5", "homography-0.3", "copy", "dis-labels-5"]
FEW = ("--steps", "2", "--length", "3", "--seeds", "1", "--random-cells", "2")


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "net.safetensors")


@pytest.fixture
def camvid(tmp_path: Path) -> Path:
    return make_camvid(tmp_path / "camvid", splits={"train": 3, "val": 10})


def jobs(dyncell: Terminal) -> list[str]:
    listed = json.loads(dyncell("jobs", "list", "--limit", "200", "--json").stdout)["jobs"]
    return sorted(job["kind"] for job in listed)


def table(dyncell: Terminal, *words: object) -> dict[str, Any]:
    ran = dyncell("baselines", *words, "--split", "val", "--json")
    assert ran.exit_code == 0, ran.output
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_all_rows_are_made_once_and_stand_on_the_leaderboard(
    dyncell: Terminal, static: Path, camvid: Path
) -> None:
    asked = (static, camvid, *FEW)
    first = table(dyncell, *asked)
    rows = {row["row"]: row for row in first["rows"]}
    random = next(name for name in rows if name.startswith("random cells of extended"))
    assert list(rows) == ["static", *UNTRAINED, *NAMED, "memoryless blend", random]
    assert all(row["miou"] is not None for row in rows.values())
    assert (rows[random]["n"], rows[random]["kind"], rows["blend"]["n"]) == (2, "cells", 1)
    for name in ("dis-ema-0.5", "dis-labels-5"):
        assert rows[name]["tc_m"] is None
        assert "the flow that would be its judge" in rows[name]["missing"]["tc_m"]
    assert rows["homography-0.5"]["tc_m"] is not None
    ran = jobs(dyncell)
    trained = len(NAMED) + 1 + 2  # the control and the random cells
    assert ran.count("train_cell") == trained
    assert ran.count("evaluate") == 9 + trained

    assert table(dyncell, *asked) == first
    assert jobs(dyncell) == ran  # nothing was done anew

    board = dyncell("leaderboard", "--filter", "baseline", "--columns", "name,kind,static,tc_m")
    assert "ema-0.7@net" in board.stdout
    assert random[:20] in board.stdout
    listed = dyncell("leaderboard", "--filter", "kind = baseline", "--json").stdout
    assert json.loads(listed)["total"] == 8  # copy is one, too

    for name in ("ema-0.7@net", "copy@net"):  # not the training of their network
        card = dyncell("models", "show", name).stdout
        assert "dyncell baselines net DATASET --split SPLIT --trained none" in card
        shown = json.loads(dyncell("models", "show", name, "--json").stdout)
        assert f"{shown['params_deployed']:,} parameters as deployed" in card

    page = dyncell("baselines", *asked, "--split", "val", "--markdown").stdout
    assert "| copy | 1 |" in page
    flicker = first["hand_labels"]["aba_flicker"]
    assert first["hand_labels"].keys() == {"pcr", "aba_flicker"}
    assert f"| hand labels |  |  | {flicker:.3f} |" in page
    judged = dyncell("leaderboard", "--filter", "setting != ''", "--columns", "name,aba_flicker")
    assert f"Hand labels of these frames: ABA flicker {flicker:.2f} %" in judged.stdout
    assert "**memoryless blend**: The control" in page


def test_models_that_are_there_are_taken_and_no_others_are_trained(
    dyncell: Terminal, static: Path, camvid: Path, tmp_path: Path
) -> None:
    out = tmp_path / "made-elsewhere.safetensors"
    made = dyncell(
        *("train", "cell", "clockwork", camvid, "--static", static),
        *("--steps", "2", "--length", "3", "--seed", "0", "--key-interval", "5", "--out", out),
    )
    assert made.exit_code == 0, made.output
    assert dyncell("models", "import", out).exit_code == 0
    rows = table(dyncell, static, camvid, *FEW, "--trained", "kept")["rows"]
    names = [row["row"] for row in rows]
    assert names == ["static", *UNTRAINED, "clockwork"]
    assert rows[-1]["models"] == ["made-elsewhere"]
    assert jobs(dyncell).count("train_cell") == 1


def test_none_trained_says_how_long_it_takes_and_judges_the_rest(
    dyncell: Terminal, static: Path, camvid: Path
) -> None:
    ran = dyncell("baselines", static, camvid, "--split", "val:2..9", "--trained", "none")
    assert ran.exit_code == 0, ran.output
    assert "To do: 9 evaluations of 8 frames, about" in ran.stderr
    assert "homography-0.5" in ran.stdout
    assert "No TC-m of dis-ema-0.5, dis-ema-0.3, dis-labels-5:" in ran.stdout
    again = dyncell("baselines", static, camvid, "--split", "val:2..9", "--trained", "none")
    assert "9 models, all of them judged already." in again.stderr


def test_what_cannot_be_judged_is_told_in_one_line(
    dyncell: Terminal, static: Path, camvid: Path, tmp_path: Path
) -> None:
    ema = tmp_path / "ema.safetensors"
    other = write_dataset(tmp_path / "stripes")
    (tmp_path / "nothing.json").write_text("{}")
    none = ("--trained", "none")
    assert dyncell("baselines", static, camvid, "--split", "val:0..3", *none).exit_code == 0
    for words, sentence in (
        ((static, camvid, "--split", "train", *none), "has no consecutive labelled frames"),
        ((static, camvid, "--split", "val:5..50", *none), "has the frames 0..9"),
        ((static, camvid, "--split", "night", *none), "night"),
        ((static, other, "--split", "val", *none), "is none of the dataset"),
        (("ema-0.7@net", camvid, "--split", "val", *none), "is a baseline itself"),
        (("copy@net", camvid, "--split", "val", *none), "has a cell"),
        ((ema, camvid, "--split", "val", *none), "There is no weights file"),
        (
            (static, camvid, "--split", "val", "--random-from", tmp_path / "nothing.json"),
            "is no search with a random twin",
        ),
    ):
        ran = dyncell("baselines", *words)
        assert (ran.exit_code, sentence in ran.stderr) == (1, True), ran.output
        assert ran.stderr.strip().count("\n") == 0
    both = dyncell("baselines", static, camvid, "--split", "val", "--json", "--markdown")
    assert both.exit_code == 2


def test_cells_are_trained_by_the_same_options_as_a_cell_alone() -> None:
    def told(command: click.Command) -> list[tuple[object, ...]]:
        shared = [each for each in command.params if each.name in ("steps", "length")]
        return [(each.opts, each.default, str(each.type), each.help) for each in shared]

    assert told(baselines) == told(cell)
    assert len(told(cell)) == 2
