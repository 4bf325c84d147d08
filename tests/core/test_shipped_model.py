"""The model in the box, judged on the sample in the box."""

from pathlib import Path

import numpy as np
import pytest

from core.labels import LabelReader
from core.metrics.accuracy import Accuracy
from core.model_file import SHIPPED, read_header
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.video.reader import VideoReader
from core.video.sample import SAMPLE_SEED, write_sample


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_model_says_what_it_is(name: str) -> None:
    header = read_header(SHIPPED[name])
    assert header.palette == CAMVID
    assert "synthetic" in header.provenance.data or "street" in header.provenance.data
    assert "synthetic" in header.provenance.note
    assert header.provenance.command.startswith("dyncell train static synthetic --seed")
    assert SHIPPED[name].stat().st_size <= 10e6


def test_the_sample_was_never_trained_on() -> None:
    data = read_header(SHIPPED["camvid"]).provenance.data
    first, last = data.split("seeds ")[1].split(",")[0].split("..")
    assert not int(first) <= SAMPLE_SEED <= int(last)


def test_the_sample_is_labelled_right(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.mp4", tmp_path / "truth.bin")
    truth = LabelReader.from_path(tmp_path / "truth.bin")
    predictor = VideoPredictor.load("camvid")
    accuracy = Accuracy(CAMVID.num_classes)
    with VideoReader(tmp_path / "sample.mp4") as reader:
        for frame in reader:
            accuracy.update(predictor.step(frame.rgb), truth.frame(frame.index))
    scores = accuracy.compute()
    assert scores.miou is not None
    assert 100 * scores.miou >= 80, np.round(100 * np.array(scores.iou, float), 1)
