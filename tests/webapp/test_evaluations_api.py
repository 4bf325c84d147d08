import csv
import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.protocol import Protocol
from core.records import Dataset, Evaluation, Model, new_id
from core.store import evaluations
from tests.webapp.judged import FRAMES, PROTOCOL, add_dataset, add_evaluation, add_unfinished
from tests.webapp.stored import add_model


@pytest.fixture
def model(folder: DataFolder) -> Model:
    return add_model(folder)


@pytest.fixture
def dataset(folder: DataFolder, tmp_path: Path) -> Dataset:
    return add_dataset(folder, tmp_path)


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path, model: Model, dataset: Dataset) -> Evaluation:
    return add_evaluation(folder, tmp_path, model=model, dataset=dataset)


def test_an_evaluation_is_a_document_without_its_inside(
    client: TestClient, made: Evaluation, model: Model
) -> None:
    document = client.get(f"/evaluations/{made.id}").json()
    assert document["is_ready"] is document["has_details"] is True
    assert document["scores"]["miou"] == made.scores["miou"]
    assert document["model_id"] == model.id
    assert document["protocol_key"] == PROTOCOL.key
    assert "details" not in document
    assert client.get("/evaluations").json()["items"] == [document]


def test_evaluations_are_found_by_model_and_dataset(
    client: TestClient, made: Evaluation, dataset: Dataset
) -> None:
    found = client.get("/evaluations", params={"dataset_id": dataset.id}).json()
    assert [each["id"] for each in found["items"]] == [made.id]
    none = client.get("/evaluations", params={"model_id": new_id()}).json()
    assert none == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert client.get("/evaluations", params={"model_id": "../x"}).status_code == 422


def test_frames_come_in_pages_in_the_order_of_the_split(
    client: TestClient, made: Evaluation
) -> None:
    page = client.get(f"/evaluations/{made.id}/frames", params={"limit": 3, "offset": 8}).json()
    assert page["total"] == FRAMES
    assert [frame["position"] for frame in page["items"]] == [8, 9]
    last = page["items"][-1]
    assert sum(n for t, p, n in last["confusion"] if t != p) == last["wrong"] > 0


def test_a_prediction_is_a_grey_png_that_stays_in_the_cache(
    client: TestClient, made: Evaluation
) -> None:
    address = f"/evaluations/{made.id}/frames/3/prediction"
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.shape == (48, 64)
    assert picture.max() < 11
    again = client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.head(address).headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize("position", [FRAMES, 10**12])
def test_a_frame_that_was_not_evaluated_has_no_prediction(
    client: TestClient, made: Evaluation, position: int
) -> None:
    answer = client.get(f"/evaluations/{made.id}/frames/{position}/prediction")
    assert answer.status_code == 404
    assert "was not evaluated" in answer.json()["detail"]


@pytest.mark.parametrize("text", ["-1", "x", "..%2f1"])
def test_what_is_no_number_is_never_looked_for(
    client: TestClient, made: Evaluation, text: str
) -> None:
    answer = client.get(f"/evaluations/{made.id}/frames/{text}/prediction")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_scores_are_downloaded_as_files(client: TestClient, made: Evaluation) -> None:
    whole = client.get(f"/evaluations/{made.id}/scores.json")
    assert whole.json()["scores"] == made.scores
    assert "camvid on streets val.json" in whole.headers["content-disposition"]
    classes = client.get(f"/evaluations/{made.id}/classes.csv")
    assert classes.headers["content-type"].startswith("text/csv")
    assert len(list(csv.DictReader(io.StringIO(classes.text)))) == 11
    frames = client.get(f"/evaluations/{made.id}/frames.csv")
    assert len(list(csv.DictReader(io.StringIO(frames.text)))) == FRAMES


def test_an_unfinished_evaluation_says_which_job_to_ask(
    client: TestClient, folder: DataFolder, model: Model, dataset: Dataset
) -> None:
    waiting = add_unfinished(folder, model=model, dataset=dataset)
    assert client.get(f"/evaluations/{waiting.id}").json()["is_ready"] is False
    for what in ("frames", "scores.json", "classes.csv", "frames.csv", "frames/0/prediction"):
        answer = client.get(f"/evaluations/{waiting.id}/{what}")
        assert answer.status_code == 409
        assert waiting.job_id in answer.json()["detail"]


def test_asking_again_answers_with_the_scores_that_are_there(
    client: TestClient, folder: DataFolder, tmp_path: Path, model: Model, dataset: Dataset
) -> None:
    kept = add_evaluation(folder, tmp_path, model=model, dataset=dataset, protocol=Protocol())
    asked = {"model": model.name, "dataset": dataset.name, "split": "val"}
    again = client.post("/evaluations", json=asked)
    assert (again.status_code, again.json()["id"]) == (200, kept.id)
    fresh = client.post("/evaluations", json=asked | {"frames": [2, 5]})
    assert (fresh.status_code, fresh.json()["is_ready"]) == (201, False)
    assert client.get(f"/jobs/{fresh.json()['job_id']}").json()["state"] == "queued"


def test_an_order_that_cannot_be_met_is_refused_with_a_sentence(
    client: TestClient, model: Model, dataset: Dataset
) -> None:
    asked = {"model": model.name, "dataset": dataset.name, "split": "val"}
    backwards = client.post("/evaluations", json=asked | {"frames": [5, 2]})
    assert backwards.status_code == 422
    assert "FIRST..LAST" in backwards.json()["detail"]
    unknown = client.post("/evaluations", json=asked | {"split": "nope"})
    assert unknown.status_code == 409
    assert "it has train, val" in unknown.json()["detail"]


def test_a_deleted_evaluation_is_gone_with_its_file(
    client: TestClient, folder: DataFolder, made: Evaluation
) -> None:
    assert made.details in folder.artifacts.names()
    assert client.delete(f"/evaluations/{made.id}").status_code == 204
    assert client.get(f"/evaluations/{made.id}").status_code == 404
    assert made.details not in folder.artifacts.names()
    with folder.database.reading() as session:
        assert evaluations.count(session) == 0


def test_the_routes_are_in_the_openapi_document(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {
        "/evaluations",
        "/evaluations/{item_id}/frames",
        "/evaluations/{item_id}/frames/{position}/prediction",
        "/models/{item_id}/file",
    } <= set(document["paths"])
