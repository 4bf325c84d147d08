"""The routes of searches, on searches whose trials were really run."""

import json
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.search_records import Search
from tasks import queue
from tests.tasks.search_of_tests import CONFIG, add_dataset, add_static, trials_of, work_off

ASKED = {
    "dataset": "stripes",
    "static": "small",
    "strategy": "evolution",
    "nodes": 2,
    "macs_share": 100.0,
    "trials": 3,
    "name": "cells",
}


@pytest.fixture
def known(folder: DataFolder) -> DataFolder:
    add_dataset(folder)
    add_static(folder)
    return folder


@pytest.fixture
def done(known: DataFolder) -> Search:
    made = queue.start_search(known, name="cells", config=replace(CONFIG, trials=2))
    work_off(known)
    return made


def test_a_search_that_ran_is_a_document_with_its_twin(client: TestClient, done: Search) -> None:
    found = client.get("/searches/cells").json()
    assert client.get(f"/searches/{done.id}").json() == found
    assert (found["state"], found["twin"]["state"]) == ("done", "done")
    assert (found["finished"], found["ordered"], found["failed"]) == (2, 2, {})
    assert 1 < found["best_reward"] < 100
    assert found["twin"]["twin_of"] == done.id
    assert found["twin"]["twin"] is None
    assert found["cost"]["gpu_days"] == 0
    assert found["cost"]["cpu_seconds"] > found["cost"]["seconds"]["cpu"]["train"] > 0
    assert found["front"]["objectives"] == ["accuracy", "stability", "macs"]
    assert 0 < found["front"]["hypervolume"] < 100
    assert set(found["front"]["trials"]) <= {0, 1}
    assert found["twin"]["front"]["reference"] == found["front"]["reference"]
    page = client.get("/searches").json()
    assert [each["name"] for each in page["items"]] == ["cells", "cells-twin"]
    assert page["items"][0]["best_reward"] == found["best_reward"]
    alone = client.get("/searches", params={"twins": False}).json()
    assert (alone["total"], len(alone["items"])) == (1, 1)


def test_a_search_of_another_machine_is_brought_in_as_it_was_printed_there(
    client: TestClient, done: Search
) -> None:
    printed = client.get("/searches/cells/document").content
    again = client.post("/searches/import", params={"name": "other"}, content=printed)
    assert again.status_code == 409
    assert "here already" in again.json()["detail"]
    client.delete(f"/searches/{done.id}")
    made = client.post("/searches/import", params={"name": "other"}, content=printed)
    assert (made.status_code, made.json()["name"]) == (201, "other")
    assert made.json()["twin"]["name"] == "other-twin"
    own, other = json.loads(printed), client.get("/searches/other/document").json()
    assert [each["key"] for each in other["trials"]] == [each["key"] for each in own["trials"]]
    for content, told in ((b"Dear diary", "This is not JSON"), (b"{}", "not the document")):
        refused = client.post("/searches/import", content=content)
        assert refused.status_code == 422
        assert told in refused.json()["detail"]


def test_trials_come_in_pages_and_orders(
    client: TestClient, known: DataFolder, done: Search
) -> None:
    first, second = trials_of(known, "cells")
    page = client.get(f"/searches/{done.id}/trials", params={"limit": 1, "offset": 1}).json()
    assert page["total"] == 2
    assert [trial["number"] for trial in page["items"]] == [1]
    best = client.get(f"/searches/{done.id}/trials", params={"order": "reward"}).json()["items"]
    assert [t["reward"] for t in best] == sorted((t["reward"] for t in best), reverse=True)
    none = client.get(f"/searches/{done.id}/trials", params={"state": "failed"}).json()
    assert (none["total"], none["items"]) == (0, [])
    one = client.get(f"/searches/{done.id}/trials/0").json()
    assert (one["key"], one["genotype"]) == (first.key, first.genotype)
    assert first.reward is not None
    assert one["reward"] == pytest.approx(100 * first.reward, abs=1e-5)
    assert one["rungs"][0]["epochs"] == 1
    assert second.key == page["items"][0]["key"]
    assert client.get(f"/searches/{done.id}/trials/2").status_code == 404
    assert client.get(f"/searches/{done.id}/trials/-1").status_code == 422


