"""The weights that come with the package: what they say of themselves, and that it is true."""

from pathlib import Path

import numpy as np

from core.labels import LabelReader
from core.metrics.accuracy import Accuracy
from core.model_file import SHIPPED, read_header
from core.palette import CAMVID
from core.predict import VideoPredictor
from core.train.synthetic_data import FIRST_TRAINING_SEED
from core.train.synthetic_run import NOTE
from core.video.reader import VideoReader
from core.video.sample import SAMPLE_SEED, write_sample


def test_the_shipped_model_says_where_it_comes_from_and_is_small() -> None:
    path = SHIPPED["camvid-static"]
    header = read_header(path)
    assert path.stat().st_size <= 10_000_000
    assert header.palette == CAMVID
    assert header.provenance.note == NOTE
    assert header.provenance.command.startswith("dyncell train static synthetic --seed ")
    assert header.provenance.steps == header.provenance.training["steps"]
    assert len(header.provenance.data_hash) == 64


def test_the_sample_clip_scores_at_least_80_miou(tmp_path: Path) -> None:
    """Every frame as it comes out of the sample's .mp4, pooled, against the sample's labels."""
    assert SAMPLE_SEED < FIRST_TRAINING_SEED  # a street the model has never seen
    video, labels = tmp_path / "sample.mp4", tmp_path / "sample.labels"
    write_sample(video, labels)
    truth = LabelReader.from_path(labels)
    predictor = VideoPredictor.load(SHIPPED["camvid-static"])
    accuracy = Accuracy(predictor.num_classes)
    with VideoReader(video) as frames:
        for frame in frames:
            accuracy.update(predictor.step(frame.rgb), np.asarray(truth.frame(frame.index)))
    scores = accuracy.compute()
    assert predictor.frames_seen == 150
    assert scores.miou is not None
    assert scores.miou >= 0.80
