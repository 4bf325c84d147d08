"""What uploads become: datasets and models, each exactly once, or a reason why not."""

import base64
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.errors import BadCheckpoint
from core.records import new_id
from core.registry import import_model
from core.store import datasets, jobs, models, videos
from tests.small_model import write_small_model
from tests.webapp.conftest import TUS
from tests.webapp.dataset_folder import make_zip
from webapp.actions import take_upload
from webapp.app import sweep_uploads
from webapp.folder import current_folder
from webapp.upload_spool import UploadSpool


@pytest.fixture
def spool(folder: DataFolder) -> UploadSpool:
    return UploadSpool(folder.settings.uploads)


def announce(client: TestClient, length: int, *, name: str, kind: str) -> Any:
    encoded = {"filename": name, "kind": kind}
    pairs = [f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in encoded.items()]
    headers = {"Upload-Length": str(length), "Upload-Metadata": ",".join(pairs)}
    return client.post("/uploads", headers=TUS | headers)


def upload(client: TestClient, data: bytes, *, name: str, kind: str) -> Any:
    announced = announce(client, len(data), name=name, kind=kind)
    assert announced.status_code == 201, announced.text
    place = announced.headers["location"].split("/")[-1]
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    return client.patch(f"/uploads/{place}", headers=TUS | headers, content=data)


def test_an_uploaded_archive_becomes_a_dataset_that_is_looked_at_first(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    data = make_zip(tmp_path).read_bytes()
    made = upload(client, data, name="my streets.zip", kind="dataset").headers["dyncell-result"]
    with folder.database.reading() as session:
        dataset = datasets.get(session, made)
        job = jobs.get(session, dataset.job_id)
    assert (dataset.name, dataset.origin, dataset.is_ready) == ("my streets", "upload", False)
    assert folder.artifacts.local_copy(dataset.source).read_bytes() == data
    assert (job.kind, job.payload["stage"]) == ("import_dataset", "preview")
    shown = client.get(f"/uploads/{made}").json()
    assert (shown["kind"], shown["result_id"], shown["video_id"]) == ("dataset", made, None)


def test_an_archive_sent_twice_becomes_two_datasets_of_different_names(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    data = make_zip(tmp_path).read_bytes()
    for _ in range(2):
        upload(client, data, name="streets.zip", kind="dataset")
    with folder.database.reading() as session:
        names = {dataset.name for dataset in datasets.list_datasets(session)}
    assert names == {"streets", "streets-2"}


def test_an_uploaded_model_enters_the_registry(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    data = write_small_model(tmp_path / "small.safetensors").read_bytes()
    made = upload(client, data, name="small.safetensors", kind="model").headers["dyncell-result"]
    with folder.database.reading() as session:
        model = models.get(session, made)
    assert model.name == "small"
    assert folder.artifacts.local_copy(model.artifact).read_bytes() == data


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("streets.rar", "dataset", "zip archive"),
        ("streets", "dataset", "zip archive"),
        ("weights.pth", "model", "weights file"),
    ],
)
def test_a_file_of_another_ending_is_refused_before_it_is_sent(
    client: TestClient, spool: UploadSpool, name: str, kind: str, wanted: str
) -> None:
    refused = announce(client, 10, name=name, kind=kind)
    assert refused.status_code == 415
    assert name in refused.json()["detail"]
    assert wanted in refused.json()["detail"]
    assert spool.uploads() == []


def test_an_unknown_kind_is_refused_with_those_there_are(client: TestClient) -> None:
    refused = announce(client, 10, name="x.zip", kind="universe")
    assert refused.status_code == 400
    assert "video, dataset, model" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("diary.mp4", "video"), ("streets.zip", "dataset"), ("small.safetensors", "model")],
)
def test_a_file_that_is_something_else_inside_is_refused_and_forgotten(
    client: TestClient, folder: DataFolder, spool: UploadSpool, name: str, kind: str
) -> None:
    refused = upload(client, b"Dear diary, today I", name=name, kind=kind)
    assert refused.status_code == 422
    assert refused.json()["detail"].endswith(".")
    assert spool.uploads() == []
    assert not list(spool.folder.iterdir())
    assert folder.artifacts.names() == []
    with folder.database.reading() as session:
        assert videos.count(session) == datasets.count(session) == models.count(session) == 0


def test_a_text_that_shall_become_a_video_is_refused_before_all_of_it_is_sent(
    client: TestClient, spool: UploadSpool
) -> None:
    announced = announce(client, 10_000_000, name="diary.mp4", kind="video")
    place = announced.headers["location"].split("/")[-1]
    first = "Liebes Tagebuch, heute fährt ".encode() * 50
    headers = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    refused = client.patch(f"/uploads/{place}", headers=TUS | headers, content=first)
    assert refused.status_code == 422
    assert refused.json()["detail"] == "diary.mp4 is a text file, not a video: choose a video file."
    assert spool.uploads() == []


def test_a_stop_between_the_model_and_its_note_makes_no_second_model(
    folder: DataFolder, spool: UploadSpool, tmp_path: Path
) -> None:
    path = write_small_model(tmp_path / "small.safetensors")
    waiting = spool.create(path.stat().st_size, name="small.safetensors", kind="model")
    spool.part(waiting.id).write_bytes(path.read_bytes())
    import_model(folder, spool.part(waiting.id), name="small", model_id=waiting.id)
    assert take_upload(folder, spool, waiting.id).result_id == waiting.id
    with folder.database.reading() as session:
        assert models.count(session) == 1


def test_an_upload_that_cannot_be_taken_does_not_keep_the_others_waiting(
    folder: DataFolder, spool: UploadSpool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNCELL_DATA", str(folder.settings.data))
    current_folder.cache_clear()
    good = make_zip(tmp_path).read_bytes()
    for data in (b"no zip", good, b"no zip either"):
        waiting = spool.create(len(data), name=f"{new_id()}.zip", kind="dataset")
        spool.part(waiting.id).write_bytes(data)
    sweep_uploads()
    current_folder.cache_clear()
    with folder.database.reading() as session:
        assert datasets.count(session) == 1
    assert [upload.result_id is not None for upload in spool.uploads()] == [True]


def test_an_upload_noted_when_all_were_videos_is_still_one(spool: UploadSpool) -> None:
    waiting = spool.create(3, name="old.mp4")
    note = spool.folder / f"{waiting.id}.json"
    note.write_text(f'{{"name": "old.mp4", "length": 3, "video_id": "{waiting.id}"}}')
    found = spool.get(waiting.id)
    assert (found.kind, found.result_id) == ("video", waiting.id)


def test_a_damaged_model_is_named_as_such(
    folder: DataFolder, spool: UploadSpool, tmp_path: Path
) -> None:
    whole = write_small_model(tmp_path / "small.safetensors").read_bytes()
    data = whole[: len(whole) // 2]
    waiting = spool.create(len(data), name="small.safetensors", kind="model")
    spool.part(waiting.id).write_bytes(data)
    with pytest.raises(BadCheckpoint):
        take_upload(folder, spool, waiting.id)
    assert spool.uploads() == []
