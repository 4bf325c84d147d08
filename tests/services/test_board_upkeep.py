"""The leaderboard's rows follow what is written, and are the same when they are made anew."""

import math
from typing import Any

from sqlalchemy import delete, text

from core.board.filter import parse_filter
from core.board.reasons import (
    BASE_NOT_JUDGED,
    IS_STATIC,
    NO_NUMBER,
    NOT_JUDGED,
    NOT_KEPT,
    TRIAL_NOT_TIMED,
)
from core.board.row import GREYED, STANDS_STILL, Row
from core.board.sort import Sort
from core.genotype import Genotype
from core.named_genotypes import NAMED
from core.nn.cell_config import CellConfig
from core.nn.config import StaticConfig
from core.palette import CAMVID
from core.records import Evaluation, Model, new_id
from core.search_records import Search, Trial
from core.store import board, board_upkeep, evaluations, latencies, models, searches, trials
from core.store.board_tables import BoardStateRow
from core.store.migrate import migrate
from core.store.session import Database

_SIZES = StaticConfig(num_classes=11).to_dict()
_STATIC, _CLOCKWORK = "5" * 64, NAMED["clockwork"]


def _model(
    database: Database, name: str, sha256: str, *, seed: int = 0, cell: bool = True
) -> Model:
    training: dict[str, Any] = {"steps": 10, "seed": seed}
    config = dict(_SIZES)
    if cell:
        training["static"] = {"sha256": _STATIC}
        config["cell"] = CellConfig.of(_CLOCKWORK).to_dict()
    with database.writing() as session:
        return models.add(
            session,
            new_id(),
            name=name,
            kind="cell" if cell else "static",
            artifact=f"{new_id()}.0.weights",
            sha256=sha256,
            size=1,
            palette=CAMVID,
            config=config,
            provenance={"seed": seed, "training": training},
            metrics={},
            params=10,
        )


def _evaluate(
    database: Database, model_key: str, scores: dict[str, Any], *, protocol: str = "7"
) -> Evaluation:
    with database.writing() as session:
        added = evaluations.add(
            session,
            new_id(),
            model_id=None,
            model_name="whatever it was called",
            model_key=model_key,
            dataset_id=None,
            dataset_name="camvid",
            data_key="d" * 64,
            split="val",
            protocol_key=protocol * 64,
            options={"frames": [52, 100]},
            job_id=new_id(),
        )
        return evaluations.publish(session, added.id, scores=scores, details=None)


def _rows(database: Database, asked: str = "") -> list[Row]:
    with database.reading() as session:
        return board.page(session, parse_filter(asked))


def _only(database: Database, asked: str = "") -> Row:
    (row,) = _rows(database, asked)
    return row


def test_a_model_that_was_not_judged_is_a_row_with_its_costs(database: Database) -> None:
    _model(database, "wide", _STATIC, cell=False)
    row = _only(database)
    assert (row.texts["name"], row.texts["kind"], row.texts["setting"]) == ("wide", "static", "")
    assert row.means["params"] > 0
    assert row.means["macs_steady"] == row.means["macs_key"] > 0
    assert row.reason("miou") == NOT_JUDGED


def test_three_seeds_of_one_cell_are_one_row_beside_its_static_network(database: Database) -> None:
    _model(database, "wide", _STATIC, cell=False)
    for seed, key in enumerate("abc"):
        _model(database, f"mover seed {seed}", key * 64, seed=seed)
        _evaluate(database, key * 64, {"miou": 60.0 + seed, "aba_flicker": 0.5})
    row = _only(database, "cell")
    assert (row.texts["name"], row.texts["key"]) == ("mover", _CLOCKWORK.key)
    assert (row.texts["frames"], row.texts["static"]) == ("52..100", "wide")
    assert (row.counts["seeds"], row.means["miou"], row.flags["ranked"]) == (3, 61.0, True)
    assert row.flags["light"]
    assert row.flags["greyed"]  # as long as nobody judged its static network
    assert row.reason("gain") == BASE_NOT_JUDGED

    base = _evaluate(database, _STATIC, {"miou": 60.5, "aba_flicker": 1.0})
    row = _only(database, "cell")
    assert row.means["gain"] == 0.5
    assert row.means["aba_flicker_ratio"] == 0.5
    assert not row.flags["greyed"]
    static = _only(database, "kind = static")
    assert static.reason("aba_flicker_ratio") == IS_STATIC
    assert not static.flags["greyed"]

    with database.writing() as session:
        evaluations.delete_evaluation(session, base.id)
    _evaluate(database, _STATIC, {"miou": 63.0, "aba_flicker": 1.0})
    row = _only(database, "cell")
    assert row.flags["greyed"]
    assert row.reason("aba_flicker_ratio") == GREYED


