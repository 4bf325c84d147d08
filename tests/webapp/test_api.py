import zlib
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder, open_data_folder
from core.records import JobState, new_id
from core.settings import Settings
from core.store import jobs, videos
from tests.webapp.searched import add_search
from tests.webapp.stored import REPORT, add_failed_job, add_model, add_segmentation, add_video
from webapp.api.application import build_api

HOSTILE = '../../etc/<img src=x onerror=alert(1)>; filename="x"\r\nX-Evil: 1 ñ.mp4'


def test_there_is_no_page_that_loads_scripts_from_elsewhere(client: TestClient) -> None:
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_an_empty_folder_has_nothing_and_says_so_without_failing(client: TestClient) -> None:
    for what in ("videos", "segmentations", "jobs", "models", "datasets"):
        assert client.get(f"/{what}").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert client.get("/health").json()["workers"] == 0


def test_lists_come_in_pages(client: TestClient, folder: DataFolder) -> None:
    made = [add_video(folder, f"{number}.mp4").id for number in range(5)]
    page = client.get("/videos", params={"limit": 2, "offset": 1}).json()
    assert [video["id"] for video in page["items"]] == made[::-1][1:3]
    assert page["total"] == 5
    assert client.get("/videos", params={"limit": 0}).status_code == 422
    assert client.get("/videos", params={"offset": -1}).status_code == 422


@pytest.mark.parametrize(
    "item_id",
    ["..%2f..%2fetc%2fpasswd", "0", "x" * 16, "0123456789abcdeF", "0123456789abcdef0", "%00"],
)
@pytest.mark.parametrize(
    "address",
    [
        "videos/{}/media",
        "segmentations/{}/labels",
        "jobs/{}",
        "uploads/{}",
        "videos/{}",
        "datasets/{}",
        "datasets/{}/splits/val/frames/0/image",
    ],
)
def test_an_id_that_is_none_is_never_looked_for(
    client: TestClient, address: str, item_id: str
) -> None:
    answer = client.get("/" + address.format(item_id))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("what", ["videos", "segmentations", "jobs", "datasets"])
def test_an_unknown_id_is_answered_with_a_sentence(client: TestClient, what: str) -> None:
    answer = client.get(f"/{what}/{new_id()}")
    assert answer.status_code == answer.json()["status"] == 404
    assert answer.json()["detail"].startswith("There is no ")


def test_what_a_video_is_inside_does_not_leave_the_house(
    client: TestClient, folder: DataFolder
) -> None:
    video = add_video(folder)
    document = client.get(f"/videos/{video.id}").json()
    assert document["is_ready"] is True
    assert not {"original", "playable", "poster", "frame_table"} & set(document)
    assert str(folder.settings.data) not in str(document)


def test_a_hostile_name_is_kept_as_text_and_breaks_no_header(
    client: TestClient, folder: DataFolder
) -> None:
    video = add_video(folder, HOSTILE)
    made = add_segmentation(folder, video, add_model(folder))
    assert client.get(f"/videos/{video.id}").json()["name"] == HOSTILE
    headers = client.get(f"/segmentations/{made.id}/overlay").headers
    assert "x-evil" not in headers
    assert headers["content-disposition"].startswith("attachment; filename=")
    plain = headers["content-disposition"].split(";")[1]
    assert not set("<>/\\\r\n%") & set(plain)


def test_labels_come_as_the_deflated_block_that_is_stored(
    client: TestClient, folder: DataFolder
) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder))
    for start, count, sent in ((0, 16, 16), (16, 16, 4), (3, 5, 5)):
        answer = client.get(
            f"/segmentations/{made.id}/labels", params={"start": start, "count": count}
        )
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["dyncell-start"] == str(start)
        assert answer.headers["dyncell-count"] == str(sent)
        shape = (sent, 6, 8)
        labels = np.frombuffer(zlib.decompress(answer.content), np.uint8).reshape(shape)
        assert labels[:, 0, 0].tolist() == [n % 11 for n in range(start, start + sent)]
    behind = client.get(f"/segmentations/{made.id}/labels", params={"start": 20})
    assert behind.status_code == 416


