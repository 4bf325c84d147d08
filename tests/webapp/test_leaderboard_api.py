import csv
import io
import json

import pytest
from starlette.testclient import TestClient

from core.board.columns import COLUMNS
from core.board.made import made_rows
from core.board.row import Row
from core.data_folder import DataFolder
from tests.board_of_tests import fill_board


@pytest.fixture
def rows(folder: DataFolder) -> list[Row]:
    made = list(made_rows(120))
    fill_board(folder.database, made)
    return made


def test_a_page_has_rows_in_order_with_their_intervals(client: TestClient, rows: list[Row]) -> None:
    asked = {"filter": "light and miou > 20", "sort": "miou", "columns": "name,miou", "limit": 10}
    answer = client.get("/leaderboard", params=asked).json()
    kept = [row for row in rows if row.flags["light"] and row.means.get("miou", 0) > 20]
    kept.sort(key=lambda row: -row.means["miou"])
    assert answer["total"] == len(kept)
    assert [item["id"] for item in answer["items"]] == [row.id for row in kept[:10]]
    for item, row in zip(answer["items"], kept, strict=False):
        assert item["miou"] == row.means["miou"]
        assert item["intervals"].get("miou") == _listed(row.interval("miou"))
        assert (item["rank"] is not None) == row.flags["ranked"]


def _short(value: float | None) -> str:
    return "" if value is None else str(float(f"{value:.12g}"))


def _listed(ends: tuple[float, float] | None) -> list[float] | None:
    return None if ends is None else list(ends)


def test_a_missing_number_has_its_reason_and_is_never_nan(
    client: TestClient, rows: list[Row]
) -> None:
    asked = {"filter": "tc_m is missing", "columns": "tc_m"}
    items = client.get("/leaderboard", params=asked).json()["items"]
    assert items
    assert {(item["tc_m"], item["missing"]["tc_m"]) for item in items} == {
        (None, "it was made without it")
    }


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"filter": "mio > 60"}, "There is no column mio; perhaps: miou"),
        ({"filter": "name = 'x"}, "The quote ' at character 8 of the filter is not closed"),
        ({"filter": "x" * 10_000}, "The filter has 10,000 characters; at most 2,000 are read."),
        ({"sort": "tc_ratio"}, "Rows are not sorted by tc_ratio; sort by another column"),
        ({"sort": "miou:up"}, "Write miou:asc or miou:desc, not miou:up."),
        ({"sort": "password"}, "There is no column 'password' to sort by; perhaps:"),
        ({"columns": "miou,rewart"}, "There is no column 'rewart'; perhaps: reward"),
    ],
)
@pytest.mark.parametrize("route", ["/leaderboard", "/leaderboard/rows.csv"])
def test_what_cannot_be_read_is_refused_in_one_sentence(
    client: TestClient, asked: dict[str, str], sentence: str, route: str
) -> None:
    answer = client.get(route, params=asked)
    assert answer.status_code == 422
    assert sentence in answer.json()["detail"]


def test_all_rows_come_as_csv_and_as_json(client: TestClient, rows: list[Row]) -> None:
    asked = {"columns": "name,light,miou", "sort": "miou"}
    text = client.get("/leaderboard/rows.csv", params=asked).text
    lines = list(csv.DictReader(io.StringIO(text)))
    document = json.loads(client.get("/leaderboard/rows.json", params=asked).text)
    assert [line["id"] for line in lines] == [item["id"] for item in document]
    assert {line["id"] for line in lines} == {row.id for row in rows}
    by_id = {row.id: row for row in rows}
    for line in lines:
        row = by_id[line["id"]]
        assert line["light"] == str(row.flags["light"]).lower()
        assert line["miou"] == _short(row.means.get("miou"))
        assert line["miou_low"] == _short((row.interval("miou") or (None,))[0])
        assert line["setting"] == row.texts["setting"]


def test_one_row_has_every_column(client: TestClient, rows: list[Row]) -> None:
    answer = client.get(f"/leaderboard/{rows[0].id}").json()
    assert set(COLUMNS) <= set(answer["row"])
    assert client.get(f"/leaderboard/{'0' * 16}").status_code == 404


