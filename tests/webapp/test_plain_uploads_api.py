from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.model_file import model_digest
from core.store import jobs
from tests.small_model import write_small_model
from tests.webapp.conftest import MP4
from tests.webapp.dataset_folder import make_zip
from webapp.upload_spool import UploadSpool


def spooled(folder: DataFolder) -> list[str]:
    return sorted(path.name for path in folder.settings.uploads.glob("*"))


def test_a_video_is_the_body_of_one_request(client: TestClient, folder: DataFolder) -> None:
    answer = client.post("/videos", params={"name": "my street.mp4"}, content=MP4 + bytes(588))
    assert answer.status_code == 201
    video = answer.json()
    assert (video["name"], video["size"], video["is_ready"]) == ("my street.mp4", 600, False)
    assert client.get(answer.headers["location"]).json() == video
    assert client.get(f"/jobs/{video['job_id']}").json()["kind"] == "import_video"
    assert spooled(folder) == []


def test_a_model_is_taken_at_once_and_a_taken_name_gets_a_number(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    file = write_small_model(tmp_path / "small.safetensors")
    names = []
    for _ in range(2):
        answer = client.post("/models", params={"name": "v1.2"}, content=file.read_bytes())
        assert answer.status_code == 201
        assert answer.json()["sha256"] == model_digest(file)
        names.append(answer.json()["name"])
    assert names == ["v1.2", "v1.2-2"]


def test_a_dataset_is_looked_at_and_then_taken(client: TestClient, tmp_path: Path) -> None:
    archive = make_zip(tmp_path)
    answer = client.post("/datasets", params={"name": "streets"}, content=archive.read_bytes())
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["is_ready"]) == ("streets", False)
    assert client.get(f"/jobs/{made['job_id']}").json()["kind"] == "import_dataset"
    early = client.post(f"/datasets/{made['id']}/take", json={})
    assert early.status_code == 409
    assert "A job is at 'streets'" in early.json()["detail"]


@pytest.mark.parametrize(
    ("address", "content", "headers", "status", "said"),
    [
        ("/videos", b"", {}, 400, "The file is empty"),
        (
            "/videos",
            b"Dear diary",
            {},
            422,
            "video is a text file, not a video",
        ),
        ("/models", b"no weights", {}, 422, "model.safetensors"),
        ("/datasets", b"no archive", {}, 422, "dataset.zip is no zip archive"),
        (
            "/videos",
            b"x",
            {"Content-Type": "multipart/form-data; boundary=x"},
            415,
            "--data-binary",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    client: TestClient,
    folder: DataFolder,
    address: str,
    content: bytes,
    headers: dict[str, str],
    status: int,
    said: str,
) -> None:
    answer = client.post(address, content=content, headers=headers)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert spooled(folder) == []
    with folder.database.reading() as session:
        assert jobs.count(session) == 0


def test_a_body_without_its_length_is_refused(client: TestClient) -> None:
    answer = client.post("/videos", content=iter([b"a", b"b"]))
    assert answer.status_code == 411
    assert "Content-Length" in answer.json()["detail"]


def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.api.upload_body.largest_upload", lambda: 5)
    assert client.post("/videos", content=b"123456").status_code == 413


def test_a_file_for_which_the_disk_has_no_room_can_be_sent_again(
    client: TestClient, folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("webapp.upload_spool._RESERVE", 1 << 60)
        answer = client.post("/videos", content=MP4)
        assert answer.status_code == 507
        assert "send the file again" in answer.json()["detail"]
    assert UploadSpool(folder.settings.uploads).uploads() == []
    assert client.post("/videos", content=MP4).status_code == 201


def test_a_video_gets_another_name(client: TestClient) -> None:
    video = client.post("/videos", content=MP4).json()
    renamed = client.patch(f"/videos/{video['id']}", json={"name": " night\u202e drive "})
    assert renamed.json()["name"] == "night drive"
    assert client.patch(f"/videos/{'0' * 16}", json={"name": "x"}).status_code == 404


def test_the_sample_is_added_once(client: TestClient) -> None:
    first, second = (client.post("/videos/sample").json() for _ in range(2))
    assert first["origin"] == "sample"
    assert first["id"] == second["id"]