def test_a_frozen_picture_never_leads_a_stability_order(database: Database) -> None:
    _model(database, "weak", _STATIC, cell=False)
    _evaluate(database, _STATIC, {"miou": 12.05, "aba_flicker": 1.3, "pcr": 3.0, "gt_pcr": 3.3})
    _model(database, "frozen", "a" * 64)
    frozen = {"miou": 12.0, "aba_flicker": 0.0, "pcr": 0.6, "gt_pcr": 3.3}
    _evaluate(database, "a" * 64, frozen)
    with database.reading() as session:
        rows = board.page(session, sort=Sort.parse("aba_flicker"))
    assert [row.texts["name"] for row in rows] == ["weak", "frozen"]
    assert rows[1].reason("aba_flicker_ratio") == STANDS_STILL


def test_another_protocol_is_another_row(database: Database) -> None:
    _model(database, "mover", "a" * 64)
    _evaluate(database, "a" * 64, {"miou": 60.0})
    _evaluate(database, "a" * 64, {"miou": 50.0}, protocol="8")
    assert {row.means["miou"] for row in _rows(database)} == {50.0, 60.0}


def test_what_is_no_number_is_never_stored_as_one(database: Database) -> None:
    _model(database, "mover", "a" * 64)
    _evaluate(database, "a" * 64, {"miou": math.nan, "pcr": 5.0, "notes": {"tc_m": "no flow"}})
    row = _only(database, "miou is missing")
    assert row.reason("miou") == NO_NUMBER
    assert row.reason("tc_m") == "no flow"


def test_a_timing_and_a_new_name_reach_the_row(database: Database) -> None:
    model = _model(database, "mover", "a" * 64)
    for busy, taken in ((False, 9.0), (True, 90.0)):
        with database.writing() as session:
            latencies.add(
                session,
                model_key="a" * 64,
                model_name="mover",
                setting={"device": "cpu", "threads": 1, "width": 480, "height": 360, "busy": busy},
                measured={"latency_p50_ms": taken, "latency_p95_ms": 12.0, "fps_model": 100.0},
            )
    with database.writing() as session:
        models.rename(session, model.id, "runner")
    row = _only(database, "latency_p50 < 10")
    assert row.texts["name"] == "runner"
    assert row.texts["timed_on"] == "cpu, 1 thread, 480x360"


def test_scores_outlive_their_model_and_go_with_their_evaluation(database: Database) -> None:
    _model(database, "wide", _STATIC, cell=False)
    made = [_model(database, f"mover seed {n}", key * 64, seed=n) for n, key in enumerate("abc")]
    found = [_evaluate(database, model.sha256, {"miou": 60.0}) for model in made]
    before = _only(database, "cell")
    with database.writing() as session:
        models.delete_model(session, made[0].id)
        models.delete_model(session, "wide")
    row = _only(database)  # still three seeds of one cell in one row
    assert not row.flags["deleted"]
    assert (row.id, row.counts["seeds"]) == (before.id, 3)
    assert row.texts == before.texts | {"static": "5" * 8}  # nobody judged it: its name is gone
    assert [run["model_id"] for run in row.details["runs"]].count(None) == 1
    with database.writing() as session:
        for model in made[1:]:
            models.delete_model(session, model.id)
        board_upkeep.rebuild(session)
    row = _only(database, "deleted")
    assert (row.texts["name"], row.texts["kind"], row.counts["seeds"]) == ("mover", "cell", 3)
    assert row.means == before.means
    assert row.flags["ranked"]
    _model(database, "back again", "a" * 64, seed=0)
    row = _only(database, "not deleted")
    assert "back again" in [run["name"] for run in row.details["runs"]]
    with database.writing() as session:
        for each in found:
            evaluations.delete_evaluation(session, each.id)
    assert _only(database).reason("miou") == NOT_JUDGED  # the model that came back


def test_a_file_that_was_never_a_model_is_a_row_of_its_own(database: Database) -> None:
    found = _evaluate(database, "a" * 64, {"miou": 60.0})
    row = _only(database)
    assert (row.texts["name"], row.texts["kind"]) == ("whatever it was called", "file")
    assert row.reason("params") == NOT_KEPT
    with database.writing() as session:
        evaluations.delete_evaluation(session, found.id)
    assert _rows(database) == []


