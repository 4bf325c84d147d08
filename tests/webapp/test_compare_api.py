from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from tests.compared_rows import ComparedRows, add_compared_rows


@pytest.fixture
def rows(folder: DataFolder, tmp_path: Path) -> ComparedRows:
    return add_compared_rows(folder, tmp_path)


def test_rows_come_with_differences_classes_confusion_and_cells(
    client: TestClient, rows: ComparedRows
) -> None:
    asked = {"row": [rows.mover, rows.clock, rows.trial], "base": rows.clock}
    answer = client.get("/leaderboard/compare", params=asked)
    assert answer.status_code == 200
    document = answer.json()
    assert document["base"] == "B"
    assert [document["rows"][letter]["id"] for letter in "ABC"] == asked["row"]
    assert document["metrics"]["miou"]["rows"]["A"]["verdict"] == "better"
    assert document["metrics"]["latency_p50"]["rows"]["A"]["verdict"] == "better"
    trial = document["metrics"]["miou"]["rows"]["C"]
    assert trial["mean"] == pytest.approx(40.0)
    assert trial["difference"] is None
    assert "another setting" in trial["reason"]
    assert "a trial of a search has no evaluation" in document["classes"]["missing"]["C"]
    assert "a trial of a search has no evaluation" in document["confusion"]["C"]["missing"]
    assert document["confusion"]["A"]["missing"] is None
    assert document["cells"]["C"]["only_row"]


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ({}, 422, "row"),
        ({"row": ["mover"]}, 404, "is no id of a row"),
        ({"row": ["0" * 16]}, 422, "but one row was named"),
        ({"row": ["0" * 16, "1" * 16]}, 404, "may have been deleted"),
        ({"row": [f"{n:016x}" for n in range(5)]}, 422, "but 5 were named"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_one_sentence(
    client: TestClient, asked: dict[str, list[str]], status: int, sentence: str
) -> None:
    answer = client.get("/leaderboard/compare", params=asked)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]
