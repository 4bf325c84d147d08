"""Every failure of the API as one problem document (RFC 9457) with a sentence for people."""

import errno
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from core.datasets.problems import BadDataset
from core.errors import (
    BadInput,
    DataFolderError,
    DyncellError,
    NotFound,
    StorageFull,
)
from core.genotype import InvalidGenotype

_STATUS: dict[type[DyncellError], int] = {
    NotFound: 404,
    BadInput: 422,
    BadDataset: 422,
    InvalidGenotype: 422,
    DataFolderError: 503,
    StorageFull: 507,
}
_FULL = (errno.ENOSPC, errno.EDQUOT)
_CONFLICT = 409  # any other refusal: what was asked does not fit the state things are in


class Problem(Exception):
    """A refusal with a status of its own; the text is one sentence for people."""

    def __init__(self, status: int, text: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.headers = headers


def problem(
    status: int,
    text: str,
    *,
    headers: dict[str, str] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> JSONResponse:
    """The problem document of one failure; `errors` are values that are not valid, by place."""
    document = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    text = text.encode("utf-8", "backslashreplace").decode()  # it may quote half a character
    return JSONResponse(
        document | {"detail": text} | ({"errors": errors} if errors else {}),
        status_code=status,
        headers=headers,
        media_type="application/problem+json",
    )


def problem_of(error: Exception) -> JSONResponse:
    """The problem document of an error; the text of a defect of ours stays in the log."""
    if isinstance(error, Problem):
        return problem(error.status, str(error), headers=error.headers)
    if isinstance(error, DyncellError):
        status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), _CONFLICT)
        return problem(status, str(error))
    if isinstance(error, OSError) and error.errno in _FULL:
        return problem(507, "The disk is full; free some space and try again.")
    return problem(500, "Something went wrong inside dyncell; the server's log says what.")


def add_problem_handlers(api: FastAPI) -> None:
    """Makes every failure of `api` a problem document."""
    api.add_exception_handler(Problem, _answer)
    api.add_exception_handler(DyncellError, _answer)
    api.add_exception_handler(Exception, _answer)
    api.add_exception_handler(HTTPException, _answer_http)
    api.add_exception_handler(RequestValidationError, _answer_invalid)


async def _answer(_request: Request, error: Exception) -> Response:
    return problem_of(error)


async def _answer_http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    texts = {404: "There is nothing at this address.", 405: "This address has no such method."}
    text = texts.get(error.status_code, str(error.detail))
    return problem(error.status_code, text, headers=dict(error.headers or {}))


async def _answer_invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = [(_place(each["loc"]), str(each["msg"])) for each in error.errors()]
    if error.errors()[0]["type"] == "json_invalid":
        why = error.errors()[0]["ctx"]["error"]
        return problem(422, f"The body is no JSON ({found[0][0]}: {why}).")
    where, what = found[0]
    others = f" ({len(found) - 1} more values are not valid.)" if len(found) > 1 else ""
    errors = [{"where": where, "what": what} for where, what in found]
    return problem(422, f"{where} is not valid: {what}.{others}", errors=errors)


def _place(parts: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in parts)
