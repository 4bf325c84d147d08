from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.model_file import read_header
from core.records import Model
from core.registry import import_model, register_shipped
from core.store import models
from tests.small_model import write_small_model
from tests.webapp.stored import add_model, add_segmentation, add_video


@pytest.fixture
def stored(folder: DataFolder, tmp_path: Path) -> Model:
    file = write_small_model(tmp_path / "small.safetensors")
    return import_model(folder, file, name='small "one" /ñ'.replace("/", "-"))


def test_a_model_is_downloaded_as_the_file_it_came_as(
    client: TestClient, stored: Model, tmp_path: Path
) -> None:
    answer = client.get(f"/models/{stored.id}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "%C3%B1.safetensors" in answer.headers["content-disposition"]
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(answer.content)
    assert read_header(copy).palette.names == stored.classes
    assert len(answer.content) == stored.size


def test_a_download_goes_on_where_it_was_cut_off(client: TestClient, stored: Model) -> None:
    whole = client.get(f"/models/{stored.id}/file").content
    part = client.get(f"/models/{stored.id}/file", headers={"Range": "bytes=100-"})
    assert part.status_code == 206
    assert part.content == whole[100:]
    head = client.head(f"/models/{stored.id}/file")
    assert head.headers["content-length"] == str(len(whole))
    assert head.content == b""


def test_only_ids_lead_to_files(client: TestClient, stored: Model) -> None:
    for name in (stored.name, "camvid", "..%2f..%2fetc%2fpasswd"):
        assert client.get(f"/models/{name}/file").status_code == 404


def test_a_model_gets_another_name(client: TestClient, folder: DataFolder, stored: Model) -> None:
    renamed = client.patch(f"/models/{stored.id}", json={"name": "  better "})
    assert renamed.json()["name"] == "better"
    add_model(folder, "taken")
    refused = client.patch(f"/models/{stored.id}", json={"name": "taken"})
    assert refused.status_code == 409
    assert "exists already" in refused.json()["detail"]
    path = client.patch(f"/models/{stored.id}", json={"name": "../x"})
    assert path.status_code == 409
    assert client.patch(f"/models/{stored.id}", json={}).status_code == 422


def test_a_model_is_deleted_with_its_file(
    client: TestClient, folder: DataFolder, stored: Model
) -> None:
    assert client.delete(f"/models/{stored.id}").status_code == 204
    assert client.get(f"/models/{stored.id}").status_code == 404
    assert stored.artifact not in folder.artifacts.names()


def test_a_model_in_use_stays_and_says_why(client: TestClient, folder: DataFolder) -> None:
    used = add_model(folder, "used")
    add_segmentation(folder, add_video(folder), used)
    refused = client.delete(f"/models/{used.id}")
    assert refused.status_code == 409
    assert "made 1 segmentation(s)" in refused.json()["detail"]


def test_a_shipped_model_keeps_name_and_place(client: TestClient, folder: DataFolder) -> None:
    register_shipped(folder)
    with folder.database.reading() as session:
        shipped = models.get(session, "camvid")
    assert "stays" in client.delete(f"/models/{shipped.id}").json()["detail"]
    refused = client.patch(f"/models/{shipped.id}", json={"name": "mine"})
    assert "keeps its name" in refused.json()["detail"]
