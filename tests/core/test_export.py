"""What an export writes: files, names, shapes, metadata, and what it refuses."""

import json
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from core.errors import BadCheckpoint
from core.export import export_onnx, usual_size
from core.model_file import model_digest
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.onnx_files import OnnxExport
from core.palette import CAMVID
from core.predict import VideoPredictor
from tests.core.lively_model import SMALL, street, write_lively_cell, write_lively_static
from tests.core.nn.test_weights import HEADER
from tests.core.onnx_stream import OnnxStream, open_graph
from tests.small_model import write_small_model

OTHER = replace(SMALL, low_stride=8, head_upscale=2)
"""Every choice another than in the other tests of exports."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def static(folder: Path) -> Path:
    return write_lively_static(folder / "static.safetensors")


@pytest.fixture(scope="module")
def model(folder: Path) -> Path:
    static = write_lively_static(folder / "other.safetensors", OTHER)
    config = CellConfig(genotype=NAMED["correct"], reach=10, key_interval=3, own_head=True)
    return write_lively_cell(static, config, folder / "cell.safetensors")


@pytest.fixture(scope="module")
def made(folder: Path, model: Path) -> OnnxExport:
    return export_onnx(model, folder / "street.v1.onnx", height=61, width=83)


def test_a_cell_gives_two_files_named_after_out(
    made: OnnxExport, folder: Path, model: Path
) -> None:
    assert made == OnnxExport(
        key=folder / "street.v1.key.onnx",
        steady=folder / "street.v1.steady.onnx",
        kind="cell",
        width=83,
        height=61,
        key_interval=3,
        model_sha256=model_digest(model),
    )
    assert sorted(path.name for path in folder.glob("street*")) == [
        "street.v1.key.onnx",
        "street.v1.steady.onnx",
    ]
    assert made.advice == (
        "Run street.v1.key.onnx every 3 frames and on scene cuts, street.v1.steady.onnx in between."
    )


def test_the_graphs_take_bytes_and_hand_the_state_from_one_to_the_next(made: OnnxExport) -> None:
    assert made.steady is not None
    key, steady = open_graph(made.key), open_graph(made.steady)
    frame = ("frame", "tensor(uint8)", [1, 61, 83, 3])
    low = ("tensor(float)", [1, 8, 8, 11])
    high = ("tensor(float)", [1, 16, 8, 11])
    outputs = [("labels", "tensor(uint8)", [1, 61, 83]), ("low", *low), ("high", *high)]

    def described(values: list) -> list[tuple[str, str, list[int]]]:
        return [(value.name, value.type, value.shape) for value in values]

    assert described(key.get_inputs()) == [frame]
    assert described(steady.get_inputs()) == [frame, ("prev_low", *low), ("prev_high", *high)]
    assert described(key.get_outputs()) == described(steady.get_outputs()) == outputs


def test_a_model_of_other_choices_is_labelled_as_by_the_predictor(
    made: OnnxExport, model: Path
) -> None:
    """Odd sides, `low` of stride 8, a coarse head, a head of the cell's own, another interval."""
    predictor, stream = VideoPredictor.load(model), OnnxStream(made)
    predictor.drift_limit = None
    for frame in street(7, width=83, height=61):
        assert (stream.step(frame) == predictor.step(frame)).mean() >= 0.999
    assert predictor.key_frames == 3


def test_norms_are_folded_and_weights_lie_in_the_file(made: OnnxExport) -> None:
    assert made.steady is not None
    for path in (made.key, made.steady):
        graph = onnx.load(path, load_external_data=False)
        onnx.checker.check_model(graph, full_check=True)
        assert "BatchNormalization" not in {node.op_type for node in graph.graph.node}
        assert not [t for t in graph.graph.initializer if t.external_data]
        assert {opset.domain for opset in graph.opset_import} == {""}


def test_the_metadata_says_all_that_a_user_must_know(made: OnnxExport) -> None:
    assert made.steady is not None
    said = [open_graph(p).get_modelmeta().custom_metadata_map for p in (made.key, made.steady)]
    assert said[0] == said[1]
    assert json.loads(said[0]["classes"]) == list(CAMVID.names)
    assert json.loads(said[0]["colours"]) == [list(colour) for colour in CAMVID.colours]
    assert said[0]["model_sha256"] == made.model_sha256
    assert HEADER.provenance.data in said[0]["licence"]
    plain = ("kind", "size", "input_size", "key_interval")
    assert [said[0][name] for name in plain] == ["cell", "83x61", "72", "3"]


