"""Our own model files: exact round trips, and one clear sentence for every bad file."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.errors import BadCheckpoint
from core.model_file import (
    METADATA_KEY,
    ModelHeader,
    Provenance,
    count_parameters,
    model_digest,
    read_header,
)
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.weights import load_model, save_model
from core.palette import Palette

HEADER = ModelHeader(
    palette=Palette(names=("road", "Höhe", "sky"), colours=((1, 2, 3), (0, 0, 0), (255, 9, 7))),
    config=StaticConfig(num_classes=3, width=0.1, channels=8),
    provenance=Provenance(
        command="dyncell train static synthetic",
        seed=4,
        steps=10,
        data="three frames",
        data_hash="ab" * 32,
        code_version="0.1.0",
        note="for tests only",
        training={"phases": [{"share": 1.0}]},
    ),
    metrics={"miou": 12.5, "classes": {"road": None}},
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    save_model(tmp_path / "small.safetensors", build_segmenter(HEADER.config), header=HEADER)
    return tmp_path / "small.safetensors"


def rewrite(path: Path, **changes: object) -> Path:
    """The same tensors under a header with some keys replaced."""
    document = {**json.loads(HEADER.to_json()), **changes}
    save_file(load_file(path), str(path), metadata={METADATA_KEY: json.dumps(document)})
    return path


def test_a_model_comes_back_tensor_by_tensor(tmp_path: Path) -> None:
    torch.manual_seed(3)
    network = build_segmenter(HEADER.config)
    network.train()(torch.rand(2, 3, 64, 64))  # so that the norms have statistics
    save_model(tmp_path / "m.safetensors", network, header=HEADER)

    loaded, header = load_model(tmp_path / "m.safetensors")

    assert header == HEADER
    images = torch.rand(1, 3, 33, 50)
    with torch.inference_mode():
        assert torch.equal(loaded(images), network.eval()(images))
    assert not loaded.training


def test_the_header_is_read_without_torch(model: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.model_file import *;"
        "h = read_header(Path(sys.argv[1])); print(h.to_json());"
        "count_parameters(Path(sys.argv[1])); model_digest(Path(sys.argv[1]));"
        "sys.exit('torch' in sys.modules or 'numpy' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(model)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert ModelHeader.from_json(done.stdout) == HEADER == read_header(model)


def test_the_same_model_makes_the_same_file(model: Path, tmp_path: Path) -> None:
    network, header = load_model(model)
    save_model(tmp_path / "again.safetensors", network, header=header)
    assert model_digest(tmp_path / "again.safetensors") == model_digest(model)
    save_model(
        tmp_path / "other.safetensors", network, header=replace(header, metrics={"miou": 13})
    )
    assert model_digest(tmp_path / "other.safetensors") != model_digest(model)


def test_parameters_are_counted_from_the_file(model: Path) -> None:
    network, _ = load_model(model)
    assert count_parameters(model) == sum(p.numel() for p in network.parameters())


def test_nothing_is_left_behind_when_writing_fails(model: Path) -> None:
    network, _ = load_model(model)
    before = model.read_bytes()
    with pytest.raises(ValueError, match="JSON compliant"):
        save_model(model, network, header=replace(HEADER, metrics={"miou": float("nan")}))
    assert model.read_bytes() == before
    assert list(model.parent.iterdir()) == [model]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    for use in (read_header, load_model, model_digest, count_parameters):
        with pytest.raises(BadCheckpoint, match=r"no model file .*gone\.safetensors"):
            use(tmp_path / "gone.safetensors")
    with pytest.raises(BadCheckpoint, match="is a folder"):
        read_header(tmp_path)


@pytest.mark.parametrize(
    "content",
    [b"", b"1234567", b"\0" * 64, b"\xff" * 64, b"PK\3\4" + b"x" * 100, b"\2\0\0\0\0\0\0\0[]"],
    ids=["empty", "short", "zeros", "ones", "zip", "list"],
)
def test_a_foreign_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    path.write_bytes(content)
    for use in (read_header, load_model):
        with pytest.raises(BadCheckpoint, match=r"foreign\.safetensors is no dyncell model"):
            use(path)


def test_a_safetensors_file_of_others_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.safetensors"
    save_file({"a": torch.zeros(3)}, str(path), metadata={"format": "pt"})
    with pytest.raises(BadCheckpoint, match="carries no model header"):
        read_header(path)
    save_file({"a": torch.zeros(3)}, str(path))
    with pytest.raises(BadCheckpoint, match="carries no model header"):
        load_model(path)


@pytest.mark.parametrize("share", [0.01, 0.5, 0.999])
def test_a_file_that_is_cut_off_is_refused(share: float, model: Path) -> None:
    content = model.read_bytes()
    model.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadCheckpoint, match=r"small\.safetensors is (cut off|no dyncell model)"):
        load_model(model)


def test_a_file_of_a_newer_version_says_what_to_do(model: Path) -> None:
    with pytest.raises(BadCheckpoint, match=r"version 4, this program reads up to 3: update"):
        read_header(rewrite(model, version=4))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("version", "one"),
        ("version", 0),
        ("kind", "cell"),
        ("classes", ["a"]),
        ("colours", None),
        ("config", {"num_classes": 3, "depth": 1}),
        ("provenance", {}),
    ],
)
def test_a_damaged_header_is_refused(key: str, value: object, model: Path) -> None:
    with pytest.raises(BadCheckpoint, match=r"header of small\.safetensors is damaged"):
        read_header(rewrite(model, **{key: value}))


def test_weights_of_another_shape_than_the_header_says_are_refused(model: Path) -> None:
    config = {**HEADER.config.to_dict(), "channels": 16}
    with pytest.raises(BadCheckpoint, match="do not fit the network its header describes"):
        load_model(rewrite(model, config=config))


def test_missing_and_unknown_tensors_are_refused(model: Path) -> None:
    tensors = load_file(model)
    name = "classifier.classify.bias"
    for changed in (
        {n: t for n, t in tensors.items() if n != name},
        {**tensors, "classifier.extra": tensors[name].clone()},
    ):
        save_file(changed, str(model), metadata={METADATA_KEY: HEADER.to_json()})
        with pytest.raises(BadCheckpoint, match="1 tensors are missing, unknown"):
            load_model(model)


def test_a_header_with_the_wrong_number_of_names_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="3 class names for 4 classes"):
        replace(HEADER, config=StaticConfig(num_classes=4))
