"""The model in the box, judged on the sample in the box."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.datasets.resolve import open_path
from core.evaluate import ModelLabeller, evaluate
from core.labels import LabelReader
from core.metrics.accuracy import Accuracy
from core.metrics.stability import StabilityState, compute_stability, update_stability
from core.model_file import SHIPPED, model_digest, read_header
from core.model_stream import ModelStream
from core.nn.weights import load_model, load_network
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.protocol import Protocol
from core.video.reader import VideoReader
from core.video.sample import SAMPLE_SEED, write_sample
from tests.media import CAMVID as CAMVID_FOLDER
from tests.media import needs_camvid


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_says_what_it_is(name: str) -> None:
    header = read_header(SHIPPED[name])
    assert header.palette == CAMVID
    assert "367 labelled frames of camvid/train" in header.provenance.data
    assert "procedural streets" in header.provenance.data
    kind = {"camvid": "cell", "camvid-static": "static"}[name]
    assert header.kind == kind
    assert header.provenance.command.startswith(f"dyncell train {kind} ")
    assert header.provenance.command.endswith("--out FILE")
    assert SHIPPED[name].stat().st_size <= 10e6


def test_the_cell_lives_in_the_shipped_static_network() -> None:
    static, network = load_model(SHIPPED["camvid-static"])[0], load_network(SHIPPED["camvid"])[0]
    kept, original = network.static.state_dict(), static.state_dict()
    assert all(torch.equal(kept[name], original[name]) for name in original)
    trained = read_header(SHIPPED["camvid"]).provenance.training["static"]
    assert trained["sha256"] == model_digest(SHIPPED["camvid-static"])


@needs_camvid
@pytest.mark.parametrize("name", SHIPPED)
def test_the_card_tells_the_score_that_an_evaluation_gives(name: str, tmp_path: Path) -> None:
    metrics = read_header(SHIPPED[name]).metrics
    assert "camvid/val:52..100" in metrics["scored_on"]
    reader = open_path(CAMVID_FOLDER, cache_dir=tmp_path)
    labeller = ModelLabeller(ModelStream(VideoPredictor.load(name, full_size=True), CAMVID))
    found = evaluate(reader, "val", labeller, protocol=Protocol(frames=(52, 100), flow=None))
    assert found["frames"] == 49
    assert found["miou"] == pytest.approx(metrics["miou"], abs=0.2)
    assert found["miou"] >= 56


@pytest.mark.parametrize("name", SHIPPED)
def test_the_sample_was_never_trained_on(name: str) -> None:
    data = read_header(SHIPPED[name]).provenance.data
    first, last = data.split("seeds ")[1].split(",")[0].split("..")
    assert not int(first) <= SAMPLE_SEED <= int(last)


def test_the_sample_is_labelled_right_and_steadily(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.mp4", tmp_path / "truth.bin")
    truth = LabelReader.from_path(tmp_path / "truth.bin")
    predictors = {name: VideoPredictor.load(name) for name in SHIPPED}
    steadiness = dict.fromkeys(SHIPPED, StabilityState())
    accuracy = Accuracy(CAMVID.num_classes)
    with VideoReader(tmp_path / "sample.mp4") as reader:
        for frame in reader:
            for name, predictor in predictors.items():
                steadiness[name] = update_stability(steadiness[name], predictor.step(frame.rgb))
            labels = predictors["camvid"].last_labels
            assert labels is not None
            accuracy.update(labels, truth.frame(frame.index))
    scores = accuracy.compute()
    assert scores.miou is not None
    assert 100 * scores.miou >= 80, np.round(100 * np.array(scores.iou, float), 1)
    flicker = {name: compute_stability(state).aba_flicker for name, state in steadiness.items()}
    assert flicker["camvid"] is not None
    assert flicker["camvid-static"] is not None
    assert flicker["camvid"] <= 0.8 * flicker["camvid-static"]
