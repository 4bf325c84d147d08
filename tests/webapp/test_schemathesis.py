"""Requests made up from the OpenAPI document: whatever is sent, the server has an answer to it."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation

from core.data_folder import DataFolder
from core.registry import import_model, register_shipped
from core.store import board
from core.store.board_question import read_question
from tests.small_model import write_small_model
from tests.webapp import judged
from tests.webapp.measured import add_dynamics
from tests.webapp.searched import add_search
from tests.webapp.stored import add_failed_job, add_segmentation, add_series, add_video
from webapp.api.application import build_api
from webapp.upload_spool import UploadSpool

EXAMPLES = 6  # for every operation
METHODS = ("get", "head", "options", "post", "patch", "delete")
"""Deletions last: what they remove is what the others ask about."""

Ids = dict[str, str | int]


@pytest.fixture
def known(folder: DataFolder, tmp_path: Path) -> dict[str, Ids]:
    """A store with one of everything: first word of an address -> values of its parameters."""
    register_shipped(folder)
    model = import_model(folder, write_small_model(tmp_path / "small.safetensors"), name="small")
    dataset = judged.add_dataset(folder, tmp_path)
    evaluation = judged.add_evaluation(folder, tmp_path, model=model, dataset=dataset)
    segmentation = add_segmentation(folder, video := add_video(folder), model)
    add_series(folder, segmentation)
    search = add_search(folder, rewards=[0.5, None, 0.6])
    measured = add_dynamics(folder, model=model, dataset=dataset)
    with folder.database.reading() as session:
        question = read_question(session)
        (row, *_) = board.page(session, question.filter, sort=question.sort, limit=1, offset=0)
    upload = UploadSpool(folder.settings.uploads).create(5, name="a.mp4")
    frame: Ids = {"split": "val", "position": 0}
    return {
        "videos": {"item_id": video.id},
        "segmentations": {"item_id": segmentation.id},
        "datasets": {"item_id": dataset.id, **frame},
        "models": {"item_id": model.id, "dynamics_id": measured.id},
        "evaluations": {"item_id": evaluation.id, "other_id": evaluation.id, **frame},
        "searches": {"item_id": search.id, "number": 1},
        "jobs": {"item_id": add_failed_job(folder, "Import x", error="It is no video.")},
        "genotypes": {"name": "propagate", "other": "correct"},
        "leaderboard": {"item_id": row.id},
        "frames": {"item_id": row.id},
        "uploads": {"upload_id": upload.id},
    }


@pytest.fixture
def operations(folder: DataFolder) -> list[APIOperation]:
    api = build_api(lambda: folder, hosts=("testserver",))
    schema = schemathesis.openapi.from_asgi("/openapi.json", api)
    found = [result.ok() for result in schema.get_all_operations()]
    return sorted(found, key=lambda operation: METHODS.index(operation.method.lower()))


def requests_of(operation: APIOperation, ids: Ids) -> st.SearchStrategy[Any]:
    """Right and wrong values about things that are there, and values about things that are not."""
    there = {name: value for name, value in ids.items() if f"{{{name}}}" in operation.path}
    right = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=there or None)
    wrong = operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=there or None)
    return st.one_of(right, wrong, operation.as_strategy(GenerationMode.POSITIVE))


def statuses(operation: APIOperation, ids: Ids, failures: list[str]) -> set[int]:
    """Asks some requests and returns how they were answered; failures of the server are noted."""
    found: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of(operation, ids))
    def ask(case: Any) -> None:
        try:
            status = case.call().status_code
        except Exception as error:
            failures.append(f"{case.as_curl_command()}\n{error!r}")
            return
        found.add(status)
        if status >= 500 and status != 507:  # a disk too small for an upload is no defect
            failures.append(f"{case.as_curl_command()}\n{status}")

    ask()
    return found


def test_no_request_makes_the_server_fail(
    known: dict[str, Ids], operations: list[APIOperation]
) -> None:
    assert len(operations) > 100
    failures: list[str] = []
    done = 0
    for operation in operations:
        ids = known.get(operation.path.split("/")[1], {})
        done += any(status < 400 for status in statuses(operation, ids, failures))
    assert failures == []
    assert done > len(operations) // 3  # the others get no further than a refusal
