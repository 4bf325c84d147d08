from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.named_genotypes import NAMED
from core.records import Dataset, Job, Model
from core.store import jobs
from tests.webapp.judged import add_dataset
from tests.webapp.searched import add_search
from tests.webapp.stored import add_model
from webapp.usual_training import CELL_STEPS, STATIC_STEPS


@pytest.fixture
def dataset(folder: DataFolder, tmp_path: Path) -> Dataset:
    return add_dataset(folder, tmp_path)


@pytest.fixture
def static(folder: DataFolder) -> Model:
    return add_model(folder, "streets-static")


def job_of(folder: DataFolder, document: dict[str, Any]) -> Job:
    with folder.database.reading() as session:
        return jobs.get(session, document["id"])


def test_a_static_network_is_trained_as_the_form_would(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    asked = {"dataset": dataset.name, "name": "mine", "seed": 3, "score": "val:2..5"}
    answer = client.post("/trainings/static", json=asked)
    assert answer.status_code == 202
    payload = job_of(folder, answer.json()).payload
    assert (payload["name"], payload["seed"], payload["steps"]) == ("mine", 3, STATIC_STEPS)
    assert (payload["splits"], payload["score"]) == (["train"], "val:2..5")
    assert client.get("/trainings").json()["items"] == [answer.json()]


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"dataset": "nowhere"}, 404, "no dataset 'nowhere'"),
        ({"splits": ["night"]}, 409, "Nothing can be learnt from 'night'"),
        ({"name": "streets-static"}, 409, "exists already"),
        ({"name": "a/b"}, 409, "cannot name a model"),
        ({"score": "val:5"}, 422, "names no frames"),
        ({"width": 9}, 422, "width"),
        ({"stepz": 9}, 422, "stepz"),
        ({"start": "nobody"}, 404, "no model 'nobody'"),
    ],
)
def test_a_training_that_cannot_be_is_refused_before_it_begins(
    client: TestClient,
    folder: DataFolder,
    dataset: Dataset,
    static: Model,
    changed: dict[str, Any],
    status: int,
    said: str,
) -> None:
    answer = client.post("/trainings/static", json={"dataset": "streets", "name": "x"} | changed)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    with folder.database.reading() as session:
        assert jobs.count(session) == 0


def test_a_cell_is_trained_by_name_or_by_its_document(
    client: TestClient, folder: DataFolder, dataset: Dataset, static: Model
) -> None:
    asked = {"dataset": "streets", "static": static.id, "name": "one", "genotype": "clockwork"}
    named = job_of(folder, client.post("/trainings/cell", json=asked).json())
    assert named.payload["genotype"] == NAMED["clockwork"].to_dict()
    assert (named.payload["genotype_name"], named.payload["steps"]) == ("clockwork", CELL_STEPS)
    asked |= {"name": "two", "genotype": NAMED["blend"].to_dict(), "memoryless": True}
    asked["streets"] = 5
    brought = job_of(folder, client.post("/trainings/cell", json=asked).json())
    assert brought.payload["genotype_name"] == NAMED["blend"].key
    assert (brought.payload["memoryless"], brought.payload["streets"]) == (True, 5)
    refused = client.post("/trainings/cell", json=asked | {"name": "3", "genotype": "clockwork"})
    assert refused.status_code == 422
    assert "never reads high" in refused.json()["detail"]


def test_the_best_cells_of_a_search_are_trained_with_several_seeds(
    client: TestClient, folder: DataFolder, dataset: Dataset, static: Model
) -> None:
    search = add_search(folder, rewards=[0.5, 0.6, 0.4])
    address = f"/searches/{search.id}/final-trainings"
    asked = {"dataset": "streets", "static": static.id, "top": 1}
    few = client.post(address, json=asked | {"seeds": [1]})
    assert few.status_code == 409
    assert "at least 3 different seeds" in few.json()["detail"]
    answer = client.post(address, json=asked)
    assert answer.status_code == 409
    assert "streets-static" in answer.json()["detail"]  # it has not learnt the search's split
    assert client.get(address).json()["items"] == []


def test_baselines_are_ordered_below_a_static_network(
    client: TestClient, folder: DataFolder, dataset: Dataset, static: Model
) -> None:
    asked = {"dataset": "streets", "judged": "val"}
    answer = client.post(f"/models/{static.id}/baselines", json=asked)
    assert answer.status_code == 202
    payload = job_of(folder, answer.json()).payload
    assert (payload["static_id"], payload["split"], payload["seeds"]) == (static.id, "val", 0)
    assert client.post(f"/models/{static.id}/baselines", json=asked).json() == answer.json()
    sparse = client.post(f"/models/{static.id}/baselines", json=asked | {"judged": "train"})
    assert sparse.status_code == 409
    assert "no consecutive labelled frames" in sparse.json()["detail"]
