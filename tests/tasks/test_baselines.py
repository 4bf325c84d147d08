"""The baselines of a static network as jobs: what is refused, what is queued, what is not twice."""

from pathlib import Path
from typing import Any

import pytest

from core.baselines.random_cells import drawn_cells
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.named_genotypes import NAMED
from core.records import Job, JobState
from core.registry import import_model
from core.store import jobs, models
from tasks import queue
from tasks.foreground import run_in_foreground
from tests.datasets_media import make_camvid
from tests.small_model import write_small_model
from tests.tasks.cli.test_commands import Terminal
from tests.tasks.test_queue_nouns import _packed

OPTIONS: dict[str, Any] = {
    "splits": ["train"],
    "steps": 2,
    "length": 3,
    "variants": 1,
    "precision": "fp32",
    "own_head": False,
    "key_interval": 5,
}


def order(folder: DataFolder, **changes: Any) -> Job:
    asked = {"static": "net", "dataset": "streets", "judged": FrameChoice("val"), "seeds": 0}
    return queue.add_baselines(folder, **(asked | {"cohort": None, "options": OPTIONS} | changes))


def listed(folder: DataFolder, kind: Any) -> list[Job]:
    with folder.database.reading() as session:
        return jobs.list_jobs(session, kinds=[kind], limit=100)


@pytest.fixture
def streets(folder: DataFolder, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    camvid = make_camvid(tmp_path / "camvid", splits={"train": 3, "val": 10})
    assert terminal("data", "import", "camvid", camvid, "--name", "streets").exit_code == 0
    import_model(folder, write_small_model(tmp_path / "net.safetensors"), name="net")


def test_a_job_makes_the_models_and_queues_what_is_missing_once(
    folder: DataFolder, streets: None
) -> None:
    cohort = drawn_cells(2)
    ordered = order(folder, seeds=1, cohort=cohort)
    assert order(folder, seeds=1, cohort=cohort).id == ordered.id  # while it waits
    for _ in range(2):  # the second time everything is there or waits
        run_in_foreground(
            folder, "baselines", ordered.payload, title="b", on_progress=lambda progress: None
        )
        assert len(listed(folder, "evaluate")) == 9
        trainings = listed(folder, "train_cell")
        assert len(trainings) == len(NAMED) + 1 + 2  # the control and the drawn ones
    with folder.database.reading() as session:
        kinds = [model.kind for model in models.list_models(session)]
    assert (kinds.count("baseline"), kinds.count("cell"), kinds.count("static")) == (7, 2, 2)
    assert {job.payload["cohort"] for job in trainings} == {"", cohort.name}
    one = next(job for job in trainings if job.payload["cohort"])
    payload = {key: value for key, value in one.payload.items() if key != "foreground"}
    run_in_foreground(folder, "train_cell", payload, title="t", on_progress=lambda progress: None)
    with folder.database.reading() as session:
        made = models.get(session, payload["name"])
    assert made.cohort == cohort.name
    waiting = [job for job in listed(folder, "evaluate") if job.payload["model_id"] == made.id]
    assert [job.state for job in waiting] == [JobState.QUEUED]


def test_a_trained_model_outlives_the_data_it_should_have_been_judged_on(
    folder: DataFolder, streets: None
) -> None:
    order_payload = {
        **{key: value for key, value in OPTIONS.items() if key != "key_interval"},
        **{"genotype_name": "clockwork", "dataset": "streets", "static": "net", "name": "kept"},
        **{"seed": 0, "key_interval": 5, "memoryless": False},
        "judge": {"dataset_id": "0" * 16, "split": "val", "protocol": {}},
    }
    order_payload["genotype"] = NAMED["clockwork"].to_dict()
    run_in_foreground(
        folder, "train_cell", order_payload, title="t", on_progress=lambda progress: None
    )
    with folder.database.reading() as session:
        assert models.get(session, "kept").kind == "cell"
    assert listed(folder, "evaluate") == []


def test_what_is_unfit_is_refused_in_one_sentence(
    folder: DataFolder, streets: None, tmp_path: Path
) -> None:
    with pytest.raises(DyncellError, match="has no consecutive labelled frames"):
        order(folder, judged=FrameChoice("train"))
    with pytest.raises(DyncellError, match=r"has the frames 0\.\.9; 0\.\.30 leads out"):
        order(folder, judged=FrameChoice("val", (0, 30)))
    with pytest.raises(DyncellError, match="has no split 'night'"):
        order(folder, judged=FrameChoice("night"))
    _packed(folder, name="stills")
    with pytest.raises(DyncellError, match="stills/val has no consecutive labelled frames"):
        order(folder, dataset="stills")
    job = order(folder)
    run_in_foreground(
        folder, "baselines", job.payload, title="b", on_progress=lambda progress: None
    )
    with pytest.raises(DyncellError, match="is a baseline itself: baselines are made of a static"):
        order(folder, static="ema-0.7@net")
    with pytest.raises(DyncellError, match="has a cell: baselines are made of a static network"):
        order(folder, static="copy@net")
