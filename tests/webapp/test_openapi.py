import re
from typing import Any

import pytest
from openapi_spec_validator import validate
from starlette.testclient import TestClient

from webapp.api.application import MODULES

DONE = ("200", "201", "202")


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, found in document["paths"].items()
        for method, operation in found.items()
    ]


def test_the_document_is_valid_and_names_every_route(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.")
    routes = {
        (route.path, method.lower())
        for module in MODULES
        for route in module.router.routes
        if route.include_in_schema
        for method in route.methods
    }
    assert {(path, method) for path, method, _ in operations(document)} == routes
    shapes = [re.sub(r"{.*?}", "{}", path) for path in document["paths"]]
    assert len(set(shapes)) == len(shapes)  # one address, one entry


def test_every_operation_says_what_it_does_and_what_it_answers(document: dict[str, Any]) -> None:
    described = {tag["name"]: tag["description"] for tag in document["tags"]}
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, operation in operations(document):
        told = f"{method} {path}"
        assert len(operation["summary"]) > 5, told
        assert operation["description"], told
        assert all(described[tag] for tag in operation["tags"]), told
        assert operation["responses"]["default"], told
        kept = [answer for status, answer in operation["responses"].items() if status in DONE]
        speaks_tus = path.startswith("/uploads") and method != "get"
        assert all(answer.get("content") for answer in kept) or speaks_tus, told


def test_what_can_be_changed_on_condition_can_be_read(document: dict[str, Any]) -> None:
    for path, found in document["paths"].items():
        assert "get" in found or not {"patch", "delete"} & set(found), path


def test_lists_say_that_they_come_in_pages_and_orders_that_they_may_be_repeated(
    document: dict[str, Any],
) -> None:
    for path, method, operation in operations(document):
        headers = {
            each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"
        }
        wanted = {"get": "If-None-Match", "post": "Idempotency-Key", "delete": "If-Match"}
        assert wanted.get(method, "If-Match") in headers or method in ("head", "options"), path
    assert document["paths"]["/videos"]["get"]["responses"]["200"]["headers"]["Link"]
