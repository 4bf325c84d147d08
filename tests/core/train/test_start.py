"""Trainings that begin from weights instead of chance."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.errors import BadCheckpoint
from core.model_file import ModelHeader, Provenance, model_digest
from core.nn.build import build_segmenter
from core.nn.config import StaticConfig
from core.nn.segmenter import Segmenter
from core.nn.weights import save_model
from core.palette import Palette
from core.train.config import StaticTraining
from core.train.start import begin_from
from core.train.static import train_static
from tests.core.train.tiny import PALETTE, band_data, tiny_training

SIZES = tiny_training().network
OTHER = Palette(names=("dog", "cat"), colours=((1, 1, 1), (2, 2, 2)))


def _saved(path: Path, *, palette: Palette = PALETTE, width: float = 0.1) -> Path:
    torch.manual_seed(11)
    config = replace(SIZES, num_classes=palette.num_classes, width=width)
    made = Provenance(command="-", seed=0, steps=0, data="-", data_hash="", code_version="-")
    header = ModelHeader(palette=palette, config=config, provenance=made)
    save_model(path, build_segmenter(config), header=header)
    return path


def _fresh(config: StaticConfig = SIZES) -> Segmenter:
    torch.manual_seed(5)
    return build_segmenter(config)


def _begin(network: Segmenter, path: Path) -> None:
    begin_from(network, path, class_names=PALETTE.names, digest=model_digest(path))


def test_a_model_of_the_same_classes_is_taken_whole(tmp_path: Path) -> None:
    path = _saved(tmp_path / "m.safetensors")
    torch.manual_seed(11)
    expected = build_segmenter(SIZES).state_dict()
    network = _fresh()
    _begin(network, path)
    assert all(torch.equal(value, expected[name]) for name, value in network.state_dict().items())


def test_a_model_of_other_classes_gives_all_but_its_last_layer(tmp_path: Path) -> None:
    path = _saved(tmp_path / "m.safetensors", palette=OTHER)
    network, before = _fresh(), _fresh().state_dict()
    _begin(network, path)
    after = network.state_dict()
    kept = {name for name in after if torch.equal(after[name], before[name])}
    assert {"classifier.classify.weight", "classifier.classify.bias"} <= kept
    assert "classifier.unfold.0.weight" not in kept
    assert "backbone.features.0.0.weight" not in kept


def test_an_imagenet_checkpoint_gives_the_encoder(tmp_path: Path) -> None:
    torch.manual_seed(3)
    encoder = build_segmenter(SIZES).backbone.state_dict()
    path = tmp_path / "mobilenet.pth"
    torch.save(encoder, path)
    network = _fresh()
    _begin(network, path)
    assert all(torch.equal(network.backbone.state_dict()[name], encoder[name]) for name in encoder)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: _saved(path / "m.safetensors", width=0.35), "width 0.35"),
        (lambda path: _torn(path / "m.safetensors"), "m.safetensors"),
        (lambda path: _incomplete(path / "m.pth"), "lacks"),
    ],
)
def test_weights_that_do_not_fit_are_refused_in_one_sentence(
    make: Callable[[Path], Path], said: str, tmp_path: Path
) -> None:
    with pytest.raises(BadCheckpoint, match=said):
        _begin(_fresh(), make(tmp_path))


def _torn(path: Path) -> Path:
    path.write_bytes(_saved(path).read_bytes()[:-100])
    return path


def _incomplete(path: Path) -> Path:
    encoder = build_segmenter(SIZES).backbone.state_dict()
    torch.save(dict(list(encoder.items())[:30]), path)
    return path


def test_a_file_that_changed_since_is_refused(tmp_path: Path) -> None:
    path = _saved(tmp_path / "m.safetensors")
    with pytest.raises(BadCheckpoint, match="has changed since"):
        begin_from(_fresh(), path, class_names=PALETTE.names, digest="0" * 64)


def test_training_goes_on_from_the_weights_it_is_given(tmp_path: Path) -> None:
    path = _saved(tmp_path / "m.safetensors")
    chance = tiny_training(steps=1)
    chance = replace(chance, learning_rate=1e-9)
    given = replace(chance, start=model_digest(path))
    losses: dict[str, float] = {}

    def train(name: str, config: StaticTraining, start: Path | None) -> Segmenter:
        return train_static(
            config, band_data(), start=start, progress=lambda at: losses.update({name: at.loss})
        )

    train("chance", chance, None)
    network = train("given", given, path)
    assert losses["given"] != losses["chance"]
    torch.manual_seed(11)
    expected = build_segmenter(SIZES)
    assert torch.allclose(
        network.classifier.classify.weight, expected.classifier.classify.weight, atol=1e-6
    )
    assert given.digest != chance.digest
    with pytest.raises(ValueError, match="come together"):
        train("neither", given, None)
