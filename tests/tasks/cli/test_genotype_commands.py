import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from core.cell_cost import cell_cost
from core.genotype import Genotype
from core.model_file import SHIPPED, read_header
from core.named_genotypes import NAMED
from core.space import Space
from tasks.cli import main
from tasks.cli.cell_times import cell_time_lines
from tests.small_model import write_small_model

PROPAGATE = NAMED["propagate"]


class Terminal:
    """Runs `dyncell genotype` on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *words: object, stdin: str | bytes = "") -> Result:
        arguments = ["genotype", *map(str, words), "--data", str(self.data)]
        return CliRunner().invoke(main, arguments, input=stdin)

    def json(self, *words: object, stdin: str | bytes = "") -> Any:
        ran = self(*words, "--json", stdin=stdin)
        assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
        return json.loads(ran.stdout)


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data")


@pytest.mark.parametrize("cell", ["light", "full", "any"])
@pytest.mark.parametrize("space", ["paper", "extended"])
def test_a_sample_is_one_json_document_of_the_space(
    dyncell: Terminal, space: Any, cell: Any
) -> None:
    words = ("sample", "--space", space, "--nodes", 3, "--seed", 5, "--cell", cell)
    document = dyncell.json(*words)
    assert list(document) == [
        "version",
        "key",
        "light",
        "nodes",
        "params",
        "macs_steady",
        "macs_key",
    ]
    found = Genotype.from_dict(document)
    assert Space(space, 3, cell).contains(found)
    assert (document["key"], document["light"]) == (found.key, found.is_light)
    assert dyncell.json(*words) == document
    assert not dyncell.data.exists()


def test_show_takes_what_sample_prints_and_prints_the_same(
    dyncell: Terminal, tmp_path: Path
) -> None:
    document = dyncell.json("sample", "--seed", 1)
    path = tmp_path / "cell.json"
    path.write_text(json.dumps(document))
    assert dyncell.json("show", path) == document
    assert dyncell.json("show", "-", stdin=json.dumps(document)) == document


def test_the_cost_is_that_of_the_whole_deployed_model(dyncell: Terminal) -> None:
    config = read_header(SHIPPED["camvid-static"]).config
    cost = cell_cost(config, PROPAGATE, height=360, width=480)
    document = dyncell.json("show", "propagate")
    assert (document["params"], document["macs_steady"], document["macs_key"]) == (
        cost.parameters,
        cost.macs_steady,
        cost.macs_key,
    )
    assert cost.macs_steady < cost.macs_key


def test_the_static_network_and_the_size_can_be_chosen(dyncell: Terminal, tmp_path: Path) -> None:
    path = write_small_model(tmp_path / "small.safetensors")
    cost = cell_cost(read_header(path).config, PROPAGATE, height=120, width=160)
    document = dyncell.json("show", "propagate", "--static", path, "--size", "160x120")
    assert (document["params"], document["macs_key"]) == (cost.parameters, cost.macs_key)
    smaller = dyncell.json("show", "propagate", "--size", "16x16")
    assert smaller["macs_key"] < dyncell.json("show", "propagate")["macs_key"]


def test_show_prints_nodes_outputs_and_costs(dyncell: Terminal) -> None:
    lines = dyncell("show", "propagate").stdout.splitlines()
    assert lines[:5] == [
        f"{PROPAGATE.key}  light, reads low, prev_low, prev_high",
        "0  correlate(identity(prev_low), identity(low))",
        "1  align(identity(prev_high), identity(0))",
        "2  sum(identity(1), sep3x3(low))",
        "output: node 2",
    ]
    assert lines[5].startswith("with camvid-static at 480x360: ")
    assert len(lines) == 6
    assert "full, reads high" in dyncell("show", "blend").stdout
    assert dyncell("sample", "--seed", 1).stdout.count("\n") == 7


def test_named_genotypes_are_listed(dyncell: Terminal) -> None:
    listed = dyncell.json("list")["genotypes"]
    assert {entry["name"]: entry["key"] for entry in listed} == {
        name: found.key for name, found in NAMED.items()
    }
    text = dyncell("list").stdout
    assert text.count("\n") == len(NAMED)
    assert "Jain et al." in text


def test_a_key_from_the_list_does_wherever_a_name_does(dyncell: Terminal) -> None:
    assert dyncell.json("show", PROPAGATE.key) == dyncell.json("show", "propagate")
    assert dyncell.json("diff", PROPAGATE.key, "propagate")["only_a"] == []
    refused = dyncell("show", "0123456789abcdef")
    assert refused.exit_code == 1
    assert "has a cell with the key 0123456789abcdef" in refused.stderr


def test_a_difference_names_every_node_once(dyncell: Terminal) -> None:
    document = dyncell.json("diff", "propagate", "correct")
    assert list(document) == ["a", "b", "same", "only_a", "only_b"]
    assert (document["a"], document["b"]) == (PROPAGATE.key, NAMED["correct"].key)
    assert [(entry["a"], entry["b"]) for entry in document["same"]] == [(0, 0), (1, 1)]
    assert document["only_a"] == [{"a": 2, "node": "sum(identity(1), sep3x3(low))"}]
    assert [entry["b"] for entry in document["only_b"]] == [2, 3]
    text = dyncell("diff", "propagate", "correct").stdout
    assert "only in A:\n  A 2       sum(identity(1), sep3x3(low))\n" in text
    assert "only in A: none" in dyncell("diff", "blend", "blend").stdout


def test_one_side_of_a_difference_may_be_standard_input(dyncell: Terminal) -> None:
    document = dyncell.json("diff", "-", "propagate", stdin=PROPAGATE.to_json())
    assert (document["only_a"], document["only_b"]) == ([], [])
    assert dyncell("diff", "-", "-").exit_code == 2


def test_a_cell_is_timed_on_this_machine(dyncell: Terminal, tmp_path: Path) -> None:
    path = write_small_model(tmp_path / "small.safetensors")
    words = ("time", "propagate", "--static", path, "--size", "48x32")
    document = dyncell.json(*words)
    assert (document["key"], document["static"]) == (PROPAGATE.key, str(path))
    assert document["measured"]["frames_timed"] >= 300
    assert [node["node"] for node in document["nodes"]] == [
        str(node) for node in PROPAGATE.canonical.nodes
    ]
    lines = list(cell_time_lines(document))
    assert lines[0].endswith(f"on {path} at 48x32, 300 frames each")
    assert "network on a frame of the cell" in lines[1]
    assert sum(str(node) in line for line in lines for node in PROPAGATE.nodes) == 3
    assert document["setting"]["processor"] in lines[-1]


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["show", "blnd"], b"", "There is no genotype 'blnd'"),
        (["show", "copy"], b"", "copy keeps labels and has no genotype"),
        (["show", "0" * 16], b"", "has a cell with the key 0000000000000000"),
        (["show", "gone.json"], b"", "There is no genotype file 'gone.json'"),
        (["show", "-"], b"", "standard input: The genotype cannot be read: line 1 is no JSON"),
        (["show", "-"], b"\xff\xfe", "standard input: The genotype cannot be read: it is no UTF-8"),
        (["show", "-"], b" " * 4_000_001, "larger than 4 MB"),
        (["show", "-"], b'{"version": 1, "nodes": []}', "has 0 nodes; 1 to 8 are allowed"),
        (["show", "blend", "--static", "gone.safetensors"], b"", "There is no weights file"),
        (["show", "blend", "--static", "yours"], b"", "There is no model 'yours'"),
        (["diff", "blend", "blnd"], b"", "There is no genotype 'blnd'"),
        (["time", "blnd"], b"", "There is no genotype 'blnd'"),
        (["time", "blend", "--static", "yours"], b"", "There is no model 'yours'"),
        (["time", "blend", "--size", "4000x4000"], b"", "4000x4000 are too large to time"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_exit_code_one(
    dyncell: Terminal, words: list[str], stdin: bytes, said: str
) -> None:
    ran = dyncell(*words, "--json", stdin=stdin)
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Error: ")
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["show"],
        ["show", "blend", "--size", "480"],
        ["show", "blend", "--size", "15x360"],
        ["show", "blend", "--size", "480x99999"],
        ["show", "blend", "--size", "480x360x3"],
        ["show", "blend", "--size", "-480x360"],
        ["time", "blend", "--size", "480"],
        ["sample", "--nodes", "0"],
        ["sample", "--nodes", "9"],
        ["sample", "--space", "mine"],
        ["sample", "--seed", "-1"],
        ["sample", "--cell", "heavy"],
        ["diff", "blend"],
    ],
)
def test_wrong_use_is_exit_code_two(dyncell: Terminal, words: list[str]) -> None:
    assert dyncell(*words).exit_code == 2