def _search(database: Database, name: str, *, seed: int, twin_of: str | None = None) -> Search:
    config = {"strategy": "random", "trials": 8, "seed": seed, "dataset": "camvid"}
    with database.writing() as session:
        made = searches.add(
            session, new_id(), name=name, config=config, job_id=new_id(), twin_of=twin_of
        )
        return searches.prepare(
            session,
            made.id,
            static_id=None,
            static_key=_STATIC,
            data_key="d" * 64,
            code="c" * 64,
            prepared={},
            stages={},
        )


def _trial(
    database: Database,
    search: Search,
    number: int,
    *,
    reward: float | None,
    seed: int,
    genotype: Genotype = _CLOCKWORK,
    result: dict[str, Any] | None = None,
) -> Trial:
    with database.writing() as session:
        added = trials.add(
            session,
            new_id(),
            search_id=search.id,
            number=number,
            key=genotype.key,
            genotype=genotype.to_dict(),
            seed=seed,
            thresholds={},
            same_as=None,
            job_id="",
        )
        cause = "nan" if reward is None else None
        return trials.publish(session, added.id, reward=reward, cause=cause, result=result or {})


def test_trials_of_one_genotype_in_several_searches_are_seeds_of_one_row(
    database: Database,
) -> None:
    first = _search(database, "cells", seed=0)
    twin = _search(database, "cells-twin", seed=0, twin_of=first.id)
    other = _search(database, "others", seed=1)
    _trial(database, first, 0, reward=0.5, seed=1)
    _trial(database, twin, 0, reward=0.5, seed=1)  # the same seed: the same result, counted once
    _trial(database, other, 0, reward=0.7, seed=2)
    row = _only(database)
    assert (row.counts["seeds"], row.means["reward"]) == (2, 60.0)
    assert row.texts["search"] == "cells, cells-twin, others"
    assert (row.flags["light"], row.counts["nodes"]) == (True, 1)
    with database.writing() as session:
        searches.delete_search(session, "cells")
    row = _only(database)
    assert (row.counts["seeds"], row.texts["search"]) == (1, "others")


def test_a_new_name_of_a_static_network_reaches_the_trials_on_it(database: Database) -> None:
    static = _model(database, "wide", _STATIC, cell=False)
    _trial(database, _search(database, "cells", seed=0), 0, reward=0.5, seed=1)
    assert _only(database, "kind = trial").texts["static"] == "wide"
    with database.writing() as session:
        models.rename(session, static.id, "wider")
    assert _only(database, "kind = trial").texts["static"] == "wider"


def test_the_time_of_a_trials_frame_is_its_latency_where_it_was_taken(database: Database) -> None:
    search = _search(database, "cells", seed=0)
    timed = {"latency_ms": 8.0, "static_ms": 20.0, "latency_device": "a processor", "params": 5}
    _trial(database, search, 0, reward=0.5, seed=1, result=timed)
    row = _only(database)
    assert row.means["latency_p50"] == 8.0
    assert row.texts["timed_on"] == "a processor, in a trial"
    other = _search(database, "others", seed=0)
    _trial(database, other, 0, reward=0.6, seed=2, genotype=NAMED["propagate"])
    assert _only(database, "latency_p50 is missing").reason("latency_p50") == TRIAL_NOT_TIMED


def test_a_failed_trial_is_a_row_with_the_cause(database: Database) -> None:
    _trial(database, _search(database, "cells", seed=0), 0, reward=None, seed=1)
    assert _only(database, "failed").reason("reward") == "the trial failed: the training diverged"


def test_rows_made_anew_are_the_same_and_what_is_archived_stays_so(database: Database) -> None:
    _model(database, "wide", _STATIC, cell=False)
    _evaluate(database, _STATIC, {"miou": 60.5, "aba_flicker": 1.0})
    for seed, key in enumerate("abc"):
        _model(database, f"mover seed {seed}", key * 64, seed=seed)
        _evaluate(database, key * 64, {"miou": 60.0 + seed, "aba_flicker": 0.5})
    _trial(database, _search(database, "cells", seed=0), 0, reward=0.5, seed=1)
    before = _rows(database)
    with database.writing() as session:
        board_upkeep.set_archived(session, [before[0].number], True)
        session.execute(delete(BoardStateRow))  # as an older version of dyncell leaves it
        for table in ("board_details", "board_runs"):
            session.execute(text(f"DELETE FROM {table}"))
    migrate(database)
    after = _rows(database)
    assert [(row.id, row.means, row.details) for row in after] == [
        (row.id, row.means, row.details) for row in before
    ]
    assert [row.id for row in _rows(database, "archived")] == [before[0].id]
