from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.data_folder import DataFolder
from core.records import Job, JobState, new_id
from core.store import datasets, jobs
from core.train import cell_config
from core.train.curve import Curve
from core.train.recipe import EXTRA, STEPS
from tests.webapp.judged import add_dataset
from tests.webapp.stored import add_model
from tests.webapp.trained import add_training
from webapp import usual_training
from webapp.learnt_splits import trainable_splits
from webapp.training_curve import TrainingCurve, curve_figure, smoothed
from webapp.training_data import read_trainings, training_of
from webapp.training_estimate import ENOUGH_STEPS, about, estimate, measured_rate
from webapp.training_form import score_choices


def test_the_form_has_the_steps_and_the_share_of_the_recipe() -> None:
    assert (usual_training.STATIC_STEPS, usual_training.EXTRA) == (STEPS, EXTRA)
    usual = (cell_config.STEPS, cell_config.LENGTH, cell_config.SHORTEST_CLIP)
    form = (usual_training.CELL_STEPS, usual_training.LENGTH, usual_training.SHORTEST_CLIP)
    assert form == usual


def test_a_curve_is_read_as_the_training_wrote_it() -> None:
    written = Curve()
    for step in range(1, 1001):
        written.add(step, loss=2.0 / step, learning_rate=0.005)
    curve = TrainingCurve.of({"curve": written.to_dict()})
    assert curve is not None
    assert len(curve.steps) <= 200
    figure = curve_figure(curve, total=5200, with_learning_rate=True)
    assert [line.name for line in figure.data] == ["loss", "smoothed", "learning rate"]
    assert tuple(figure.data[0].y) == curve.loss
    assert figure.layout.xaxis.range == (0, 5200)
    assert len(curve_figure(curve, total=10).data) == 2


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"curve": {}},
        {"curve": {"steps": [], "loss": []}},
        {"curve": {"steps": [1], "loss": []}},
    ],
)
def test_without_points_there_is_no_curve(detail: dict[str, Any]) -> None:
    assert TrainingCurve.of(detail) is None


def test_smoothing_keeps_a_constant_and_follows_a_step() -> None:
    assert smoothed([3.0] * 5) == pytest.approx([3.0] * 5)
    assert smoothed([]) == []
    after = smoothed([0.0] * 50 + [1.0] * 50)
    assert after[0] == 0
    assert 0.9 < after[-1] < 1
    assert after == sorted(after)


def test_a_guess_comes_from_the_newest_training_like_it(folder: DataFolder) -> None:
    add_training(folder, seconds=100, name="older", width=0.5, steps=300, rate=1.0)
    add_training(folder, seconds=9000, name="newer", width=0.5, steps=300, rate=1 / 3)
    add_training(folder, seconds=900, name="wide", width=1.0, steps=300, rate=0.1)
    found = _finished(folder)
    guess = estimate(found, width=0.5, steps=400, precision="auto")
    assert guess is not None
    assert (guess.name, guess.step_seconds) == ("newer", pytest.approx(3.0))
    assert guess.seconds == pytest.approx(1200)
    assert estimate(found, width=0.35, steps=400, precision="auto") is None
    assert estimate(found, width=0.5, steps=400, precision="fp32") is None
    assert estimate([], width=0.5, steps=400, precision="auto") is None


def test_a_short_training_is_no_ground_for_a_guess(folder: DataFolder) -> None:
    add_training(folder, seconds=100, width=0.5, steps=ENOUGH_STEPS - 1, rate=2.0)
    assert estimate(_finished(folder), width=0.5, steps=9, precision="auto") is None


def test_the_time_around_the_steps_is_no_ground_for_a_guess(folder: DataFolder) -> None:
    add_training(folder, seconds=100, width=0.5, steps=1000)
    assert estimate(_finished(folder), width=0.5, steps=9, precision="auto") is None


def test_a_training_under_way_tells_its_rate_itself(folder: DataFolder) -> None:
    add_training(folder, seconds=100, steps=300)
    (job,) = _finished(folder)
    training = replace(job.progress, rate=4.0, total=1000)
    assert measured_rate(replace(job, progress=training)) == 4.0
    scoring = replace(training, unit="frames", stage="scoring")
    assert measured_rate(replace(job, progress=scoring)) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 s"), (7, "7 s"), (44, "40 s"), (700, "12 min"), (12_600, "3.5 h")],
)
def test_a_guess_is_told_no_finer_than_it_is(seconds: float, told: str) -> None:
    assert about(seconds) == told


def test_a_model_leads_to_the_training_that_made_it(folder: DataFolder) -> None:
    model, other = add_model(folder, "made"), add_model(folder, "imported")
    job_id = add_training(folder, seconds=10, model_id=model.id)
    job = training_of(folder, model)
    assert job is not None
    assert job.id == job_id
    assert TrainingCurve.of(job.progress.detail) is not None
    assert training_of(folder, other) is None


def test_trainings_that_run_come_before_those_that_wait(folder: DataFolder) -> None:
    with folder.database.writing() as session:
        _enqueue(session, "first")
        assert jobs.claim(session, ["train_static"], lease_owner="nobody", lease_seconds=60)
        _enqueue(session, "second")
        jobs.request_pause(session, _enqueue(session, "third"))
        jobs.enqueue(session, "evaluate", payload={}, title="no training", priority=1)
    found = read_trainings(folder)
    assert [job.payload["name"] for job in found.unfinished] == ["first", "second", "third"]
    assert [str(job.state) for job in found.unfinished] == ["running", "queued", "paused"]
    assert found.is_busy
    with folder.database.writing() as session:
        for job in found.unfinished:
            jobs.request_cancel(session, job.id)
    ended = read_trainings(folder)
    assert len(ended.ended) == 2


def test_what_was_learnt_from_cannot_judge(folder: DataFolder, tmp_path: Path) -> None:
    dataset = add_dataset(folder, tmp_path)
    splits = trainable_splits(dataset)
    assert splits == ["train", "val"]
    assert score_choices(dataset, splits, ["train"]) == ["val", ""]
    assert score_choices(dataset, splits, ["train", "val"]) == [""]
    camvid = replace(dataset, splits={**dataset.splits, "val": {"frames": 101, "labelled": 101}})
    assert score_choices(camvid, splits, ["train"]) == ["val:52..100", "val", ""]


def test_the_built_in_dataset_can_be_learnt_before_it_is_rendered(folder: DataFolder) -> None:
    with folder.database.writing() as session:
        shipped = datasets.add(session, new_id(), name="synthetic", origin="shipped")
        waiting = datasets.add(session, new_id(), name="mine", origin="upload")
    assert trainable_splits(shipped) == ["train", "val"]
    assert trainable_splits(waiting) == []


def _enqueue(session: Session, name: str) -> str:
    job = jobs.enqueue(session, "train_static", payload={"name": name}, title=name, priority=1)
    return job.id


def _finished(folder: DataFolder) -> list[Job]:
    with folder.database.reading() as session:
        return jobs.list_jobs(session, kinds=["train_static"], states=[JobState.DONE])
