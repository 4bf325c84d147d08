from dataclasses import replace
from pathlib import Path

import cv2
import fsspec
import numpy as np
import pytest
from starlette.testclient import TestClient

from core.artifacts import Artifacts
from core.data_folder import DataFolder
from core.palette import IGNORE
from core.records import Dataset, new_id
from core.store import datasets
from tasks import queue
from tests.webapp.dataset_folder import HEIGHT, WIDTH, add_dataset, labels_of, make_zip
from webapp.api.application import build_api


@pytest.fixture
def dataset(folder: DataFolder, tmp_path: Path) -> Dataset:
    return add_dataset(folder, tmp_path)


def frame(dataset: Dataset, position: int, what: str, *, split: str = "val") -> str:
    return f"/datasets/{dataset.id}/splits/{split}/frames/{position}/{what}"


def test_a_dataset_says_what_it_holds_and_nothing_of_the_inside(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    (listed,) = client.get("/datasets").json()["items"]
    shown = client.get(f"/datasets/{dataset.id}").json()
    assert shown == listed
    assert shown["is_ready"] is True
    assert {name: split["frames"] for name, split in shown["splits"].items()} == {
        "train": 3,
        "val": 2,
    }
    assert shown["digest"] == dataset.digest
    assert not {"artifact", "source", "path"} & set(shown)
    assert str(folder.settings.data) not in str(shown)


def test_frames_are_listed_in_order_and_in_part(client: TestClient, dataset: Dataset) -> None:
    address = f"/datasets/{dataset.id}/frames"
    found = client.get(address, params={"split": "train", "start": 1, "count": 5}).json()
    assert found["total"] == 3
    assert [item["position"] for item in found["items"]] == [1, 2]
    assert [item["name"] for item in found["items"]] == ["seq_00001", "seq_00002"]
    first = found["items"][0]
    assert (first["width"], first["height"], first["has_labels"]) == (WIDTH, HEIGHT, True)
    assert not {"image", "label"} & set(first)
    assert client.get(address, params={"split": "train", "start": 9}).json()["items"] == []


def test_images_and_labels_are_the_bytes_of_the_pack(client: TestClient, dataset: Dataset) -> None:
    image = client.get(frame(dataset, 1, "image"))
    assert image.headers["content-type"] == "image/png"
    pixels = cv2.imdecode(np.frombuffer(image.content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert (pixels == 110).all()
    labels = client.get(frame(dataset, 1, "labels"))
    assert labels.headers["content-type"] == "image/png"
    ids = cv2.imdecode(np.frombuffer(labels.content, np.uint8), cv2.IMREAD_UNCHANGED)
    wanted = labels_of(1)
    wanted[wanted == 11] = IGNORE
    np.testing.assert_array_equal(ids, wanted)


def test_frames_come_from_an_object_store_as_well(folder: DataFolder, tmp_path: Path) -> None:
    url = f"memory://{new_id()}"
    fsspec.filesystem("memory").mkdirs(url, exist_ok=True)
    remote = replace(folder, artifacts=Artifacts(url, folder.settings.cache))
    dataset = add_dataset(remote, tmp_path)
    client = TestClient(build_api(lambda: remote), base_url="http://localhost")
    answer = client.get(frame(dataset, 1, "labels"))
    ids = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert ids[-1, -1] == labels_of(1)[-1, -1]


@pytest.mark.parametrize("what", ["image", "labels"])
def test_bytes_that_never_change_are_kept_by_the_browser(
    client: TestClient, dataset: Dataset, what: str
) -> None:
    first = client.get(frame(dataset, 0, what))
    assert "immutable" in first.headers["cache-control"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in first.headers["content-security-policy"]
    head = client.head(frame(dataset, 0, what))
    assert head.content == b""
    assert head.headers["content-length"] == str(len(first.content))
    again = client.get(frame(dataset, 0, what), headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.head(frame(dataset, 1, what)).headers["etag"]
    assert other != first.headers["etag"]


@pytest.mark.parametrize(
    ("split", "position", "status"),
    [
        ("val", "2", 404),
        ("test", "0", 404),
        ("val", "-1", 422),
        ("val", "x", 422),
        ("..", "0", 404),
    ],
)
def test_a_frame_that_is_not_there_is_said_so(
    client: TestClient, dataset: Dataset, split: str, position: str, status: int
) -> None:
    answer = client.get(f"/datasets/{dataset.id}/splits/{split}/frames/{position}/image")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_dataset_that_was_not_taken_yet_has_no_frames(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    coming = queue.add_dataset(folder, make_zip(tmp_path), name="coming")
    assert client.get(f"/datasets/{coming.id}").json()["is_ready"] is False
    early = client.get(f"/datasets/{coming.id}/frames", params={"split": "val"})
    assert early.status_code == 409
    assert coming.job_id in early.json()["detail"]
    busy = client.post(f"/datasets/{coming.id}/take", json={})
    assert busy.status_code == 409


def test_a_dataset_whose_pack_is_gone_is_said_so(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    assert client.get(frame(dataset, 0, "image")).status_code == 200
    assert dataset.artifact is not None
    folder.artifacts.delete(dataset.artifact)
    assert client.get(frame(dataset, 0, "image")).status_code == 404


def test_a_deleted_dataset_is_gone_with_its_file(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    assert client.delete(f"/datasets/{dataset.id}").status_code == 204
    assert client.get(f"/datasets/{dataset.id}").status_code == 404
    assert client.delete(f"/datasets/{dataset.id}").status_code == 404
    assert folder.artifacts.names() == []


def test_a_dataset_that_a_training_uses_stays(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    queue.add_training(folder, dataset=dataset.id, name="mine", options={"splits": ["train"]})
    refused = client.delete(f"/datasets/{dataset.id}")
    assert refused.status_code == 409
    assert "Train mine on streets" in refused.json()["detail"]
    assert client.get(frame(dataset, 0, "image")).status_code == 200


def test_a_dataset_is_renamed_and_what_was_measured_keeps_the_name_of_then(
    client: TestClient, folder: DataFolder, dataset: Dataset
) -> None:
    address = f"/datasets/{dataset.id}"
    renamed = client.patch(address, json={"name": " avenues "})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "avenues")
    assert client.get(address).json() == renamed.json()
    assert client.patch(address, json={"name": "avenues"}).status_code == 200
    with folder.database.writing() as session:
        datasets.add(session, new_id(), name="roads", origin="upload")
    taken = client.patch(address, json={"name": "roads"})
    assert taken.status_code == 409
    assert "'roads' exists already; choose another name" in taken.json()["detail"]
    assert client.patch(f"/datasets/{new_id()}", json={"name": "x"}).status_code == 404
    queue.add_training(folder, dataset=dataset.id, name="mine", options={"splits": ["train"]})
    used = client.patch(address, json={"name": "lanes"})
    assert used.status_code == 409
    assert "avenues" in used.json()["detail"]


def test_the_built_in_dataset_cannot_be_deleted(client: TestClient, folder: DataFolder) -> None:
    with folder.database.writing() as session:
        shipped = datasets.add(session, new_id(), name="built in", origin="shipped")
    assert client.delete(f"/datasets/{shipped.id}").status_code == 409