def test_every_column_is_described(client: TestClient) -> None:
    found = client.get("/leaderboard/columns").json()
    assert [column["key"] for column in found] == list(COLUMNS)
    assert all(column["meaning"].endswith(".") for column in found)


def test_a_view_is_saved_used_changed_and_deleted(client: TestClient, rows: list[Row]) -> None:
    parts = {"filter": "light", "sort": "params", "columns": "name,params", "brush": "miou:20.."}
    made = client.post("/leaderboard/views", json={"name": "light ones", "parts": parts})
    assert made.status_code == 201, made.text
    view = made.json()
    assert client.get("/leaderboard/views").json()["items"] == [view]
    asked = {"view": "light ones", "filter": "params < 60", "limit": 200}
    answer = client.get("/leaderboard", params=asked).json()
    kept = {
        row.id
        for row in rows
        if row.flags["light"]
        and row.means.get("miou", 0) >= 20
        and row.means.get("params", 99) < 60
    }
    assert kept
    assert {item["id"] for item in answer["items"]} == kept
    values = [item["params"] for item in answer["items"]]
    assert values == sorted(values)
    assert "params" in client.get("/leaderboard/rows.csv", params=asked).text.splitlines()[0]

    address = f"/leaderboard/views/{view['id']}"
    changed = client.patch(address, json={"name": "small ones", "is_default": True}).json()
    assert changed["parts"] == parts
    assert (changed["name"], changed["is_default"]) == ("small ones", True)
    assert client.get(address).json() == changed
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    answer = client.get("/leaderboard", params={"view": "small ones"})
    assert answer.status_code == 404
    assert "There is no saved view 'small ones'" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("wanted", "status", "sentence"),
    [
        ({"name": "taken"}, 409, "A saved view named 'taken' exists already"),
        ({"name": ""}, 409, "A view needs a name of 1 to 80 characters"),
        ({"name": "a/b"}, 409, "'a/b' cannot name a view"),
        ({"name": "new", "parts": {"filter": "mio > 1"}}, 422, "There is no column mio"),
        ({"name": "new", "parts": {"page": "3"}}, 422, "A view has no part 'page'"),
        ({"name": "new", "parts": {"filter": "x" * 10_000}}, 422, "10,000 characters"),
    ],
)
def test_a_view_that_cannot_be_saved_is_told_in_one_sentence(
    client: TestClient, wanted: dict[str, object], status: int, sentence: str
) -> None:
    assert client.post("/leaderboard/views", json={"name": "taken"}).status_code == 201
    answer = client.post("/leaderboard/views", json=wanted)
    assert answer.status_code == status
    assert sentence in answer.json()["detail"]
    assert client.get("/leaderboard/views").json()["total"] == 1


def test_trials_alone_are_sorted_by_reward_with_columns_of_trials(
    client: TestClient, rows: list[Row]
) -> None:
    items = client.get("/leaderboard", params={"filter": "kind = trial"}).json()["items"]
    rewards = [item["reward"] for item in items if item["reward"] is not None]
    assert rewards == sorted(rewards, reverse=True)
    assert "gain" not in items[0]
    items = client.get("/leaderboard", params={"filter": "kind != trial"}).json()["items"]
    assert "reward" not in items[0]
    assert [item["miou"] for item in items[:9]] == sorted(
        (item["miou"] for item in items[:9]), reverse=True
    )


def test_a_row_is_put_out_of_sight_and_brought_back(client: TestClient, rows: list[Row]) -> None:
    address = f"/leaderboard/{rows[0].id}"
    for archived in (True, False):
        assert client.patch(address, json={"archived": archived}).status_code == 200
        shown = client.get("/leaderboard", params={"archived": archived, "limit": 200}).json()
        assert rows[0].id in [item["id"] for item in shown["items"]]
    assert client.patch(f"/leaderboard/{'0' * 16}", json={"archived": True}).status_code == 404


def test_a_row_of_a_search_is_not_deleted_without_it(client: TestClient, rows: list[Row]) -> None:
    trial = next(row for row in rows if row.texts["kind"] == "trial")
    refused = client.delete(f"/leaderboard/{trial.id}")
    assert refused.status_code == 409
    assert "archive it" in refused.json()["detail"]
