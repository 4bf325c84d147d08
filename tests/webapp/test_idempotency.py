import hashlib
import os
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder, open_data_folder
from core.records import new_id
from core.store import jobs, videos
from tests.webapp.conftest import MP4, TUS
from tests.webapp.stored import add_model, add_video
from webapp.api.application import build_api
from webapp.kept_answers import KEPT_SECONDS, AnswerPending, KeptAnswers

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


@pytest.fixture
def order(folder: DataFolder) -> dict[str, str]:
    return {"video_id": add_video(folder).id, "model": add_model(folder).id}


def number_of_jobs(folder: DataFolder) -> int:
    with folder.database.reading() as session:
        return jobs.count(session, kinds=["segment_video"], states=["queued"])  # type: ignore[list-item]


def test_an_order_that_is_repeated_is_answered_again_and_not_done_again(
    client: TestClient, folder: DataFolder, order: dict[str, str]
) -> None:
    first, second = (client.post("/segmentations", json=order, headers=KEY) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert number_of_jobs(folder) == 1
    other = client.post("/segmentations", json=order, headers={"Idempotency-Key": "other"})
    assert other.json()["id"] != first.json()["id"]


def test_the_answer_outlives_the_process(
    client: TestClient, folder: DataFolder, order: dict[str, str]
) -> None:
    first = client.post("/segmentations", json=order, headers=KEY)
    opened = open_data_folder(folder.settings)
    another = TestClient(build_api(lambda: opened), base_url="http://localhost:8501")
    assert another.post("/segmentations", json=order, headers=KEY).json() == first.json()
    assert number_of_jobs(folder) == 1
    opened.database.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_order_is_answered_also_where_the_answer_finds_no_room(
    client: TestClient, folder: DataFolder, order: dict[str, str]
) -> None:
    kept = hashlib.sha256(KEY["Idempotency-Key"].encode()).hexdigest()[:32]
    answers = folder.settings.answers
    answers.mkdir(parents=True, exist_ok=True)
    (answers / f".{kept}.json.{os.getpid()}.tmp").symlink_to("/dev/full")
    answer = client.post("/segmentations", json=order, headers=KEY)
    assert answer.status_code == 201
    assert number_of_jobs(folder) == 1


@pytest.mark.parametrize(
    ("address", "changed"),
    [("/segmentations", {"options": {"end": 3}}), ("/segmentations?x=1", {}), ("/evaluations", {})],
)
def test_a_key_belongs_to_one_request(
    client: TestClient, order: dict[str, str], address: str, changed: dict[str, object]
) -> None:
    client.post("/segmentations", json=order, headers=KEY)
    answer = client.post(address, json=order | changed, headers=KEY)
    assert answer.status_code == 422
    assert "belongs to another request" in answer.json()["detail"]


def test_what_was_refused_may_be_asked_again(client: TestClient, order: dict[str, str]) -> None:
    wrong = order | {"model": "nobody"}
    assert client.post("/segmentations", json=wrong, headers=KEY).status_code == 404
    assert client.post("/segmentations", json=order, headers=KEY).status_code == 201


def test_a_file_that_is_sent_twice_becomes_one_video(
    client: TestClient, folder: DataFolder
) -> None:
    content = MP4 + bytes(3 << 20)
    first = client.post("/videos", content=content, headers=KEY)
    again = client.post("/videos", content=content, headers=KEY)
    assert first.json() == again.json()
    assert again.headers["location"] == first.headers["location"]
    other = client.post("/videos", content=content[:-1] + b"x", headers=KEY)
    assert other.status_code == 422
    with folder.database.reading() as session:
        assert videos.count(session) == 1


def test_an_upload_is_announced_once(client: TestClient) -> None:
    places = [
        client.post("/uploads", headers=TUS | KEY | {"Upload-Length": "9"}).headers["location"]
        for _ in range(2)
    ]
    assert places[0] == places[1]
    longer = client.post("/uploads", headers=TUS | KEY | {"Upload-Length": "10"})
    assert longer.status_code == 422


def test_a_request_under_way_is_not_done_beside_itself(
    client: TestClient, folder: DataFolder, order: dict[str, str]
) -> None:
    with KeptAnswers(folder.settings.answers).alone(KEY["Idempotency-Key"]):
        answer = client.post("/segmentations", json=order, headers=KEY)
    assert answer.status_code == 409
    assert answer.headers["retry-after"] == "1"
    assert number_of_jobs(folder) == 0
    assert client.post("/segmentations", json=order, headers=KEY).status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
def test_a_key_that_is_none_is_refused(client: TestClient, key: str) -> None:
    answer = client.post("/videos/sample", headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert "1 to 255 characters" in answer.json()["detail"]


def test_answers_are_forgotten_when_they_are_old(
    client: TestClient, folder: DataFolder, order: dict[str, str]
) -> None:
    first = client.post("/segmentations", json=order, headers=KEY)
    answers = KeptAnswers(folder.settings.answers)
    answers.remove_expired()
    assert answers.get(KEY["Idempotency-Key"]) is not None
    old = time.time() - KEPT_SECONDS - 1
    for path in folder.settings.answers.iterdir():
        os.utime(path, (old, old))
    assert answers.get(KEY["Idempotency-Key"]) is None
    answers.remove_expired()
    assert list(folder.settings.answers.iterdir()) == []
    assert client.post("/segmentations", json=order, headers=KEY).json() != first.json()


def test_a_lock_that_was_removed_meanwhile_guards_nobody(tmp_path: Path) -> None:
    answers, key = KeptAnswers(tmp_path), new_id()
    with answers.alone(key):
        (lock,) = tmp_path.iterdir()
        with pytest.raises(AnswerPending), answers.alone(key):
            pass
        lock.unlink()
    with answers.alone(key):
        assert lock.exists()
