from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.errors import DyncellError, NotFound
from core.palette import CAMVID
from core.records import Dataset, Dynamics, Evaluation, Model, new_id
from core.store import datasets, dynamics, evaluations, latencies, models
from core.store.session import Database
from core.store.tables import Base

SPLITS: dict[str, dict[str, Any]] = {
    "val": {"frames": 3, "labelled": 3, "sequences": 1, "dense": 0, "digest": "5" * 64}
}


def _dataset(database: Database, *, name: str = "streets") -> Dataset:
    with database.writing() as session:
        return datasets.add(session, new_id(), name=name, origin="folder", path="/data/streets")


def _packed(database: Database) -> Dataset:
    found = _dataset(database)
    with database.writing() as session:
        return datasets.publish(
            session,
            found.id,
            artifact=f"{found.id}.1.dataset.pack",
            layout="camvid",
            digest="d" * 64,
            size=9,
            palette=CAMVID,
            splits=SPLITS,
        )


def _model(database: Database) -> Model:
    with database.writing() as session:
        return models.add(
            session,
            new_id(),
            name="mine",
            kind="static",
            artifact=f"{new_id()}.0.weights",
            sha256="a" * 64,
            size=1,
            palette=CAMVID,
            config={},
            provenance={},
            metrics={},
            params=10,
        )


def _evaluation(database: Database, model: Model, dataset: Dataset) -> Evaluation:
    with database.writing() as session:
        return evaluations.add(
            session,
            new_id(),
            model_id=model.id,
            model_name=model.name,
            model_key=model.sha256,
            dataset_id=dataset.id,
            dataset_name=dataset.name,
            data_key="5" * 64,
            split="val",
            protocol_key="7" * 64,
            options={"frames": None},
            job_id=new_id(),
        )


def test_a_dataset_is_ready_once_it_is_packed(database: Database) -> None:
    assert not _dataset(database, name="other").is_ready
    packed = _packed(database)
    assert packed.is_ready
    assert (packed.classes, packed.colours) == (CAMVID.names, CAMVID.colours)
    assert packed.splits == SPLITS
    with database.reading() as session:
        assert datasets.get(session, "streets") == packed
        assert {found.name for found in datasets.list_datasets(session)} == {"other", "streets"}


def test_a_dataset_name_is_given_once(database: Database) -> None:
    _dataset(database)
    other = _dataset(database, name="other")
    with pytest.raises(DyncellError, match=r"'streets' exists already"):
        _dataset(database)
    with pytest.raises(DyncellError, match="exists already"), database.writing() as session:
        datasets.take(session, other.id, job_id=new_id(), name="streets")


def test_a_preview_is_kept_until_somebody_decides(database: Database) -> None:
    found = _dataset(database)
    with database.writing() as session:
        datasets.show_preview(session, found.id, preview={"layout": "masks", "problems": []})
        taken = datasets.take(session, found.id, job_id="4" * 16, name="drive")
    assert (taken.layout, taken.name, taken.job_id) == ("masks", "drive", "4" * 16)


def test_publishing_for_a_deleted_dataset_is_refused(database: Database) -> None:
    found = _dataset(database)
    with database.writing() as session:
        datasets.delete_dataset(session, found.id)
    with pytest.raises(NotFound), database.writing() as session:
        datasets.show_preview(session, found.id, preview={})


def test_an_unknown_dataset_is_answered_with_the_usable_ones(database: Database) -> None:
    _packed(database)
    _dataset(database, name="half")
    with pytest.raises(NotFound, match=r"datasets: streets\."), database.reading() as session:
        datasets.get(session, "nothing")


def test_an_evaluation_is_found_by_its_keys_alone(database: Database) -> None:
    made = _evaluation(database, _model(database), _packed(database))
    keys = {"model_key": "a" * 64, "data_key": "5" * 64, "protocol_key": "7" * 64}
    with database.reading() as session:
        assert evaluations.find(session, **keys) == made
        for key in keys:
            assert evaluations.find(session, **(keys | {key: "0" * 64})) is None


def test_two_evaluations_never_share_their_keys(database: Database) -> None:
    model, dataset = _model(database), _packed(database)
    _evaluation(database, model, dataset)
    with pytest.raises(IntegrityError):
        _evaluation(database, model, dataset)


