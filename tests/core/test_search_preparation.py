from dataclasses import replace

import pytest

from core.records import JobState, Progress
from core.search_preparation import (
    DATASET,
    FEATURES,
    FRAMES,
    SCORING,
    STEPS,
    TRAINING,
    step_number,
    step_text,
    whole_share,
)
from tests.core.searches_of_tests import a_job


@pytest.mark.parametrize(
    ("stage", "number"), [(DATASET, 1), (SCORING, 3), (FEATURES["M"], 5), ("", None), ("x", None)]
)
def test_a_stage_belongs_to_a_step(stage: str, number: int | None) -> None:
    assert step_number(Progress(stage=stage)) == number


def test_the_whole_preparation_never_runs_backwards() -> None:
    stages = [stage for step in STEPS for stage in step.stages]
    assert stages == [DATASET, FRAMES, TRAINING, SCORING, FEATURES["C"], FEATURES["M"]]
    shares = [whole_share(Progress(n, 4, "u", stage)) for stage in stages for n in range(5)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert whole_share(Progress(3, 4, "u", "something else")) == 0.0


def test_a_preparation_is_told_in_a_few_words() -> None:
    job = a_job(Progress(30, 120, "clips", FEATURES["C"]))
    assert step_text(job) == "step 4 of 5, features to learn from 25 %"
    assert step_text(replace(job, progress=Progress(stage=DATASET))) == "step 1 of 5, dataset"
    assert step_text(replace(job, progress=Progress())) == "begins"
    assert step_text(replace(job, state=JobState.QUEUED)) == "waits for a worker"
    assert step_text(replace(job, state=JobState.PAUSED)) == "paused"
    assert step_text(None) == "its job is gone"
