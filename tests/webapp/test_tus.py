import base64
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.errors import StorageFull
from core.records import new_id
from core.store import videos
from tasks import queue
from tests.webapp.conftest import MP4, TUS
from webapp.actions import take_upload
from webapp.display_name import display_name
from webapp.upload_spool import UploadSpool

DATA = MP4 + bytes(range(256)) * 40


@pytest.fixture
def spool(folder: DataFolder) -> UploadSpool:
    return UploadSpool(folder.settings.uploads)


def announce(client: TestClient, length: int = len(DATA), *, name: str = "street.mp4") -> str:
    metadata = f"filename {base64.b64encode(name.encode()).decode()},filetype dmlkZW8="
    headers = {"Upload-Length": str(length), "Upload-Metadata": metadata}
    answer = client.post("/uploads", headers=TUS | headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].split("/")[-1]


def send(client: TestClient, upload: str, data: bytes, *, offset: int = 0):
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(f"/uploads/{upload}", headers=TUS | headers, content=data)


def offset_of(client: TestClient, upload: str) -> int:
    answer = client.head(f"/uploads/{upload}", headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def count_videos(folder: DataFolder) -> int:
    with folder.database.reading() as session:
        return videos.count(session)


def test_an_upload_in_pieces_becomes_a_video(client: TestClient, folder: DataFolder) -> None:
    upload = announce(client)
    assert send(client, upload, DATA[:5000]).headers["upload-offset"] == "5000"
    assert offset_of(client, upload) == 5000
    last = send(client, upload, DATA[5000:], offset=5000)
    assert last.status_code == 204
    with folder.database.reading() as session:
        video = videos.get(session, last.headers["dyncell-video"])
    assert video.name == "street.mp4"
    assert folder.artifacts.local_copy(video.original).read_bytes() == DATA
    assert not UploadSpool(folder.settings.uploads).part(upload).exists()


def test_a_repeated_last_piece_makes_no_second_video(
    client: TestClient, folder: DataFolder
) -> None:
    upload = announce(client)
    first = send(client, upload, DATA).headers["dyncell-video"]
    assert send(client, upload, b"", offset=len(DATA)).headers["dyncell-video"] == first
    assert offset_of(client, upload) == len(DATA)
    assert client.get(f"/uploads/{upload}").json()["video_id"] == first
    assert count_videos(folder) == 1


def test_a_stop_before_the_video_was_made_is_made_good_by_the_next_question(
    client: TestClient, folder: DataFolder, spool: UploadSpool
) -> None:
    upload = announce(client)
    spool.part(upload).write_bytes(DATA)
    assert client.head(f"/uploads/{upload}", headers=TUS).headers["dyncell-video"] == upload
    assert count_videos(folder) == 1


def test_a_stop_between_the_video_and_its_note_makes_no_second_video(
    client: TestClient, folder: DataFolder, spool: UploadSpool
) -> None:
    upload = announce(client)
    spool.part(upload).write_bytes(DATA)
    queue.add_video(folder, spool.part(upload), name="street.mp4", video_id=upload)
    assert take_upload(folder, spool, upload).result_id == upload
    assert count_videos(folder) == 1


def test_a_piece_at_the_wrong_place_is_refused_and_told_the_right_one(client: TestClient) -> None:
    upload = announce(client)
    send(client, upload, DATA[:100])
    answer = send(client, upload, DATA[50:], offset=50)
    assert answer.status_code == 409
    assert answer.headers["upload-offset"] == "100"
    assert offset_of(client, upload) == 100


def test_two_requests_never_write_to_one_upload(client: TestClient, spool: UploadSpool) -> None:
    upload = announce(client)
    with spool.locked(upload):
        assert send(client, upload, DATA).status_code == 423
        assert client.delete(f"/uploads/{upload}", headers=TUS).status_code == 423
    assert send(client, upload, DATA).status_code == 204


def test_more_bytes_than_announced_are_refused(client: TestClient, folder: DataFolder) -> None:
    upload = announce(client, 100)
    assert send(client, upload, DATA).status_code == 413
    assert offset_of(client, upload) == 0
    assert count_videos(folder) == 0


def test_an_upload_that_is_too_large_is_refused_before_it_begins(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYNCELL_MAX_UPLOAD", "1000")
    answer = client.post("/uploads", headers=TUS | {"Upload-Length": "1001"})
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]
    assert client.options("/uploads").headers["tus-max-size"] == "1000"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-1"}, 422),
        ({"Upload-Length": "x"}, 422),
        ({"Upload-Length": "5", "Upload-Metadata": "filename %%%"}, 400),
        ({"Upload-Length": "5", "Tus-Resumable": "0.2.2"}, 412),
    ],
)
def test_a_wrong_announcement_is_refused_with_a_sentence(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    answer = client.post("/uploads", headers=TUS | headers)
    assert answer.status_code == answer.json()["status"] == status


def test_bytes_of_another_type_are_refused(client: TestClient) -> None:
    upload = announce(client)
    headers = {"Upload-Offset": "0", "Content-Type": "text/plain"}
    answer = client.patch(f"/uploads/{upload}", headers=TUS | headers, content=DATA)
    assert answer.status_code == 415


def test_a_terminated_upload_leaves_nothing(client: TestClient, spool: UploadSpool) -> None:
    upload = announce(client)
    send(client, upload, DATA[:10])
    assert client.delete(f"/uploads/{upload}", headers=TUS).status_code == 204
    assert client.head(f"/uploads/{upload}", headers=TUS).status_code == 404
    assert list(spool.folder.iterdir()) == []


def test_a_page_of_another_site_uploads_nothing(client: TestClient, spool: UploadSpool) -> None:
    headers = {"Upload-Length": "5", "Origin": "http://evil.example"}
    assert client.post("/uploads", headers=TUS | headers).status_code == 403
    assert not list(spool.folder.iterdir())


class _Usage(NamedTuple):
    total: int
    used: int
    free: int


def test_a_full_disk_is_said_and_the_upload_goes_on_later(
    client: TestClient, folder: DataFolder, spool: UploadSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = announce(client)
    send(client, upload, DATA[:100])
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _path: _Usage(10**9, 10**9, 0))
        refused = send(client, upload, DATA[100:], offset=100)
        assert refused.status_code == 507
        assert "what has arrived is kept" in refused.json()["detail"]
        assert client.post("/uploads", headers=TUS | {"Upload-Length": "9"}).status_code == 507
    assert offset_of(client, upload) == 100
    assert send(client, upload, DATA[100:], offset=100).status_code == 204
    assert count_videos(folder) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_disk_that_fills_up_during_a_piece_is_said(
    client: TestClient, spool: UploadSpool
) -> None:
    upload = announce(client)
    spool.part(upload).unlink()
    spool.part(upload).symlink_to("/dev/full")
    answer = send(client, upload, DATA)
    assert answer.status_code == 507
    assert "what has arrived is kept" in answer.json()["detail"]


def test_uploads_nobody_continues_are_forgotten(
    client: TestClient, spool: UploadSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = announce(client)
    spool.remove_expired()
    assert spool.get(upload).offset == 0
    monkeypatch.setattr("time.time", lambda: spool_time)
    spool_time = spool.get(upload).expires_at + 1
    spool.remove_expired()
    assert client.head(f"/uploads/{upload}", headers=TUS).status_code == 404


def test_an_upload_whose_bytes_are_gone_is_unknown(client: TestClient, spool: UploadSpool) -> None:
    upload = announce(client)
    spool.part(upload).unlink()
    assert client.head(f"/uploads/{upload}", headers=TUS).status_code == 404
    assert send(client, upload, DATA).status_code == 404
    assert client.head(f"/uploads/{new_id()}", headers=TUS).status_code == 404


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../etc/passwd", "../../etc/passwd"),
        ("<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>.mp4"),
        ("a\x00b\r\nc\t.mp4", "ab  c .mp4"),
        ("\u202egpj.exe", "gpj.exe"),
        ("  ", "video"),
        ("", "video"),
        ("x" * 500, "x" * 200),
        ("ñandú 視.mp4", "ñandú 視.mp4"),
    ],
)
def test_a_name_is_kept_as_text_without_control_characters(raw: str, shown: str) -> None:
    assert display_name(raw) == shown


def test_a_name_with_a_path_in_it_stays_in_the_spool(
    client: TestClient, folder: DataFolder, spool: UploadSpool
) -> None:
    upload = announce(client, name="../../../escaped.mp4")
    send(client, upload, DATA)
    assert client.get(f"/uploads/{upload}").json()["name"] == "../../../escaped.mp4"
    assert not list(folder.settings.data.rglob("*escaped*"))


def test_the_disk_check_says_how_much_is_left(
    spool: UploadSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: _Usage(0, 0, 3 * 10**9))
    spool.check_space(10**9)
    with pytest.raises(StorageFull, match=r"3\.0 GB left .* needs 5\.0 GB"):
        spool.check_space(5 * 10**9)
