"""The job `time_cell` and how it is ordered."""

from pathlib import Path
from typing import Any

import pytest

from core.cell_description import CellConfig
from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.named_genotypes import NAMED
from core.records import JobState, Model, Progress
from core.registry import import_model
from tasks import queue
from tasks.foreground import run_in_foreground
from tasks.kinds import INTERACTIVE
from tasks.queue.cells import timing_payload
from tests.small_model import write_small_model
from tests.tasks.engine import job_of

PROPAGATE = CellConfig.of(NAMED["propagate"])


@pytest.fixture
def static(folder: DataFolder, tmp_path: Path) -> Model:
    return import_model(folder, write_small_model(tmp_path / "s.safetensors"), name="small")


def order(folder: DataFolder, config: CellConfig = PROPAGATE, **options: Any) -> str:
    asked = {"static": "small", "width": 48, "height": 32} | options
    return queue.add_cell_timing(folder, config=config, **asked).id


def test_the_result_names_cell_network_machine_and_every_node(
    folder: DataFolder, static: Model
) -> None:
    payload = timing_payload(PROPAGATE, width=48, height=32)
    payload |= {"model_id": static.id, "static": static.name}
    seen: list[Progress] = []
    job = run_in_foreground(folder, "time_cell", payload, title="Time it", on_progress=seen.append)
    found = job.result
    assert (found["key"], found["static"]) == (NAMED["propagate"].key, "small")
    assert found["static_sha256"] == static.sha256
    assert [node["node"] for node in found["nodes"]] == [
        str(node) for node in NAMED["propagate"].canonical.nodes
    ]
    assert found["measured"]["frames_timed"] >= 300
    assert found["measured"]["warm_up"] >= 50
    assert found["setting"]["processor"]
    assert (found["setting"]["width"], found["setting"]["height"]) == (48, 32)
    assert "nodes" in found["hooks_included"]
    assert {each.stage for each in seen} == {"rendering a street", "timing"}


def test_asking_twice_gives_one_job_until_it_ends(folder: DataFolder, static: Model) -> None:
    first = order(folder)
    assert order(folder) == first
    assert order(folder, width=64) != first
    assert order(folder, CellConfig(genotype=NAMED["propagate"], reach=8)) != first
    queue.cancel(folder, first)
    assert order(folder) != first
    assert job_of(folder, first).state is JobState.CANCELLED


def test_it_runs_where_evaluations_run() -> None:
    assert {"evaluate", "time_cell"} <= set(INTERACTIVE)


def test_a_model_whose_network_is_being_timed_stays(folder: DataFolder, static: Model) -> None:
    order(folder)
    with pytest.raises(DyncellError, match="in use by 'Time the cell"):
        queue.delete_model(folder, static.id)


def test_what_cannot_be_timed_is_refused_in_one_sentence(folder: DataFolder, static: Model) -> None:
    with pytest.raises(DyncellError, match="copy computes nothing"):
        order(folder, CellConfig.of(None))
    with pytest.raises(DyncellError, match=r"4000x4000 are too large.*up to 1920x1080"):
        order(folder, width=4000, height=4000)
    with pytest.raises(NotFound, match="There is no model 'gone'"):
        order(folder, static="gone")
