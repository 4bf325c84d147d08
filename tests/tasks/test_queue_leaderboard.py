"""Rows of the leaderboard put out of sight, brought back and deleted with their files."""

from pathlib import Path

import pytest

from core.board.filter import parse_filter
from core.board.row import Row
from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.nn.config import StaticConfig
from core.palette import CAMVID
from core.records import Evaluation, Model, new_id
from core.registry import import_model, register_shipped
from core.store import board, evaluations, models
from tasks import queue
from tests.small_model import write_small_model
from tests.webapp.searched import add_search


@pytest.fixture
def model(folder: DataFolder, tmp_path: Path) -> Model:
    return import_model(folder, write_small_model(tmp_path / "small.safetensors"), name="small")


def _evaluation(folder: DataFolder, model: Model, place: Path) -> Evaluation:
    details = f"{new_id()}.1.details.zip"
    file = place / "details.zip"
    file.write_bytes(b"frames")
    folder.artifacts.put(file, details)
    with folder.database.writing() as session:
        added = evaluations.add(
            session,
            new_id(),
            model_id=model.id,
            model_name=model.name,
            model_key=model.sha256,
            dataset_id=None,
            dataset_name="streets",
            data_key="d" * 64,
            split="val",
            protocol_key="7" * 64,
            options={},
            job_id="",
        )
        return evaluations.publish(session, added.id, scores={"miou": 60.0}, details=details)


def _row(folder: DataFolder, asked: str = "") -> Row:
    with folder.database.reading() as session:
        (row,) = board.page(session, parse_filter(asked))
    return row


def _has(folder: DataFolder, artifact: str | None) -> bool:
    assert artifact is not None
    try:
        folder.artifacts.local_copy(artifact)
    except Exception:  # each kind of storage has its own
        return False
    return True


def test_rows_are_archived_and_brought_back(folder: DataFolder, model: Model) -> None:
    row = _row(folder)
    assert queue.archive_rows(folder, [row.id, "0" * 16], archived=True) == 1
    assert _row(folder, "archived").id == row.id
    assert queue.archive_rows(folder, [row.id], archived=False) == 1
    assert _row(folder, "not archived").id == row.id


def test_what_is_archived_stays_so_when_it_is_measured_again(
    folder: DataFolder, model: Model, tmp_path: Path
) -> None:
    _evaluation(folder, model, tmp_path)
    queue.archive_rows(folder, [_row(folder).id], archived=True)
    queue.rename_model(folder, model.id, "other")
    assert _row(folder, "archived").texts["name"] == "other"


def test_deleting_a_row_deletes_its_evaluation_with_its_files_and_keeps_the_model(
    folder: DataFolder, model: Model, tmp_path: Path
) -> None:
    evaluation = _evaluation(folder, model, tmp_path)
    row = _row(folder)
    queue.delete_row(folder, row.id, with_models=False)
    assert not _has(folder, evaluation.details)
    assert _has(folder, model.artifact)
    left = _row(folder)  # the model, which nobody judged now
    assert left.id != row.id
    with pytest.raises(DyncellError, match="a model that nobody judged: choose to delete the mod"):
        queue.delete_row(folder, left.id, with_models=False)


def test_deleting_a_row_with_its_models_leaves_nothing(
    folder: DataFolder, model: Model, tmp_path: Path
) -> None:
    evaluation = _evaluation(folder, model, tmp_path)
    queue.delete_row(folder, _row(folder).id, with_models=True)
    assert not _has(folder, evaluation.details)
    assert not _has(folder, model.artifact)
    with folder.database.reading() as session:
        assert (board.count(session), models.count(session)) == (0, 0)


def test_the_models_of_a_row_go_all_together_or_none_goes(
    folder: DataFolder, tmp_path: Path
) -> None:
    seeds = [_seed(folder, tmp_path, n) for n in range(2)]
    details = [_evaluation(folder, model, tmp_path).details for model in seeds]
    row = _row(folder)
    assert row.counts["seeds"] == 2
    with folder.database.writing() as session:
        payload = {"model_id": seeds[1].id}
        job = queue.enqueue(session, "evaluate", payload=payload, title="Evaluate it")
    with pytest.raises(DyncellError, match="is in use by 'Evaluate it'"):
        queue.delete_row(folder, row.id, with_models=True)
    assert all(_has(folder, file) for file in [*details, *(model.artifact for model in seeds)])
    assert _row(folder) == row
    queue.cancel(folder, job.id)
    queue.delete_row(folder, row.id, with_models=True)
    assert not any(_has(folder, file) for file in [*details, *(model.artifact for model in seeds)])
    with folder.database.reading() as session:
        assert (board.count(session), models.count(session)) == (0, 0)


def _seed(folder: DataFolder, place: Path, seed: int) -> Model:
    file, artifact = place / "weights", f"{new_id()}.0.weights"
    file.write_bytes(b"weights")
    folder.artifacts.put(file, artifact)
    with folder.database.writing() as session:
        return models.add(
            session,
            new_id(),
            name=f"mover seed {seed}",
            kind="static",
            artifact=artifact,
            sha256=f"{seed}" * 64,
            size=7,
            palette=CAMVID,
            config=StaticConfig(num_classes=11).to_dict(),
            provenance={"seed": seed, "training": {"seed": seed, "steps": 10}},
            metrics={},
            params=10,
        )


def test_shipped_models_stay_and_nothing_of_their_row_goes(
    folder: DataFolder, tmp_path: Path
) -> None:
    register_shipped(folder)
    with folder.database.reading() as session:
        shipped = models.get(session, "camvid")
    evaluation = _evaluation(folder, shipped, tmp_path)
    with pytest.raises(DyncellError, match="is part of dyncell and stays; delete the row without"):
        queue.delete_row(folder, _row(folder, "miou > 0").id, with_models=True)
    assert _has(folder, evaluation.details)


def test_a_trial_is_not_taken_out_of_its_search(folder: DataFolder) -> None:
    add_search(folder, "cells", rewards=[0.5])
    with pytest.raises(DyncellError, match=r"part of the search 'cells'.*archive it, or delete"):
        queue.delete_row(folder, _row(folder).id, with_models=False)


def test_a_row_that_is_gone_is_said_so(folder: DataFolder) -> None:
    with pytest.raises(NotFound, match="no such row on the leaderboard"):
        queue.delete_row(folder, "0" * 16, with_models=False)