def test_scores_outlive_the_model_and_the_dataset(database: Database) -> None:
    model, dataset = _model(database), _packed(database)
    made = _evaluation(database, model, dataset)
    with database.writing() as session:
        evaluations.publish(session, made.id, scores={"miou": 51.0}, details="x")
    with database.writing() as session:
        models.delete_model(session, model.id)
        datasets.delete_dataset(session, dataset.id)
    with database.reading() as session:
        kept = evaluations.get(session, made.id)
    assert kept.is_ready
    assert (kept.model_id, kept.dataset_id) == (None, None)
    assert (kept.model_name, kept.dataset_name, kept.scores) == ("mine", "streets", {"miou": 51.0})


def test_evaluations_are_listed_by_model_and_dataset(database: Database) -> None:
    model, dataset = _model(database), _packed(database)
    made = _evaluation(database, model, dataset)
    with database.reading() as session:
        assert evaluations.list_evaluations(session, model_id=model.id) == [made]
        assert evaluations.list_evaluations(session, dataset_id=dataset.id) == [made]
        assert evaluations.list_evaluations(session, model_id=new_id()) == []
        assert evaluations.count(session) == 1


def _dynamics(database: Database, dataset: Dataset, **changed: Any) -> Dynamics:
    values: dict[str, Any] = {
        "model_key": "a" * 64,
        "model_name": "mine",
        "dataset_id": dataset.id,
        "dataset_name": dataset.name,
        "data_key": "5" * 64,
        "split": "val",
        "protocol_key": "7" * 64,
        "options": {"frames": [52, 100]},
        "job_id": new_id(),
        "document": {"numbers": {"lag": 0}},
    }
    with database.writing() as session:
        return dynamics.put(session, **(values | changed))


def test_dynamics_are_kept_once_per_model_data_and_protocol(database: Database) -> None:
    dataset = _packed(database)
    first = _dynamics(database, dataset)
    second = _dynamics(database, dataset, document={"numbers": {"lag": 1}})
    other = _dynamics(database, dataset, protocol_key="8" * 64)
    keys = {"model_key": "a" * 64, "data_key": "5" * 64, "protocol_key": "7" * 64}
    with database.reading() as session:
        assert dynamics.find(session, **keys) == second
        assert dynamics.find(session, **(keys | {"data_key": "0" * 64})) is None
        found = dynamics.list_dynamics(session, model_key="a" * 64)
        with pytest.raises(NotFound, match="may have been deleted"):
            dynamics.get(session, first.id)
    assert {each.id for each in found} == {second.id, other.id}
    with database.writing() as session:
        assert dynamics.delete_dynamics(session, other.id) == other
        datasets.delete_dataset(session, dataset.id)
    with database.reading() as session:
        kept = dynamics.get(session, second.id)
    assert (kept.dataset_id, kept.dataset_name) == (None, "streets")


def test_dynamics_go_with_the_last_model_of_their_weights(database: Database) -> None:
    dataset, model = _packed(database), _model(database)
    made = _dynamics(database, dataset)
    with database.writing() as session:
        models.rename(session, model.id, "first")
    second = _model(database)
    with database.writing() as session:
        models.delete_model(session, model.id)
    with database.reading() as session:
        assert dynamics.get(session, made.id) == made
    with database.writing() as session:
        models.delete_model(session, second.id)
    with database.reading() as session:
        assert dynamics.list_dynamics(session, model_key="a" * 64) == []


def test_every_timing_is_a_row_of_its_own(database: Database) -> None:
    for p50 in (9.0, 11.0):
        with database.writing() as session:
            latencies.add(
                session,
                model_key="a" * 64,
                model_name="mine",
                setting={"device": "cpu"},
                measured={"latency_p50_ms": p50},
            )
    with database.reading() as session:
        found = latencies.list_latencies(session, model_key="a" * 64)
        assert latencies.list_latencies(session, model_key="b" * 64) == []
    assert {row.measured["latency_p50_ms"] for row in found} == {9.0, 11.0}


def test_a_model_is_renamed_unless_it_is_shipped_or_the_name_is_taken(database: Database) -> None:
    model = _model(database)
    with database.writing() as session:
        assert models.rename(session, model.id, "better").name == "better"
    other = _model(database)
    with pytest.raises(DyncellError, match="exists already"), database.writing() as session:
        models.rename(session, other.id, "better")
    with database.writing() as session:
        session.execute(text("UPDATE models SET is_shipped = true"))
    with pytest.raises(DyncellError, match="keeps its name"), database.writing() as session:
        models.rename(session, other.id, "third")


def test_the_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
