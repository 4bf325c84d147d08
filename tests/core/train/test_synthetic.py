"""Training on the synthetic street: rendered once, told apart, recorded in the model file."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.model_file import read_header
from core.nn.weights import load_model
from core.palette import CAMVID
from core.train.config import Phase
from core.train.recipe import static_training
from core.train.score import score_static
from core.train.static_run import train_to_file
from core.train.synthetic_data import FIRST_TRAINING_SEED, SyntheticData, SyntheticStreets
from core.video.sample import SAMPLE_SEED
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
    assert SyntheticStreets().first_seed >= FIRST_TRAINING_SEED > SAMPLE_SEED


def test_one_call_trains_and_writes_a_model_that_says_where_it_comes_from(tmp_path: Path) -> None:
    training = replace(
        static_training(11, seed=3, width=0.1, steps=2, extra=0.25),
        phases=(Phase(share=1, height=32, width=48, batch=2, extra=0.5),),
    )
    out = tmp_path / "model.safetensors"
    data, extra, unseen = (
        SyntheticData(streets, cache_dir=tmp_path / "cache")
        for streets in (STREETS, replace(STREETS, first_seed=20_000), UNSEEN)
    )
    header = train_to_file(
        training, data, out, extra=extra, unseen=unseen, command="dyncell train ...", note="Tiny."
    )
    assert read_header(out) == header
    assert header.palette == CAMVID
    assert header.config == training.network
    provenance = header.provenance
    assert (provenance.command, provenance.note) == ("dyncell train ...", "Tiny.")
    assert (provenance.seed, provenance.steps) == (3, 2)
    assert "seeds 10000..10001" in provenance.data
    assert "seeds 20000..20001" in provenance.data
    assert provenance.training == training.to_dict()
    network, _ = load_model(out)
    scores = score_static(network, unseen)
    assert scores.miou is not None
    assert header.metrics["miou"] == round(100 * scores.miou, 2)
    assert set(header.metrics["classes"]) == set(CAMVID.names)


def test_a_model_without_unseen_data_carries_no_score(tmp_path: Path) -> None:
    training = replace(
        static_training(11, width=0.1, steps=1),
        phases=(Phase(share=1, height=32, width=48, batch=2),),
    )
    data = SyntheticData(STREETS, cache_dir=tmp_path / "cache")
    header = train_to_file(training, data, tmp_path / "m.safetensors", command="x")
    assert header.metrics == {}
