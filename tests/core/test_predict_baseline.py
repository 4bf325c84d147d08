"""Streams labelled by a baseline: what the network does, cuts, new streams, and what it is not."""

from pathlib import Path

import numpy as np
import pytest

from core.baselines.config import BadBaseline, BaselineConfig
from core.engine import Engine
from core.errors import BadCheckpoint, DyncellError
from core.export import export_onnx
from core.fresh_cell import fresh_cell_model, names_fresh_cell, write_baseline
from core.model_file import model_digest, read_header
from core.nn.labelling import upsampled_labels
from core.nn.weights import load_model, load_network
from core.predict import VideoPredictor
from tests.core.test_predict_cell import labels, street
from tests.small_model import write_small_model


@pytest.fixture
def static(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "static.safetensors")


def baseline(static: Path, text: str) -> Path:
    path = static.with_name(f"{text}.safetensors")
    write_baseline(static, BaselineConfig.parse(text), path)
    return path


def test_ema_labels_by_the_mean_of_the_networks_probabilities(static: Path) -> None:
    """The mean is taken on the network's grid, its logarithm enlarged as logits are."""
    frames = street(1, 5)
    said = labels(VideoPredictor.load(baseline(static, "ema-0.3")), frames)
    engine, mean = Engine(load_network(static)[0]), None
    for frame, mine in zip(frames, said, strict=True):
        now = engine.logits(engine.prepare(frame)).softmax(1)
        mean = now if mean is None else 0.3 * now + 0.7 * mean
        assert (
            upsampled_labels((mean / mean.amax(1, keepdim=True)).log(), frame.shape[:2]) == mine
        ).mean() > 0.999


@pytest.mark.parametrize("text", ["ema-0.3", "dis-ema-0.3", "homography-0.3", "dis-labels-4"])
def test_the_first_frame_is_the_networks_to_the_last_pixel(static: Path, text: str) -> None:
    frames = street(1, 1)
    (network,) = labels(VideoPredictor.load(static), frames)
    (mine,) = labels(VideoPredictor.load(baseline(static, text)), frames)
    assert np.array_equal(mine, network)


def test_all_of_the_new_frame_is_the_static_network(static: Path) -> None:
    frames = street(1, 4)
    every = labels(VideoPredictor.load(static), frames)
    for text in ("ema-1", "dis-ema-1", "homography-1", "dis-labels-1"):
        said = labels(VideoPredictor.load(baseline(static, text)), frames)
        assert (
            said == every
        ).mean() > 0.999  # logarithms are rounded, and random weights tie nearly everywhere


@pytest.mark.parametrize("text", ["ema-0.3", "dis-ema-0.3", "homography-0.3", "dis-labels-4"])
def test_a_cut_and_a_reset_begin_anew(static: Path, text: str) -> None:
    predictor = VideoPredictor.load(baseline(static, text))
    alone = labels(predictor, street(2, 3))
    predictor.reset()
    after_cut = labels(predictor, street(1, 3) + street(2, 3))[3:]
    assert np.array_equal(after_cut, alone)
    predictor.reset()
    assert np.array_equal(labels(predictor, street(2, 3)), alone)


def test_carried_labels_have_key_frames_and_averages_have_no_others(static: Path) -> None:
    carried = VideoPredictor.load(baseline(static, "dis-labels-3"))
    labels(carried, street(1, 7))
    assert (carried.key_frames, carried.key_interval, carried.frames_since_key) == (3, 3, 0)
    mean = VideoPredictor.load(baseline(static, "ema-0.3"), key_interval=0)
    labels(mean, street(1, 5))
    assert mean.key_frames == 5


def test_frames_larger_than_the_networks_are_labelled_at_full_size(static: Path) -> None:
    path = baseline(static, "dis-labels-3")
    predictor = VideoPredictor.load(path, full_size=True)
    frames = [np.repeat(np.repeat(frame, 6, axis=0), 6, axis=1) for frame in street(1, 3)]
    assert predictor.network_size(576, 432) == (480, 360)
    assert labels(predictor, frames).shape == (3, 432, 576)


def test_a_baseline_is_named_with_its_network_and_made_once(static: Path, tmp_path: Path) -> None:
    name = f"homography-0.3@{static}"
    assert names_fresh_cell(name)
    path = fresh_cell_model(name, find_static=Path, cache=tmp_path)
    header = read_header(path)
    assert (header.kind, str(header.baseline), header.key_interval) == (
        *("baseline", "homography-0.3"),
        1,
    )
    assert header.provenance.training == {"static": model_digest(static)}
    assert fresh_cell_model(name, find_static=Path, cache=tmp_path) == path
    interval = fresh_cell_model(f"copy-9@{static}", find_static=Path, cache=tmp_path)
    assert read_header(interval).key_interval == 9
    with pytest.raises(BadBaseline, match="ema with 7"):
        fresh_cell_model(f"ema-7@{static}", find_static=Path, cache=tmp_path)


def test_a_baseline_is_no_static_network_and_has_no_graph(static: Path, tmp_path: Path) -> None:
    path = baseline(static, "ema-0.3")
    with pytest.raises(BadCheckpoint, match="is a baseline; a static network is wanted"):
        load_model(path)
    pytest.importorskip("onnxscript")
    with pytest.raises(DyncellError, match="its rule runs outside of the network"):
        export_onnx(path, tmp_path / "out")
