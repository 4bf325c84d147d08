import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.model_file import model_digest
from tasks.cli import main
from tests.core.onnx_stream import open_graph
from tests.small_model import write_small_model


class Terminal:
    """Runs `dyncell export` on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def __call__(self, *words: object) -> Result:
        arguments = ["export", *map(str, words), "--data", str(self.data)]
        return CliRunner().invoke(main, arguments)


@pytest.fixture
def dyncell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.chdir(tmp_path)
    return Terminal(tmp_path / "data")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "small.safetensors")


def test_a_cell_that_learnt_nothing_is_exported_as_one_json_document(
    dyncell: Terminal, small: Path
) -> None:
    model = f"clockwork@{small}"
    ran = dyncell(model, "m", "--size", "64x48", "--json")
    assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
    document = json.loads(ran.stdout)
    assert list(document) == [
        "model",
        "kind",
        "sha256",
        "width",
        "height",
        "key_interval",
        "key",
        "steady",
        "advice",
    ]
    assert (document["model"], document["kind"], document["key_interval"]) == (model, "cell", 5)
    for path in (document["key"], document["steady"]):
        assert open_graph(Path(path)).get_outputs()[0].shape == [1, 48, 64]


def test_a_static_network_is_exported_at_its_usual_size(dyncell: Terminal, small: Path) -> None:
    ran = dyncell(small, "m.onnx")
    assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("m.key.onnx: 0.")
    assert lines[1:] == ["Frames are 480x360. Run m.key.onnx on every frame."]
    said = open_graph(Path("m.key.onnx")).get_modelmeta().custom_metadata_map
    assert said["model_sha256"] == model_digest(small)


def test_a_copy_is_one_file_and_one_sentence(dyncell: Terminal, small: Path) -> None:
    ran = dyncell(f"copy@{small}", "m", "--size", "32x32")
    assert (ran.exit_code, ran.stderr) == (0, ""), ran.output
    assert "a copy has no cell, so there is no steady file." in ran.stdout
    assert sorted(path.name for path in Path().glob("m.*")) == ["m.key.onnx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["yours", "m"], "There is no model 'yours'"),
        (["gone.safetensors", "m"], "There is no weights file gone.safetensors"),
        (["blnd@camvid-static", "m"], "There is no genotype 'blnd'"),
        (["camvid", "missing/m"], "There is no folder"),
        (["camvid", "/proc/m"], "Nothing can be written in /proc"),
        (["camvid", "m", "--size", "15x360"], "'15x360' is no size; write WIDTHxHEIGHT with sides"),
        (["camvid", "m", "--size", "480"], "'480' is no size"),
    ],
)
def test_what_cannot_be_exported_is_one_line_and_exit_code_one(
    dyncell: Terminal, words: list[str], said: str
) -> None:
    ran = dyncell(*words, "--json")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Error: ")
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert list(Path().glob("m.*")) == []


@pytest.mark.parametrize("missing", ["onnx", "onnxscript"])
def test_a_missing_extra_is_one_line_that_says_how_to_install_it(
    dyncell: Terminal, small: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    ran = dyncell(small, "m")
    assert (ran.exit_code, ran.stdout) == (1, "")
    assert f"needs the package {missing}" in ran.stderr
    assert ran.stderr.endswith("run: .venv/bin/pip install -e '.[export]'\n")
    assert ran.stderr.count("\n") == 1


def test_wrong_use_is_exit_code_two(dyncell: Terminal, tmp_path: Path) -> None:
    assert dyncell("camvid").exit_code == 2
    assert dyncell("camvid", tmp_path).exit_code == 2