def test_a_segmentation_is_ordered_and_its_labels_are_not_there_yet(
    client: TestClient, folder: DataFolder
) -> None:
    video, model = add_video(folder), add_model(folder)
    answer = client.post("/segmentations", json={"video_id": video.id, "model": model.name})
    assert answer.status_code == 201
    made = answer.json()
    assert made["is_ready"] is False
    early = client.get(f"/segmentations/{made['id']}/labels")
    assert early.status_code == 409
    assert made["job_id"] in early.json()["detail"]
    assert client.get(f"/jobs/{made['job_id']}").json()["state"] == "queued"


def test_an_order_that_cannot_be_met_is_refused_with_a_sentence(
    client: TestClient, folder: DataFolder
) -> None:
    video = add_video(folder)
    unknown = client.post("/segmentations", json={"video_id": video.id, "model": "nobody"})
    assert unknown.status_code == 404
    assert "nobody" in unknown.json()["detail"]
    assert client.post("/segmentations", json={"model": 1}).status_code == 422


def test_a_report_is_served_as_it_was_measured(client: TestClient, folder: DataFolder) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder))
    assert client.get(f"/segmentations/{made.id}/report").json() == REPORT | {"busy": False}


def test_jobs_are_cancelled_retried_and_their_log_is_read(
    client: TestClient, folder: DataFolder
) -> None:
    job_id = add_failed_job(folder, "Import x", error="It is no video.")
    assert client.get(f"/jobs/{job_id}").json()["error"] == "It is no video."
    log = client.get(f"/jobs/{job_id}/log").json()
    assert [line["text"] for line in log] == ["reading", "It is no video."]
    assert client.post(f"/jobs/{job_id}/retry").json()["state"] == "queued"
    again = client.post(f"/jobs/{job_id}/retry")
    assert again.status_code == 409
    assert client.post(f"/jobs/{job_id}/cancel").json()["state"] == "cancelled"
    assert client.post(f"/jobs/{job_id}/pause").status_code == 409


def test_jobs_are_filtered_by_state(client: TestClient, folder: DataFolder) -> None:
    add_failed_job(folder, "Import x", error="It is no video.")
    with folder.database.writing() as session:
        jobs.enqueue(session, "segment_video", payload={}, title="waits", priority=1)
    found = client.get("/jobs", params={"state": JobState.FAILED}).json()
    assert [job["title"] for job in found["items"]] == ["Import x"]
    assert client.get("/jobs", params={"state": "gone"}).status_code == 422


def test_the_trials_of_a_search_are_one_item_of_the_list(
    client: TestClient, folder: DataFolder
) -> None:
    search = add_search(folder, rewards=[0.5, None, 0.6])
    add_failed_job(folder, "Import x", error="It is no video.")
    page = client.get("/jobs", params={"limit": 1, "offset": 1}).json()
    assert (page["total"], len(page["items"])) == (2, 1)
    assert page["items"][0]["folded"] == {
        "search_id": search.id,
        "search_name": "cells",
        "states": {"done": 3},
    }
    every = client.get("/jobs", params={"folded": False}).json()
    assert (every["total"], {item["folded"] for item in every["items"]}) == (4, {None})


def test_a_deleted_video_is_gone_with_its_results(client: TestClient, folder: DataFolder) -> None:
    video = add_video(folder)
    made = add_segmentation(folder, video, add_model(folder))
    assert client.delete(f"/videos/{video.id}").status_code == 204
    assert client.get(f"/videos/{video.id}").status_code == 404
    assert client.get(f"/segmentations/{made.id}/overlay").status_code == 404
    assert client.delete(f"/videos/{video.id}").status_code == 404
    with folder.database.reading() as session:
        assert videos.count(session) == 0


def test_a_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    settings = Settings.of(tmp_path / "file", {})
    api = build_api(lambda: open_data_folder(settings))
    answer = TestClient(api, base_url="http://localhost").get("/videos")
    assert answer.status_code == 503
    assert "DYNCELL_DATA" in answer.json()["detail"]


def test_a_defect_of_ours_shows_no_traceback() -> None:
    def broken() -> DataFolder:
        raise RuntimeError("secret detail")

    client = TestClient(
        build_api(broken), base_url="http://localhost", raise_server_exceptions=False
    )
    answer = client.get("/videos")
    assert answer.status_code == 500
    assert "secret" not in answer.text
