import re

import pytest
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from tests.webapp.stored import add_video


def links(header: str) -> dict[str, str]:
    return {name: target for target, name in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def test_links_lead_from_page_to_page_and_each_item_is_met_once(
    client: TestClient, folder: DataFolder
) -> None:
    made = [add_video(folder, f"{number}.mp4").id for number in range(5)]
    met: list[str] = []
    address: str | None = "/videos?limit=2"
    while address:
        answer = client.get(address)
        met += [item["id"] for item in answer.json()["items"]]
        address = links(answer.headers["link"]).get("next")
    assert met == made[::-1]
    last = links(client.get("/videos?limit=2").headers["link"])["last"]
    assert [item["id"] for item in client.get(last).json()["items"]] == made[:1]
    back = links(client.get(last).headers["link"])["prev"]
    assert [item["id"] for item in client.get(back).json()["items"]] == made[2:0:-1]


def test_links_keep_what_else_was_asked(client: TestClient) -> None:
    answer = client.get("/jobs", params=[("state", "done"), ("state", "failed"), ("limit", 3)])
    first = links(answer.headers["link"])["first"]
    assert first == "/jobs?state=done&state=failed&limit=3&offset=0"


def test_behind_the_end_there_is_nothing_and_a_way_back(
    client: TestClient, folder: DataFolder
) -> None:
    add_video(folder)
    answer = client.get("/videos", params={"limit": 10, "offset": 500})
    assert answer.json()["items"] == []
    assert links(answer.headers["link"])["prev"] == "/videos?limit=10&offset=0"


@pytest.mark.parametrize("asked", [{"limit": 201}, {"offset": 10**30}, {"limit": "x"}])
def test_a_page_that_cannot_be_is_refused(client: TestClient, asked: dict[str, object]) -> None:
    answer = client.get("/videos", params=asked)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert next(iter(asked)) in answer.json()["detail"]
