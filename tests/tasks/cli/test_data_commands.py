"""Datasets, training and evaluation from a terminal, on a dataset made for the test."""

import json
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.label_png import label_png
from core.model_file import read_header
from core.nn.weights import load_model
from core.palette import CAMVID
from core.settings import Settings
from tests.tasks.cli.test_commands import Terminal
from tests.tiny_dataset import stripes, write_dataset, write_frame, zip_dataset

FEW = ("--steps", 3, "--width", 0.1, "--seed", 3, "--precision", "fp32")


@pytest.fixture
def dyncell(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def streets(dyncell: Terminal, tmp_path: Path) -> Path:
    """A dataset on disk, imported under the name `streets`."""
    folder = write_dataset(tmp_path / "streets")
    ran = dyncell("data", "import", "masks", folder)
    assert ran.exit_code == 0, ran.output
    return folder


def _json(dyncell: Terminal, *words: object) -> Any:
    ran = dyncell(*words, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_a_dataset_is_imported_listed_described_and_deleted(
    dyncell: Terminal, streets: Path
) -> None:
    listed = {found["name"]: found for found in _json(dyncell, "data", "list")["datasets"]}
    assert set(listed) == {"streets", "synthetic"}
    assert listed["streets"]["classes"] == ["red", "green", "blue"]
    assert listed["streets"]["splits"] == {"train": 6, "val": 10}
    stats = _json(dyncell, "data", "stats", "streets")["splits"]["val"]
    assert (stats["labelled"], stats["dense"], stats["void"]) == (10, 10, 10 * 4 * 96)
    assert sum(stats["pixels"]) == 10 * 68 * 96
    assert dyncell("data", "import", "masks", streets).exit_code == 1  # the name is taken
    assert dyncell("data", "delete", "streets").exit_code == 0
    assert dyncell("data", "delete", "streets").exit_code == 1
    kept = dyncell("data", "delete", "synthetic")
    assert (kept.exit_code, "is part of dyncell" in kept.stderr) == (1, True)
    assert [p.name for p in (dyncell.data / "artifacts").iterdir() if "pack" in p.name] == []


def test_a_zip_gives_the_same_dataset_as_its_folder(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    archive = zip_dataset(streets, tmp_path / "zipped.zip")
    said = _json(dyncell, "data", "import", "auto", archive)
    assert (said["name"], said["splits"]) == ("zipped", {"train": 6, "val": 10})
    listed = _json(dyncell, "data", "list")["datasets"]
    digests = {found["name"]: found["digest"] for found in listed}
    assert digests["zipped"] == digests["streets"]
    assert not list((dyncell.data / "artifacts").glob("*source*"))


def _spoil(kind: str, folder: Path) -> str:
    """Spoils the dataset and returns what the error must say."""
    image, labels = stripes(0)
    frame = "val/clip_0003"
    match kind:
        case "another size":
            write_frame(folder, frame, image, labels[:-2])
            return "clip_0003.png"
        case "ids out of range":
            wrong = labels.copy()
            wrong[9, 9] = 77
            write_frame(folder, frame, image, wrong)
            return "77"
        case "broken image":
            (folder / "images" / f"{frame}.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
            return "clip_0003.png"
        case "300 classes":
            classes = [{"name": f"c{n}", "colour": [n % 256, n // 256, 0]} for n in range(300)]
            (folder / "classes.json").write_text(json.dumps({"classes": classes}))
            return "300"
        case "broken json":
            (folder / "classes.json").write_text('{"classes": [\n  {"name": "a"\n}')
            return "classes.json line"
        case "nothing inside":
            for path in folder.rglob("*.png"):
                path.unlink()
            return "image"
    raise ValueError(kind)


@pytest.mark.parametrize(
    "kind",
    [
        "another size",
        "ids out of range",
        "broken image",
        "300 classes",
        "broken json",
        "nothing inside",
    ],
)
def test_a_spoilt_dataset_is_refused_in_one_sentence_and_leaves_nothing(
    kind: str, dyncell: Terminal, tmp_path: Path
) -> None:
    folder = write_dataset(tmp_path / "streets")
    said = _spoil(kind, folder)
    ran = dyncell("data", "import", "masks", folder)
    assert ran.exit_code == 1, ran.output
    assert ran.stderr.startswith("Error: ")
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert [found["name"] for found in _json(dyncell, "data", "list")["datasets"]] == ["synthetic"]


@pytest.mark.parametrize("kind", ["climbs out", "link", "bomb", "no zip", "no layout"])
def test_a_hostile_archive_is_refused_and_writes_nowhere(
    kind: str, dyncell: Terminal, tmp_path: Path
) -> None:
    archive = tmp_path / "x.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        if kind == "climbs out":
            file.writestr("../../escaped.txt", "x")
        elif kind == "link":
            entry = zipfile.ZipInfo("images/link.png")
            entry.external_attr = 0o120777 << 16
            file.writestr(entry, "/etc/passwd")
        elif kind == "no layout":
            file.writestr("notes.txt", "nothing to see")
        elif kind == "bomb":
            file.writestr("images/a.png", bytes(300_000_000))
    if kind == "no zip":
        archive.write_bytes(b"Rar!")
    ran = dyncell("data", "import", "auto", archive, "--name", "streets")
    assert (ran.exit_code, ran.stderr.strip().count("\n")) == (1, 0), ran.stderr
    assert "x.zip" in ran.stderr or (kind == "no layout" and "Error: x is laid" in ran.stderr)
    assert not list(tmp_path.rglob("escaped.txt"))
    work = Settings.of(dyncell.data).work
    assert not work.exists() or list(work.iterdir()) == []


def test_a_network_is_trained_on_a_dataset_and_evaluated(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    out = tmp_path / "n.safetensors"
    written = dyncell("train", "static", "streets", *FEW, "--out", out)
    assert written.exit_code == 0, written.output
    assert "% mIoU on 10 labelled frames of streets/val" in written.stdout
    header = read_header(out)
    assert header.palette.names == ("red", "green", "blue")
    assert header.provenance.command == (
        "dyncell train static streets --seed 3 --width 0.1 --steps 3 --synthetic 0.0 "
        "--precision fp32 --score val --out FILE"
    )
    found = _json(dyncell, "evaluate", out, "streets", "--split", "val", "--no-flow")
    assert found["miou"] == pytest.approx(header.metrics["miou"], abs=0.01)
    assert (found["frames"], found["dataset"]) == (10, "streets")
    again = _json(dyncell, "evaluate", out, "streets", "--split", "val", "--no-flow")
    assert again == found  # the very row: its id too
    part = _json(dyncell, "evaluate", out, "streets", "--split", "val:2..4", "--no-flow")
    assert (part["frames"], part["vc8"]) == (3, None)
    assert "vc8" in part["notes"]
    kinds = [job["kind"] for job in _json(dyncell, "jobs", "list")["jobs"]]
    assert kinds.count("evaluate") == 2
    assert list(Settings.of(dyncell.data).checkpoints.iterdir()) == []


def test_a_training_begins_from_a_model_by_name_or_file(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    assert dyncell("train", "static", "streets", *FEW, "--name", "first").exit_code == 0
    out = tmp_path / "n.safetensors"
    ran = dyncell("train", "static", "streets", *FEW, "--start", "first", "--out", out)
    assert ran.exit_code == 0, ran.output
    provenance = read_header(out).provenance
    first, then = provenance.command.split(" && ")
    assert first.startswith("dyncell train static streets --seed 3")
    assert first.endswith("--out START1")
    assert then.endswith("--start START1 --score val --out FILE")
    assert len(provenance.training["start"]) == 64
    assert dyncell("train", "static", "streets", *FEW, "--start", out, "--name", "b").exit_code == 0
    unknown = dyncell("train", "static", "streets", *FEW, "--start", "nobody", "--name", "c")
    assert (unknown.exit_code, "no model 'nobody'" in unknown.stderr) == (1, True)
    wide = dyncell("train", "static", "streets", *FEW, "--start", "camvid-static", "--name", "c")
    assert (wide.exit_code, "has width" in wide.stderr) == (1, True), wide.stderr


def test_a_path_does_where_a_name_does(dyncell: Terminal, tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "elsewhere")
    out = tmp_path / "n.safetensors"
    assert dyncell("train", "static", folder, *FEW, "--out", out).exit_code == 0
    found = _json(dyncell, "evaluate", out, folder, "--split", "val", "--no-flow")
    assert found["frames"] == 10
    assert [d["name"] for d in _json(dyncell, "data", "list")["datasets"]] == ["synthetic"]


def test_a_model_of_other_classes_needs_a_mapping(dyncell: Terminal, streets: Path) -> None:
    words = ("evaluate", "camvid", "streets", "--split", "val", "--no-flow")
    refused = dyncell(*words)
    assert (refused.exit_code, "--map" in refused.stderr or "mapping" in refused.stderr) == (
        1,
        True,
    )
    names = read_header(Path("core/weights/camvid-static.safetensors")).palette.names
    maps = [word for name in names for word in ("--map", f"{name}=green")]
    found = _json(dyncell, *words, *maps)
    assert found["classes"]["green"] == pytest.approx(100 / 3, abs=3)  # everything is green
    assert dyncell(*words, "--map", "Car").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing", "streets", "--split", "val"), "no model 'nothing'"),
        (("camvid", "nothing", "--split", "val"), "no dataset 'nothing'"),
        (("camvid", "streets", "--split", "test"), "no split 'test'"),
        (("camvid", "streets", "--split", "val:50..60"), "50..60 leads out of it"),
    ],
)
def test_what_cannot_be_evaluated_is_told_in_one_line(
    words: tuple[str, ...], said: str, dyncell: Terminal, streets: Path
) -> None:
    names = read_header(Path("core/weights/camvid-static.safetensors")).palette.names
    maps = [word for name in names for word in ("--map", f"{name}=green")]
    ran = dyncell("evaluate", *words, *maps)
    assert (ran.exit_code, ran.stderr.strip().count("\n")) == (1, 0), ran.stderr
    assert said in ran.stderr


def test_predictions_that_do_not_fit_name_the_file(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    import cv2

    folder = tmp_path / "said"
    folder.mkdir()
    words = ("evaluate", "--predictions", folder, "streets", "--split", "val", "--no-flow")
    missing = dyncell(*words)
    assert (missing.exit_code, "clip_0000" in missing.stderr) == (1, True)
    for number in range(10):
        labels = np.where(stripes(number)[1] == 255, 0, stripes(number)[1]).astype(np.uint8)
        grey = cv2.imencode(".png", labels)[1].tobytes()
        content = label_png(labels, CAMVID) if number % 2 else grey  # with a palette, as exports
        (folder / f"clip_{number:04}.png").write_bytes(content)
    assert _json(dyncell, *words)["miou"] == 100
    cv2.imwrite(str(folder / "clip_0004.png"), np.full((72, 96), 9, np.uint8))
    wrong = dyncell(*words)
    assert (wrong.exit_code, "holds the id 9" in wrong.stderr) == (1, True)
    cv2.imwrite(str(folder / "clip_0004.png"), np.zeros((70, 96), np.uint8))
    small = dyncell(*words)
    assert (small.exit_code, "96x70" in small.stderr) == (1, True)


def test_all_void_one_frame_and_an_absent_class_have_defined_results(
    dyncell: Terminal, tmp_path: Path
) -> None:
    folder = write_dataset(tmp_path / "odd", train=2, val=1)
    image, labels = stripes(0)
    write_frame(folder, "val/clip_0000", image, np.full_like(labels, 255))
    for number in range(2):
        write_frame(folder, f"train/clip_{number:04}", image, np.where(labels == 2, 255, labels))
    assert dyncell("data", "import", "masks", folder).exit_code == 0
    out = tmp_path / "n.safetensors"
    trained = dyncell("train", "static", "odd", *FEW, "--score", "train", "--out", out)
    assert trained.exit_code == 0, trained.output
    void = _json(dyncell, "evaluate", out, "odd", "--split", "val")
    assert (void["miou"], void["classes_present"], void["frames"]) == (None, 0, 1)
    assert void["notes"]["miou"]
    present = _json(dyncell, "evaluate", out, "odd", "--split", "train")
    assert (present["classes"]["blue"], present["classes_present"]) == (None, 2)
    refused = dyncell("train", "static", "odd", "--split", "val", *FEW, "--out", out)
    assert (refused.exit_code, "void" in refused.stderr) == (1, True)


def test_ctrl_c_keeps_a_checkpoint_that_the_same_command_goes_on_from(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    few = ("--steps", "40", "--width", "0.1", "--seed", "5", "--precision", "fp32")
    words = ["train", "static", "streets", *few, "--out", str(tmp_path / "n.safetensors")]
    stopped = subprocess.Popen(
        [sys.executable, "-m", "tasks.cli", *words, "--data", str(dyncell.data)],
        stderr=subprocess.PIPE,
        text=True,
    )
    while not any(_steps_done(job) for job in _trainings(dyncell)):
        assert stopped.poll() is None
    stopped.send_signal(signal.SIGINT)
    _, said = stopped.communicate(timeout=60)
    assert stopped.returncode == 1
    assert "its checkpoint kept; the same command goes on from there" in said
    checkpoints = Settings.of(dyncell.data).checkpoints
    kept = torch.load(next(checkpoints.glob("static-*/training.pt")), weights_only=True)
    assert 0 < kept["step"] < 40
    assert [job["state"] for job in _trainings(dyncell)] == ["cancelled"]
    assert dyncell(*words).exit_code == 0


def _steps_done(job: dict[str, Any]) -> int:
    progress = job["progress"]
    return int(progress["done"]) if progress["stage"] == "training" else 0


def _trainings(dyncell: Terminal) -> list[dict[str, Any]]:
    listed = _json(dyncell, "jobs", "list")["jobs"]
    return [job for job in listed if job["kind"] == "train_static"]


def test_a_command_that_was_killed_goes_on_from_its_checkpoint_to_the_same_weights(
    dyncell: Terminal, streets: Path, tmp_path: Path
) -> None:
    few = ("--steps", "24", "--width", "0.1", "--seed", "5", "--precision", "fp32")
    words = ["train", "static", "streets", *few, "--out"]
    checkpoints = Settings.of(dyncell.data).checkpoints
    target = [str(tmp_path / "killed.safetensors"), "--data", str(dyncell.data)]
    killed = subprocess.Popen(
        [sys.executable, "-m", "tests.tasks.cli.often_saving", *words, *target]
    )
    while not list(checkpoints.glob("static-*/training.pt")):
        assert killed.poll() is None
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not (tmp_path / "killed.safetensors").exists()
    kept = torch.load(next(checkpoints.glob("static-*/training.pt")), weights_only=True)
    assert 0 < kept["step"] < 24
    for name in ("killed", "whole"):
        out = tmp_path / f"{name}.safetensors"
        ran = dyncell(*words, out)
        assert ran.exit_code == 0, ran.output
    one, other = (
        load_model(tmp_path / f"{name}.safetensors")[0].state_dict() for name in ("killed", "whole")
    )
    assert all(torch.equal(one[key], other[key]) for key in other)
