"""Searches from a terminal: real trials on a tiny dataset, by workers the command starts itself."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.data_folder import DataFolder, open_data_folder
from core.records import new_id
from core.search_records import SearchState
from core.settings import Settings
from core.store import datasets
from tests.tasks.cli.test_commands import Terminal
from tests.tasks.engine import wait_until
from tests.tasks.search_of_tests import (
    add_dataset,
    add_static,
    images_of,
    search_of,
    story_of,
    trials_of,
    work_off,
)

SMALL = ("--static", "small", "--macs-share", "100", "--nodes", "2", "--epochs", "1")
SMALL += ("--variants", "1", "--seed", "3", "--workers", "1", "--strategy", "evolution")


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def folder(dyncell: Terminal) -> DataFolder:
    """The folder of the commands, with the dataset `stripes` and the static network `small`."""
    opened = open_data_folder(Settings.of(dyncell.data, {}))
    add_dataset(opened)
    add_static(opened)
    return opened


def _without_times(document: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in document.items() if k not in ("seconds_left", "trials_per_hour")}


def test_a_search_runs_to_its_end_is_shown_extended_and_gone_on_with(
    dyncell: Terminal, folder: DataFolder
) -> None:
    ran = dyncell("search", "run", "stripes", *SMALL, "--trials", 3, "--name", "cells", "--json")
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert (found["name"], found["strategy"], found["seed"]) == ("cells", "evolution", 3)
    assert found["state"] == found["twin"]["state"] == "done"
    assert found["config"]["parallelism"] == 2
    listed = json.loads(dyncell("jobs", "list", "--json").stdout)["jobs"]
    folded = [job["folded"] for job in listed if job["folded"]]
    assert {each["search_id"] for each in folded} == {found["id"], found["twin"]["id"]}
    assert all(set(each["states"]) == {"done"} for each in folded)
    assert "trials of cells: 3 done" in dyncell("jobs", "list").stdout
    assert "Trial 2 of cells" in dyncell("jobs", "list", "--all").stdout
    assert [trial["number"] for trial in found["trials"]] == [0, 1, 2]
    for trial in found["trials"]:
        assert trial["state"] == "done"
        assert 1 < trial["reward"] < 100
        assert trial["cause"] is None
        assert trial["seconds"] > 0
    assert found["best"]["reward"] == max(trial["reward"] for trial in found["trials"])
    assert found["twin"]["strategy"] == "random"
    assert len(found["twin"]["trials"]) == 3
    assert set(found["cost"]["seconds"]["cpu"]) > {"static", "features", "controller", "train"}
    assert (found["cost"]["gpu_days"], found["cost"]["cpu_seconds"] > 0) == (0, True)
    assert "cells trial 0: reward" in ran.stderr
    assert "cells-twin trial 0: reward" in ran.stderr

    shown = json.loads(dyncell("search", "show", "cells", "--json").stdout)
    assert _without_times(shown) == _without_times(found)
    words = dyncell("search", "show", "cells").stdout
    assert f"best {found['best']['reward']:.2f} (trial {found['best']['number']})" in words
    assert found["best"]["key"] in words
    listed = json.loads(dyncell("search", "list", "--json").stdout)["searches"]
    assert [each["name"] for each in listed] == ["cells", "cells-twin"]
    assert "3/3" in dyncell("search", "list").stdout

    genotype = Path(dyncell.data / "best.json")
    genotype.write_text(dyncell("search", "show", "cells", "--genotype", "best").stdout)
    described = json.loads(dyncell("genotype", "show", genotype, "--json").stdout)
    assert described["key"] == found["best"]["key"]

    again = dyncell("search", "resume", "cells")
    assert (again.exit_code, "'cells' is done: extend it" in again.stderr) == (1, True)
    taken = dyncell("search", "run", "stripes", *SMALL, "--trials", 3, "--name", "cells")
    assert (taken.exit_code, "'cells' exists already" in taken.stderr) == (1, True)

    longer = dyncell("search", "extend", "cells", "--trials", 1)
    assert "cells has 4 trials now" in longer.stdout
    assert "cells is running" in dyncell("search", "resume", "cells", "--detach").stdout
    work_off(folder)
    assert [each.number for each in trials_of(folder, "cells")] == [0, 1, 2, 3]
    assert dyncell("search", "delete", "cells").exit_code == 0
    assert dyncell("search", "list").stdout == "No searches yet.\n"


def test_resume_helps_control_c_pauses_and_resuming_comes_to_the_same(
    dyncell: Terminal, folder: DataFolder
) -> None:
    words = ["search", "run", "stripes", *SMALL, "--trials", "6", "--no-twin", "--detach"]
    assert "cells is preparing" in dyncell(*words, "--name", "cells").stdout
    work_off(folder, at_most=1)
    assert dyncell("search", "pause", "cells").exit_code == 0
    assert dyncell(*words, "--name", "whole").exit_code == 0
    work_off(folder)
    ordered = dyncell("search", "resume", "cells", "--detach")  # nobody works on it now
    assert "cells is running" in ordered.stdout

    command = [sys.executable, "-m", "tasks.cli", "search", "resume", "cells", "--workers", "1"]
    running = subprocess.Popen(
        [*command, "--data", str(dyncell.data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: len(_ended(folder, "cells")) >= 2, within=120)
    started = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(signal.SIGINT)
    told, said = running.communicate(timeout=60)
    assert running.returncode == 1
    assert said.count("\n") == 1
    assert "paused and nothing is lost" in said
    assert f"dyncell search resume cells --data {dyncell.data}" in said
    assert started
    assert not any(process.is_running() for process in started)
    assert search_of(folder, "cells").state is SearchState.PAUSED
    assert len(_ended(folder, "cells")) < 6
    assert told.count("cells trial 0: reward") == 1
    assert dyncell("search", "resume", "cells", "--detach").exit_code == 0
    work_off(folder)
    assert story_of(folder, "cells") == story_of(folder, "whole")


def _ended(folder: DataFolder, name: str) -> list[int]:
    return [t.number for t in trials_of(folder, name) if t.state.is_finished]


def test_a_static_network_that_saw_the_judged_frames_is_refused_and_another_one_may_take_over(
    dyncell: Terminal, folder: DataFolder
) -> None:
    with folder.database.reading() as session:
        data = datasets.get(session, "stripes")
    add_static(folder, name="knowing", images=images_of(folder, data))
    words = ["search", "run", "stripes", *SMALL, "--static", "knowing", "--name", "cells"]
    ran = dyncell(*words, "--trials", 2)
    assert ran.exit_code == 1
    assert ran.stderr.startswith("Error: knowing has learnt 4 of the 4")
    assert ran.stderr.count("\n") == 1
    assert "--static auto" in ran.stderr
    add_static(folder, name="other")
    words = ["stripes", "--static", "small", "--name", "cells", "--nodes", 2, "--macs-share", 99]
    ordered = dyncell("search", "run", *words, "--detach")
    assert ordered.exit_code == 0, ordered.output
    dyncell("search", "pause", "cells")
    ran = dyncell("search", "resume", "cells", "--static", "other", "--detach", "--json")
    found = json.loads(ran.stdout)
    assert (found["state"], found["config"]["static"]) == ("preparing", "other")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "nothing"], 1, "There is no dataset 'nothing'"),
        (["run", "stripes", "--static", "nothing"], 1, "There is no model 'nothing'"),
        (["run", "half", "--static", "small"], 1, "is not imported yet"),
        (["run", "stripes", *SMALL, "--macs-share", "1e-9"], 1, "keeps the limit on cost"),
        (["run", "stripes", "--split", "night", "--static", "small"], 1, "has no split 'night'"),
        (["run", "stripes", "--name", "a/b", "--static", "small"], 1, "cannot name a search"),
        (["run", "stripes", "--trials", "0"], 2, "give it at least 1 trial"),
        (["run", "stripes", "--hours", "0"], 2, "give it at least 1 trial"),
        (["run", "stripes", "--trials", "-3"], 2, "trials is -3"),
        (["run", "stripes", "--strategy", "luck"], 2, "'luck' is not one of"),
        (["resume", "nothing"], 1, "There is no search 'nothing'; searches: none yet"),
        (["show", "nothing", "--json"], 1, "There is no search 'nothing'"),
        (["pause", "nothing"], 1, "There is no search 'nothing'"),
        (["extend", "nothing"], 2, "how many --trials or --hours"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_leaves_nothing(
    dyncell: Terminal, folder: DataFolder, words: list[str], code: int, said: str
) -> None:
    with folder.database.writing() as session:
        datasets.add(session, new_id(), name="half", origin="upload")
    ran = dyncell("search", *words)
    assert (ran.exit_code, ran.stdout) == (code, "")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert json.loads(dyncell("search", "list", "--json").stdout) == {"searches": []}


def test_a_search_is_ordered_paused_cloned_and_stopped(
    dyncell: Terminal, folder: DataFolder
) -> None:
    ordered = dyncell("search", "run", "stripes", *SMALL, "--hours", "2", "--detach", "--json")
    found = json.loads(ordered.stdout)
    assert (found["name"], found["state"]) == ("stripes-evolution-3", "preparing")
    assert (found["best"], found["trials"], found["cost"]["cpu_seconds"]) == (None, [], 0)
    assert found["ordered"] == 100_000
    paused = dyncell("search", "pause", "stripes-evolution-3")
    assert "go on with: dyncell search resume stripes-evolution-3" in paused.stdout
    changes = ["--seed", 4, "--objectives", "accuracy, latency"]
    cloned = dyncell("search", "clone", "stripes-evolution-3", *changes, "--detach", "--json")
    made = json.loads(cloned.stdout)
    assert (made["name"], made["seed"]) == ("stripes-evolution-3-2", 4)
    assert made["config"] == found["config"] | {"seed": 4, "objectives": ["accuracy", "latency"]}
    assert "is stopped" in dyncell("search", "stop", "stripes-evolution-3-2").stdout
    ended = dyncell("search", "stop", "stripes-evolution-3-2")
    assert (ended.exit_code, "it has ended already" in ended.stderr) == (1, True)
    words = dyncell("search", "show", "stripes-evolution-3").stdout
    assert "stripes-evolution-3  (paused" in words
    no_best = dyncell("search", "show", "stripes-evolution-3", "--genotype", "best")
    assert (no_best.exit_code, "no trial with a reward yet" in no_best.stderr) == (1, True)