def test_a_search_is_ordered_rested_gone_on_with_extended_cloned_and_deleted(
    client: TestClient, known: DataFolder
) -> None:
    made = client.post("/searches", json=ASKED)
    assert (made.status_code, made.json()["state"]) == (201, "preparing")
    address = f"/searches/{made.json()['id']}"
    assert client.get(f"/jobs/{made.json()['job_id']}").json()["kind"] == "prepare_search"
    assert client.post("/searches", json=ASKED).status_code == 409
    assert "stop it first" in client.delete(address).json()["detail"]
    assert client.post(f"{address}/pause").json()["twin"]["state"] == "paused"
    assert client.post(f"{address}/pause").status_code == 409
    none = client.post(f"{address}/resume", json={"static": "/etc/passwd"})
    assert (none.status_code, "There is no model" in none.json()["detail"]) == (404, True)
    resumed = client.post(f"{address}/resume", json={"static": "auto"}).json()
    assert (resumed["state"], resumed["config"]["static"]) == ("preparing", "auto")
    assert client.post(f"{address}/extend", json={"trials": 4}).json()["ordered"] == 7
    assert client.post(f"{address}/extend", json={}).status_code == 409
    endless = client.post(f"{address}/extend", json={"trials": 10**9})
    assert (endless.status_code, "1 to 1000000 are possible" in endless.text) == (409, True)
    assert client.post(f"{address}/stop").json()["state"] == "stopped"
    clone = client.post(f"{address}/clone", json={"name": "again", "changes": {"seed": 9}})
    assert (clone.status_code, clone.json()["seed"], clone.json()["ordered"]) == (201, 9, 7)
    assert client.delete(address).status_code == 204
    assert client.get("/searches/cells-twin").status_code == 404


def test_a_search_without_a_name_gets_one(client: TestClient, known: DataFolder) -> None:
    unnamed = {key: value for key, value in ASKED.items() if key != "name"}
    names = [client.post("/searches", json=unnamed).json()["name"] for _ in range(2)]
    assert names == ["stripes-evolution-0", "stripes-evolution-0-2"]


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"dataset": "/etc"}, 404, "There is no dataset '/etc'"),
        ({"static": "/etc/passwd"}, 404, "There is no model '/etc/passwd'"),
        ({"trials": 0}, 422, "give it at least 1 trial"),
        ({"nodes": 99}, 422, "nodes is 99"),
        ({"budget": {"epoch": 3}}, 422, "unknown keys ['epoch']"),
        ({"budget": {"rungs": 3}}, 422, "of no fit kind"),
        ({"luck": 1}, 422, "luck"),
        ({"objectives": ["accuracy", "fps"]}, 422, "objectives"),
        ({"objectives": ["accuracy"]}, 422, "at least two different objectives"),
        ({"macs_share": 1e-9}, 409, "keeps the limit on cost"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_sentence(
    client: TestClient, known: DataFolder, changed: dict[str, object], status: int, said: str
) -> None:
    refused = client.post("/searches", json=ASKED | changed)
    assert refused.status_code == status
    assert said in refused.json()["detail"]
    assert client.get("/searches").json()["total"] == 0


def test_a_clone_cannot_reach_files_of_this_host(client: TestClient, known: DataFolder) -> None:
    made = client.post("/searches", json=ASKED).json()
    changes = {"dataset": "/etc"}
    refused = client.post(f"/searches/{made['id']}/clone", json={"name": "x", "changes": changes})
    assert refused.status_code == 404


def test_a_dataset_that_a_command_took_from_a_path_is_told_by_its_last_name(
    client: TestClient, known: DataFolder
) -> None:
    drives = str(known.settings.data / "drives")
    queue.start_search(known, name="cells", config=replace(CONFIG, dataset=drives), twin=False)
    assert client.get("/searches/cells").json()["config"]["dataset"] == "drives"


def test_the_routes_are_in_the_openapi_document(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/searches", "/searches/{item_id}/trials", "/searches/{item_id}/clone"} <= set(
        document["paths"]
    )
