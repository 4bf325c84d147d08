from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.cell_cost import cell_cost
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.model_file import DEFAULT_STATIC, SHIPPED, read_header
from core.named_genotypes import DESCRIPTIONS, NAMED
from core.registry import import_model
from tests.small_model import write_small_model
from tests.webapp.searched import add_search

CLOCKWORK = NAMED["clockwork"]


def test_named_genotypes_are_known_at_once_and_trials_are_counted(
    client: TestClient, folder: DataFolder
) -> None:
    add_search(folder, rewards=[0.5], genotypes=[CLOCKWORK])
    page = client.get("/genotypes").json()
    assert page["total"] == len(NAMED)
    found = {item["key"]: item for item in page["items"]}
    clockwork = found[CLOCKWORK.key]
    assert (clockwork["names"], clockwork["trials"]) == (["clockwork"], 1)
    assert clockwork["description"] == DESCRIPTIONS["clockwork"]
    assert client.get("/genotypes", params={"limit": 1, "offset": 1}).json()["items"] == [
        page["items"][1]
    ]


@pytest.mark.parametrize("name", ["propagate", NAMED["propagate"].key])
def test_a_genotype_is_shown_with_its_cost(client: TestClient, name: str) -> None:
    shown = client.get(f"/genotypes/{name}", params={"size": "320x240"}).json()
    assert Genotype.from_dict({key: shown[key] for key in ("version", "nodes", "key", "light")})
    network = read_header(SHIPPED[DEFAULT_STATIC]).config
    cost = cell_cost(network, NAMED["propagate"], height=240, width=320)
    assert (shown["params"], shown["macs_steady"]) == (cost.parameters, cost.macs_steady)


def test_a_genotype_is_costed_on_a_model_of_the_registry(
    client: TestClient, folder: DataFolder, tmp_path: Path
) -> None:
    import_model(folder, write_small_model(tmp_path / "small.safetensors"), name="small")
    usual = client.get("/genotypes/clockwork").json()
    small = client.get("/genotypes/clockwork", params={"static": "small"}).json()
    assert small["macs_key"] < usual["macs_key"]
    unknown = client.get("/genotypes/clockwork", params={"static": "nobody"})
    assert unknown.status_code == 404
    assert "no model 'nobody'" in unknown.json()["detail"]


def test_a_size_that_is_none_is_told_with_one_that_is(client: TestClient) -> None:
    answer = client.get("/genotypes/clockwork", params={"size": "huge"})
    assert answer.status_code == 422
    assert "as in 480x360" in answer.json()["detail"]


def test_a_document_is_checked_and_told_under_its_key(client: TestClient) -> None:
    answer = client.post("/genotypes/check", json=CLOCKWORK.to_dict())
    assert answer.status_code == 200
    assert answer.json()["key"] == CLOCKWORK.key
    assert answer.json()["canonical"] == CLOCKWORK.canonical.to_dict()["nodes"]
    for told in (answer.json(), client.get("/genotypes").json()["items"][0]):
        assert client.post("/genotypes/check", json=told).json()["key"] == told["key"]
    wrong = CLOCKWORK.to_dict()
    wrong["nodes"][0]["combine"] = "mix"
    refused = client.post("/genotypes/check", json=wrong)
    assert refused.status_code == 422
    assert "'mix'" in refused.json()["detail"]


def test_a_drawn_genotype_is_the_same_for_the_same_seed(client: TestClient) -> None:
    asked = {"space": "extended", "nodes": 3, "seed": 7, "cell": "light"}
    first = client.get("/genotypes/sample", params=asked).json()
    assert first == client.get("/genotypes/sample", params=asked).json()
    assert first["light"] is True
    assert len(first["nodes"]) == 3
    assert client.get("/genotypes/sample", params={"nodes": 0}).status_code == 422


def test_two_genotypes_are_compared_node_by_node(client: TestClient) -> None:
    found = client.get("/genotypes/propagate/diff/correct").json()
    assert (found["a"], found["b"]) == (NAMED["propagate"].key, NAMED["correct"].key)
    assert len(found["same"]) == 2
    assert client.get("/genotypes/propagate/diff/nothing").status_code == 404


def test_a_timing_is_a_job(client: TestClient, folder: DataFolder, tmp_path: Path) -> None:
    import_model(folder, write_small_model(tmp_path / "small.safetensors"), name="small")
    asked = {"static": "small", "size": "64x48"}
    answer = client.post("/genotypes/clockwork/timings", json=asked)
    assert answer.status_code == 202
    assert answer.json()["kind"] == "time_cell"
    assert (
        client.post("/genotypes/clockwork/timings", json=asked).json()["id"] == answer.json()["id"]
    )
    large = client.post(
        "/genotypes/clockwork/timings", json={"static": "small", "size": "9999x9999"}
    )
    assert large.status_code == 409
    assert "too large to time" in large.json()["detail"]
