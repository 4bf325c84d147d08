"""Which models are what a training would make."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.train.cell_config import cell_training
from core.train.cell_identity import is_made_by

TRAINING = cell_training(CellConfig.of(NAMED["propagate"]), seed=1, steps=4)
LESSON: dict[str, Any] = {"motion": {"length": 5}, "variants": 1}


def provenance(**changes: Any) -> dict[str, Any]:
    training = TRAINING.to_dict() | LESSON | {"static": {"sha256": "s"}} | changes
    return json.loads(json.dumps({"training": training, "data_hash": "d", "code_version": "0"}))


def is_same(made: dict[str, Any], **asked: Any) -> bool:
    asked = {"training": TRAINING, "static_key": "s", "data_hash": "d", **LESSON} | asked
    return is_made_by(made, asked.pop("training"), **asked)


def test_the_same_training_is_the_same_however_often_it_kept_checkpoints() -> None:
    assert is_same(provenance())
    assert is_same(provenance(checkpoint_every=7))


@pytest.mark.parametrize(
    "asked",
    [
        {"training": replace(TRAINING, seed=2)},
        {"training": replace(TRAINING, steps=5)},
        {"training": cell_training(CellConfig.of(NAMED["clockwork"]), seed=1, steps=4)},
        {"training": replace(TRAINING, cell=CellConfig.of(NAMED["propagate"], key_interval=9))},
        {"static_key": "other"},
        {"data_hash": "other"},
        {"variants": 2},
        {"motion": {"length": 6}},
    ],
)
def test_whatever_else_differs_makes_it_another(asked: dict[str, Any]) -> None:
    assert not is_same(provenance(), **asked)


def test_a_model_that_says_less_is_another() -> None:
    silent = provenance()
    del silent["training"]["precision"]
    assert not is_same(silent)
    assert not is_same({})
    assert not is_same({"training": {"static": "s"}, "data_hash": "d"})
