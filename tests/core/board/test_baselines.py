"""How baselines and cohorts come to be rows."""

from dataclasses import replace
from typing import Any

import pytest

from core.baselines.config import BaselineConfig
from core.board.making import cohort_run, evaluated_run
from core.board.reasons import IS_STATIC
from core.board.row import group
from core.board.run import ModelFacts, base_of, is_baseline
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.palette import CAMVID
from core.records import Evaluation

STATIC = StaticConfig(num_classes=11)
BASE = {"miou": 57.0, "aba_flicker": 1.0, "tc_m": 70.0}


def facts(name: str, *, key: str = "a", cohort: str = "", **config: Any) -> ModelFacts:
    training = {"static": {"sha256": "s" * 64}, "seed": 0, "steps": 4}
    return ModelFacts(
        id=key * 16,
        name=name,
        sha256=key * 64,
        classes=CAMVID.names,
        config=STATIC.to_dict() | config,
        provenance={"training": training, "seed": 0, "steps": 4, "data_hash": "d"},
        params=5,
        is_shipped=False,
        created_at=1.0,
        cohort=cohort,
    )


def judged(model: ModelFacts, **scores: float | None) -> Evaluation:
    return Evaluation(
        id="e" * 16,
        model_id=model.id,
        model_name=model.name,
        model_key=model.sha256,
        dataset_id=None,
        dataset_name="camvid",
        data_key="d" * 64,
        split="val",
        protocol_key="p" * 64,
        options={"frames": [52, 100]},
        job_id="",
        scores=dict(scores),
        details=None,
        created_at=2.0,
    )


def run(model: ModelFacts, **scores: float | None) -> Any:
    known = judged(model, **scores)
    base = BASE if base_of(model) else None
    return evaluated_run(known, model=model, static="net", base_scores=base, timings=())


def baseline(text: str) -> ModelFacts:
    return facts(f"{text}@net", baseline=BaselineConfig.parse(text).to_dict())


def test_a_baseline_shows_name_kind_and_base_and_is_compared_with_it() -> None:
    row = group([run(baseline("ema-0.7"), miou=57.5, aba_flicker=0.5)])
    assert (row.texts["name"], row.texts["kind"], row.texts["static"]) == (
        *("ema-0.7@net", "baseline"),
        "net",
    )
    assert row.flags["baseline"]
    assert not row.flags["cell"]
    assert row.means["aba_flicker_ratio"] == 0.5
    assert row.means["gain"] == pytest.approx(0.5)
    assert not row.flags["greyed"]


def test_labels_that_are_carried_cost_no_macs_between_key_frames() -> None:
    mean, carried = (run(baseline(text), miou=57.0) for text in ("ema-0.7", "dis-labels-5"))
    assert mean.values["macs_steady"] == mean.values["macs_key"] > 0
    assert (carried.values["macs_steady"], carried.values["macs_key"]) == (
        0,
        mean.values["macs_key"],
    )


def test_what_was_made_to_be_beaten_is_told_from_what_was_found() -> None:
    def cell(genotype: Any, **more: Any) -> ModelFacts:
        return facts("cell", cell=CellConfig.of(genotype).to_dict(), **more)

    chance = NAMED["clockwork"].from_dict(
        {
            "version": 1,
            "nodes": [
                {
                    "left": "prev_high",
                    "right": "low",
                    "left_op": "conv3x3",
                    "right_op": "sep3x3",
                    "combine": "sum",
                }
            ],
        }
    )
    control = cell(chance)
    training = {**control.provenance["training"], "memoryless": True}
    control = replace(control, provenance={**control.provenance, "training": training})
    assert all(is_baseline(cell(genotype)) for genotype in (*NAMED.values(), None))
    assert is_baseline(control)
    assert is_baseline(cell(chance, cohort="random cells"))
    assert not is_baseline(cell(chance))
    assert not is_baseline(facts("net"))


def test_a_static_network_has_no_base_and_says_so() -> None:
    assert base_of(facts("net")) == ""
    assert run(facts("net"), miou=57.0).reasons["gain"] == IS_STATIC


def test_cells_of_a_cohort_are_one_row_with_the_interval_over_cells() -> None:
    cells = [
        facts(f"random {key}", key=key, cohort="random cells", cell=CellConfig.of(g).to_dict())
        for key, g in zip("abc", list(NAMED.values())[:3], strict=True)
    ]
    runs = [run(model, miou=50.0 + n) for n, model in enumerate(cells)]
    alone = {each.row for each in runs}
    together = [cohort_run(each, model) for each, model in zip(runs, cells, strict=True)]
    assert len(alone) == 3
    assert len({each.row for each in together} | alone) == 4
    row = group(together)
    assert (row.texts["name"], row.texts["kind"], row.counts["seeds"]) == (
        *("random cells", "cells"),
        3,
    )
    assert row.means["miou"] == 51.0
    assert row.interval("miou") is not None
    assert row.flags["baseline"]
    other = cohort_run(runs[0], replace(cells[0], cohort="others"))
    assert other.row != row.number
