"""The worst frames, the basket and other labels over HTTP."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.records import Evaluation
from core.store import evaluations
from tests.webapp.judged import FRAMES, add_dataset, add_evaluation
from tests.webapp.stored import add_model


@pytest.fixture
def made(folder: DataFolder, tmp_path: Path) -> Evaluation:
    data = add_dataset(folder, tmp_path)
    return add_evaluation(folder, tmp_path, model=add_model(folder), dataset=data)


def test_frames_are_ranked_on_the_server_page_by_page(client: TestClient, made: Evaluation) -> None:
    asked = {"evaluation": made.id, "limit": 4}
    first = client.get("/frames/worst", params=asked).json()
    rest = client.get("/frames/worst", params=asked | {"offset": 4, "limit": 50}).json()
    assert (first["total"], len(first["items"]), len(rest["items"])) == (FRAMES, 4, FRAMES - 4)
    values = [each["value"] for each in (*first["items"], *rest["items"])]
    assert values == sorted(values)
    mistake = {"metric": "mistake", "class": "Tree", "taken_for": "Building"}
    found = client.get("/frames/worst", params={"evaluation": made.id} | mistake).json()
    pixels = [each["value"] for each in found["items"]]
    assert pixels == sorted(pixels, reverse=True)
    assert pixels[-1] > 0


def test_what_cannot_be_ranked_is_refused(client: TestClient, made: Evaluation) -> None:
    for asked, status in (
        ({"metric": "luck"}, 422),
        ({"metric": "iou", "class": "Boat"}, 422),
        ({"class": "Tree"}, 422),
    ):
        assert client.get("/frames/worst", params={"evaluation": made.id} | asked).status_code == (
            status
        )
    assert client.get("/frames/worst", params={"evaluation": "0" * 16}).status_code == 404
    assert client.get("/frames/worst").status_code == 422


def test_the_basket_is_filled_read_and_emptied(client: TestClient, made: Evaluation) -> None:
    asked = {
        "evaluation": made.id,
        "positions": [3, 5, 3],
        "metric": "iou",
        "class": "Tree",
        "note": "look",
    }
    assert client.post("/frames/basket", json=asked).json() == {"changed": 2, "total": 2}
    assert client.post("/frames/basket", json=asked).json() == {"changed": 0, "total": 2}
    page = client.get("/frames/basket", params={"dataset": made.dataset_name}).json()
    assert {each["position"] for each in page["items"]} == {3, 5}
    first = page["items"][0]
    assert first["why"].startswith("IoU of Tree ")
    assert first["note"] == "look"
    address = f"/frames/basket/{first['id']}"
    one = client.get(address)
    assert one.json() == first
    assert client.delete(address, headers={"If-Match": '"old"'}).status_code == 412
    taken = client.delete(address, headers={"If-Match": one.headers["etag"]})
    assert client.get(address).status_code == 404
    assert taken.json() == {"changed": 1, "total": 1}
    assert client.delete(f"/frames/basket/{first['id']}").status_code == 404
    back = client.post(f"/frames/basket/{first['id']}/restore")
    assert back.json() == {"changed": 1, "total": 2}
    assert client.get("/frames/basket.csv").text.count("\n") == 3
    assert len(client.get("/frames/basket.json").json()) == 2
    assert client.get("/frames/basket", params={"dataset": "other"}).json()["total"] == 0
    lost = {"evaluation": made.id, "positions": [99]}
    assert client.post("/frames/basket", json=lost).status_code == 404


def test_labels_that_did_not_change_are_not_scored_again(
    client: TestClient, made: Evaluation
) -> None:
    answer = client.post(f"/evaluations/{made.id}/score-again")
    assert answer.status_code == 409
    assert "are those it was scored by" in answer.json()["detail"]


def test_changed_labels_are_ordered_to_be_scored_and_the_old_stays(
    client: TestClient, folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    add_dataset(folder, tmp_path, name="streets 2", relabelled=(9,))
    asked = {"dataset": "streets 2"}
    answer = client.post(f"/evaluations/{made.id}/score-again", json=asked)
    assert answer.status_code == 201
    new = answer.json()
    assert (new["is_ready"], new["dataset_name"]) == (False, "streets 2")
    assert new["model_key"] == made.model_key
    with folder.database.reading() as session:
        assert evaluations.get(session, made.id) == made


def test_changes_between_two_evaluations_are_told_frame_by_frame(
    client: TestClient, folder: DataFolder, made: Evaluation, tmp_path: Path
) -> None:
    data = add_dataset(folder, tmp_path, name="streets 2", relabelled=(9,))
    model = add_model(folder, name="other")
    new = add_evaluation(folder, tmp_path, model=model, dataset=data)
    found = client.get(f"/evaluations/{made.id}/changes/{new.id}").json()
    assert found["old"]["id"] == made.id
    assert found["new"]["id"] == new.id
    assert [each["position"] for each in found["frames"]] == [9]
    assert found["frames"][0]["is_relabelled"] is True
    assert client.get(f"/evaluations/{made.id}/changes/{'0' * 16}").status_code == 404
