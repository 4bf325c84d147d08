"""Training a cell from a terminal, on a tiny CamVid and a static network of random weights."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from core.genotype import Genotype
from core.model_file import model_digest, read_header
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.weights import load_model, load_network
from core.palette import Palette
from core.settings import Settings
from tests.datasets_media import make_camvid
from tests.small_model import write_small_model
from tests.tasks.cli.test_commands import Terminal
from tests.tiny_dataset import COLOURS, NAMES, write_dataset

FEW = ("--steps", "4", "--length", "3", "--seed", "3")


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "static.safetensors")


@pytest.fixture
def camvid(tmp_path: Path) -> Path:
    return make_camvid(tmp_path / "camvid", splits={"train": 4, "val": 10})


def test_a_cell_is_trained_registered_used_and_judged(
    dyncell: Terminal, static: Path, camvid: Path
) -> None:
    ran = dyncell("train", "cell", "propagate", camvid, "--static", static, *FEW, "--name", "mover")
    assert ran.exit_code == 0, ran.output
    assert "mover: 4 steps, last loss" in ran.stdout
    listed = json.loads(dyncell("models", "list", "--json").stdout)["models"]
    row = next(model for model in listed if model["name"] == "mover")
    assert row["kind"] == "cell"
    assert Genotype.from_dict(row["config"]["cell"]["genotype"]) == NAMED["propagate"].canonical
    judged = dyncell("evaluate", "mover", camvid, "--split", "val", "--json")
    assert judged.exit_code == 0, judged.output
    assert json.loads(judged.stdout)["frames"] == 10
    again = dyncell("train", "cell", "blend", camvid, "--static", "mover", *FEW, "--name", "more")
    assert (again.exit_code, "mover has a dynamic cell already" in again.stderr) == (1, True)
    card = dyncell("models", "show", "mover").stdout
    assert "dyncell train cell propagate" in card
    assert "--key-interval 5" in card


def test_the_file_keeps_the_static_network_and_says_where_it_comes_from(
    dyncell: Terminal, static: Path, camvid: Path, tmp_path: Path
) -> None:
    out = tmp_path / "cell.safetensors"
    ran = dyncell(
        *("train", "cell", "blend", camvid, "--static", static, *FEW, "--memoryless"),
        *("--synthetic", "2", "--score", "val:1..8", "--out", out),
    )
    assert ran.exit_code == 0, ran.output
    header = read_header(out)
    assert header.cell == CellConfig.of(NAMED["blend"])
    assert header.provenance.training["memoryless"] is True
    assert header.provenance.training["static"]["sha256"] == model_digest(static)
    assert "4 simulated clips of 3 frames ending in" in header.provenance.data
    assert "and 6 simulated clips of 3 frames ending in" in header.provenance.data
    assert "from 2 procedural streets" in header.provenance.data
    assert "--synthetic 2 --score val:1..8 --memoryless --out FILE" in header.provenance.command
    judged = json.loads(
        dyncell("evaluate", out, camvid, "--split", "val:1..8", "--no-flow", "--json").stdout
    )
    assert header.metrics["scored_on"].startswith("8 labelled frames of camvid/val:1..8")
    assert header.metrics["miou"] == round(judged["miou"], 2)
    assert header.metrics["classes"].keys() == judged["classes"].keys()
    kept, original = load_network(out)[0].static.state_dict(), load_model(static)[0].state_dict()
    assert all(torch.equal(kept[name], original[name]) for name in original)


def test_a_command_that_was_killed_goes_on_to_the_same_weights(
    dyncell: Terminal, static: Path, camvid: Path, tmp_path: Path
) -> None:
    words = ["train", "cell", "clockwork", str(camvid), "--static", str(static)]
    words += ["--steps", "240", "--length", "3", "--out"]
    killed = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.tasks.cli.often_saving", *words),
            *(str(tmp_path / "killed.safetensors"), "--data", str(dyncell.data)),
        ]
    )
    checkpoints = Settings.of(dyncell.data).checkpoints
    while not list(checkpoints.glob("cell-*/training.pt")):
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    kept = torch.load(next(checkpoints.glob("cell-*/training.pt")), weights_only=True)
    assert 0 < kept["step"] < 240
    assert not (tmp_path / "killed.safetensors").exists()
    for name in ("killed", "whole"):
        ran = dyncell(*words, tmp_path / f"{name}.safetensors")
        assert ran.exit_code == 0, ran.output
        assert list(checkpoints.glob("cell-*")) == []  # the killed one's was found, used, removed
    one, other = (
        load_network(tmp_path / f"{name}.safetensors")[0].state_dict()
        for name in ("killed", "whole")
    )
    assert all(torch.equal(one[key], other[key]) for key in other)


def test_what_cannot_be_trained_is_refused_in_one_sentence(
    dyncell: Terminal, static: Path, camvid: Path, tmp_path: Path
) -> None:
    def said(*words: object) -> tuple[int, str]:
        ran = dyncell("train", "cell", *words, *FEW)
        assert "Traceback" not in ran.output
        return ran.exit_code, ran.stderr

    out = ("--out", tmp_path / "c.safetensors")
    code, text = said("nothing", camvid, "--static", static, *out)
    assert (code, "no genotype 'nothing'" in text) == (1, True)
    code, text = said("copy", camvid, "--static", static, *out)
    assert (code, "has no genotype" in text) == (1, True)
    code, text = said("blend", camvid, "--static", "gone", *out)
    assert (code, "gone" in text) == (1, True)
    code, text = said("propagate", camvid, "--static", static, "--memoryless", *out)
    assert (code, "is for full cells" in text) == (2, True)
    code, text = said("blend", camvid, "--static", static, "--score", "val:8..99", *out)
    assert (code, "leads out of it" in text) == (1, True)
    other = tmp_path / "other.json"
    other.write_text(json.dumps({"version": 2, "nodes": []}))
    code, text = said(other, camvid, "--static", static, *out)
    assert (code, "version" in text) == (1, True)
    wrong = tmp_path / "stripes"
    code, text = said("blend", write_dataset(wrong), "--static", static, *out)
    assert (code, "choose a static network trained on these classes" in text) == (1, True)
    striped = write_small_model(tmp_path / "striped.safetensors", palette=Palette(NAMES, COLOURS))
    code, text = said("blend", wrong, "--static", striped, "--synthetic", "1", *out)
    assert (code, "Train without them (--synthetic 0)" in text) == (1, True)
