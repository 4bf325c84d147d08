import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from core.data_folder import DataFolder
from core.records import Model
from tests.webapp.stored import add_model, add_segmentation, add_video
from webapp.api.conditional import Conditional
from webapp.api.etags import etag_of, names


@pytest.fixture
def model(folder: DataFolder) -> Model:
    return add_model(folder, "mine")


def test_a_document_that_did_not_change_is_not_sent_again(client: TestClient, model: Model) -> None:
    address = f"/models/{model.id}"
    first = client.get(address)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    same = client.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == tag
    client.patch(address, json={"name": "yours"})
    changed = client.get(address, headers={"If-None-Match": tag})
    assert changed.json()["name"] == "yours"
    assert changed.headers["etag"] != tag


def test_a_list_has_a_tag_too(client: TestClient, model: Model) -> None:
    tag = client.get("/models").headers["etag"]
    assert client.get("/models", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/models?limit=1", headers={"If-None-Match": tag}).status_code == 200


def test_labels_that_are_there_are_not_sent_again(client: TestClient, folder: DataFolder) -> None:
    made = add_segmentation(folder, add_video(folder), add_model(folder))
    address = f"/segmentations/{made.id}/labels"
    tag = client.get(address).headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    other = client.get(address, params={"start": 1}, headers={"If-None-Match": tag})
    assert other.status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_nobody_undoes_what_another_changed_meanwhile(
    client: TestClient, model: Model, method: str
) -> None:
    address = f"/models/{model.id}"
    read = client.get(address).headers["etag"]
    client.patch(address, json={"name": "of another"}, headers={"If-Match": read})
    late = client.request(method, address, json={"name": "late"}, headers={"If-Match": read})
    assert late.status_code == 412
    assert "read it again" in late.json()["detail"]
    assert client.get(address).json()["name"] == "of another"
    fresh = {"If-Match": late.headers["etag"]}
    assert client.request(method, address, json={"name": "mine"}, headers=fresh).is_success


def test_any_version_may_be_meant_and_a_weak_tag_means_none(
    client: TestClient, model: Model
) -> None:
    address = f"/models/{model.id}"
    tag = client.get(address).headers["etag"]
    assert client.delete(address, headers={"If-Match": f"W/{tag}"}).status_code == 412
    assert client.delete(address, headers={"If-Match": "*"}).status_code == 204
    assert client.delete(address, headers={"If-Match": tag}).status_code == 404


def test_where_nothing_can_be_read_no_condition_can_be_held() -> None:
    deleted: list[str] = []

    def delete(request: Request) -> Response:
        deleted.append(request.url.path)
        return Response()

    app = Conditional(Starlette(routes=[Route("/blind", delete, methods=["DELETE"])]))
    blind = TestClient(app)
    answer = blind.delete("/blind", headers={"If-Match": '"x"'})
    assert answer.status_code == 412
    assert "leave it out" in answer.json()["detail"]
    assert deleted == []
    assert blind.delete("/blind").status_code == 200


def test_tags_are_found_in_headers_of_any_form() -> None:
    tag = etag_of("a", "b")
    assert tag != etag_of("ab") != etag_of(b"a", b"b\x00")
    assert names(f'"x",{tag}', tag)
    assert names(" * ", tag)
    assert not names(tag.strip('"'), tag)
    assert not names(f"W/{tag}", tag, strongly=True)
