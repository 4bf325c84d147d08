"""Training on the synthetic street: rendered once, told apart, recorded in the model file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.model_file import read_header
from core.nn.weights import load_model
from core.palette import CAMVID
from core.train.config import Phase
from core.train.score import score_static
from core.train.synthetic_data import FIRST_TRAINING_SEED, SyntheticData, SyntheticStreets
from core.train.synthetic_run import (
    HELD_OUT,
    NOTE,
    synthetic_training,
    train_on_synthetic,
)
from core.video.synthetic import SyntheticScene

STREETS = SyntheticStreets(scenes=2, frames=2, spacing=5, width=64, height=48)
UNSEEN = replace(STREETS, scenes=1, first_seed=3)


def test_frames_are_those_of_the_scene(tmp_path: Path) -> None:
    data = SyntheticData(STREETS, cache_dir=tmp_path)
    assert len(data) == 4
    image, labels = data.sample(3)
    scene = SyntheticScene(FIRST_TRAINING_SEED + 1, width=64, height=48)
    wanted_image, wanted_labels = scene.render_still(5)
    assert np.array_equal(image, wanted_image)
    assert np.array_equal(labels, wanted_labels)
    assert data.palette == CAMVID
    assert not image.flags.writeable


def test_frames_are_rendered_once(tmp_path: Path) -> None:
    rendered: list[int] = []
    for _ in range(2):
        data = SyntheticData(
            STREETS, cache_dir=tmp_path, progress=lambda done, _: rendered.append(done)
        )
    assert rendered == [1, 2, 3, 4]
    other = SyntheticData(UNSEEN, cache_dir=tmp_path)
    assert other.digest != data.digest


def test_a_rendering_that_was_stopped_leaves_nothing_half_done(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SyntheticData(STREETS, cache_dir=tmp_path, progress=stop)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert SyntheticData(STREETS, cache_dir=tmp_path).sample(3)[1].shape == (48, 64)


def test_streets_kept_for_samples_and_scores_are_never_trained_on() -> None:
    assert HELD_OUT.first_seed + HELD_OUT.scenes <= FIRST_TRAINING_SEED
    assert SyntheticStreets().first_seed >= FIRST_TRAINING_SEED


def test_one_call_trains_and_writes_a_model_that_says_where_it_comes_from(tmp_path: Path) -> None:
    training = replace(
        synthetic_training(seed=3, width=0.1, steps=2),
        phases=(Phase(share=1, height=32, width=48, batch=2),),
    )
    out = tmp_path / "model.safetensors"
    header = train_on_synthetic(
        training, out, cache_dir=tmp_path / "cache", streets=STREETS, held_out=UNSEEN
    )
    assert read_header(out) == header
    assert header.palette == CAMVID
    assert header.config == training.network
    provenance = header.provenance
    assert provenance.command == (
        "dyncell train static synthetic --seed 3 --width 0.1 --steps 2 --out FILE"
    )
    assert (provenance.seed, provenance.steps, provenance.note) == (3, 2, NOTE)
    assert "2 procedural streets (seeds 10000..10001" in provenance.data
    assert provenance.training == training.to_dict()
    network, _ = load_model(out)
    scores = score_static(network, SyntheticData(UNSEEN, cache_dir=tmp_path / "cache"))
    assert scores.miou is not None
    assert header.metrics["miou"] == round(100 * scores.miou, 2)
    assert set(header.metrics["classes"]) == set(CAMVID.names)


def test_streets_to_train_and_to_score_on_must_differ(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="overlap"):
        train_on_synthetic(
            synthetic_training(steps=1),
            tmp_path / "model.safetensors",
            cache_dir=tmp_path,
            streets=STREETS,
            held_out=replace(STREETS, first_seed=FIRST_TRAINING_SEED + 1),
        )