def test_a_static_network_has_a_key_graph_alone_and_every_frame_is_a_key_frame(
    static: Path, tmp_path: Path
) -> None:
    made = export_onnx(static, tmp_path / "m")
    assert (made.kind, made.steady, made.key_interval) == ("static", None, 1)
    assert (made.width, made.height) == (96, 72)
    assert made.advice == "Run m.key.onnx on every frame."
    assert [output.name for output in open_graph(made.key).get_outputs()] == ["labels"]
    predictor, stream = VideoPredictor.load(static), OnnxStream(made)
    for frame in street(3):
        assert (stream.step(frame) == predictor.step(frame)).mean() >= 0.999
    again = export_onnx(static, tmp_path / "again")
    assert again.key.read_bytes() == made.key.read_bytes()


def test_a_copy_has_a_key_graph_alone_and_says_what_to_do_in_between(
    folder: Path, static: Path, tmp_path: Path
) -> None:
    config = CellConfig.of(None, key_interval=2)
    model = write_lively_cell(static, config, folder / "copy.safetensors")
    stale = tmp_path / "m.steady.onnx"
    stale.write_bytes(b"of an earlier export")
    made = export_onnx(model, tmp_path / "m")
    assert (made.kind, made.steady, made.key_interval) == ("copy", None, 2)
    assert not stale.exists()
    assert "every 2 frames and on scene cuts, and repeat its labels in between" in made.advice
    predictor, stream = VideoPredictor.load(model), OnnxStream(made)
    predictor.drift_limit = None
    for frame in street(4):
        assert (stream.step(frame) == predictor.step(frame)).mean() >= 0.999
    assert predictor.key_frames == 2


def test_the_smallest_size_and_a_cell_that_never_reads_prev_low(
    static: Path, tmp_path: Path
) -> None:
    config = CellConfig.of(NAMED["clockwork"])
    model = write_lively_cell(static, config, tmp_path / "clockwork.safetensors")
    made = export_onnx(model, tmp_path / "m", height=16, width=16)
    assert made.steady is not None
    inputs = [given.name for given in open_graph(made.steady).get_inputs()]
    assert inputs == ["frame", "prev_low", "prev_high"]
    predictor, stream = VideoPredictor.load(model), OnnxStream(made)
    predictor.drift_limit = None
    for frame in street(6, width=16, height=16):
        assert (stream.step(frame) == predictor.step(frame)).mean() >= 0.996  # all but one pixel


def test_the_usual_size_is_4_to_3_with_the_input_size_as_its_short_side() -> None:
    assert usual_size(StaticConfig(num_classes=2)) == (360, 480)
    assert usual_size(StaticConfig(num_classes=2, input_size=50)) == (50, 67)


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ({"height": 15, "width": 20}, "the size 20x15 cannot be exported; sides of 16 to"),
        ({"height": 20, "width": 20_000}, "the size 20000x20 cannot be exported"),
        ({"height": 20}, "height 20 and width None; give both or none"),
    ],
)
def test_a_size_that_cannot_be_is_refused(
    static: Path, tmp_path: Path, size: dict[str, int], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        export_onnx(static, tmp_path / "m", **size)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_model_is_refused_and_older_files_stay(tmp_path: Path) -> None:
    model = write_small_model(tmp_path / "m.safetensors")
    model.write_bytes(model.read_bytes()[:-1])
    old = tmp_path / "m.key.onnx"
    old.write_bytes(b"old")
    with pytest.raises(BadCheckpoint, match="cut off or damaged"):
        export_onnx(model, tmp_path / "m")
    assert old.read_bytes() == b"old"


def test_an_export_is_consistent_at_birth() -> None:
    with pytest.raises(ValueError, match="kind is 'copy'"):
        OnnxExport(
            key=Path("m.key.onnx"),
            steady=Path("m.steady.onnx"),
            kind="copy",
            width=96,
            height=72,
            key_interval=5,
            model_sha256="",
        )
