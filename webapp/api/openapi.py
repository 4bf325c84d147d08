"""The OpenAPI document: what FastAPI finds, and what all addresses have in common."""

from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457); `detail` is one sentence for people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Every value that is not valid, where values are.",
            "items": {
                "type": "object",
                "required": ["where", "what"],
                "properties": {"where": {"type": "string"}, "what": {"type": "string"}},
            },
        },
    },
}
_ANSWER = {
    "description": "A problem: the request was refused, or failed.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_HEADERS = {
    "get": ("If-None-Match", "ETags; a copy that has one of them is not sent again (304)."),
    "patch": ("If-Match", "The ETag of what was read; if it is another by now, 412."),
    "delete": ("If-Match", "The ETag of what was read; if it is another by now, 412."),
    "post": (
        "Idempotency-Key",
        "Any text of the caller's, new for every new order: the same request with the same key is "
        "answered again and not done again, for a day.",
    ),
}
_LINK = {
    "Link": {
        "description": "The pages `first`, `prev`, `next`, `last`.",
        "schema": {"type": "string"},
    }
}


def operation_id(route: APIRoute) -> str:
    """The name of an operation: that of its module and of its function."""
    return f"{route.endpoint.__module__.rsplit('.', 1)[-1]}_{route.name}"


def describe(api: FastAPI, modules: tuple[ModuleType, ...]) -> None:
    """Makes `api` answer with the whole document; a tag is told by the module that brings it."""
    tags: dict[str, str] = {}
    for module in modules:
        tag = module.router.tags[0]
        if tag not in tags or module.__name__.endswith(f".{tag}"):
            tags[tag] = str(module.__doc__).strip().splitlines()[0]

    def document() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _document(api, tags)
        return api.openapi_schema

    api.openapi = document  # type: ignore[method-assign]


def _document(api: FastAPI, tags: dict[str, str]) -> dict[str, Any]:
    found = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version=api.openapi_version,
        description=api.description,
        routes=api.routes,
        tags=[{"name": name, "description": told} for name, told in tags.items()],
    )
    components = found.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    components["responses"] = {"Problem": _ANSWER}
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    return found


def _complete(method: str, operation: dict[str, Any]) -> None:
    told = operation.get("description", "").strip()
    summary, _, rest = told.partition("\n\n")
    operation["summary"] = " ".join(summary.split()).rstrip(".")
    operation["description"] = rest or told
    responses = operation["responses"]
    responses.pop("422", None)
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    if method in _HEADERS:
        name, meaning = _HEADERS[method]
        operation.setdefault("parameters", []).append(
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": meaning,
                "schema": {"type": "string"},
            }
        )
    schema = responses.get("200", {}).get("content", {}).get("application/json", {}).get("schema")
    if schema is not None and "/Page_" in schema.get("$ref", ""):
        responses["200"]["headers"] = _LINK
