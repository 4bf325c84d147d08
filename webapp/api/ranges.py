"""Artifacts over HTTP: whole or in part, as players and download managers ask for them."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from core.artifacts import Artifacts
from webapp.api.etags import names
from webapp.api.problems import Problem

_CHUNK = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
IMMUTABLE = "private, max-age=31536000, immutable"
"""Caching of what an artifact's id names: its bytes never change."""


def file_response(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of an answer that is a file of one of these types."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(media_types, schema)
    return {200: {"description": "The file.", "content": content}}


def send_artifact(
    request: Request,
    artifacts: Artifacts,
    name: str,
    *,
    media_type: str,
    filename: str | None = None,
) -> Response:
    """Answers GET and HEAD of an artifact: 200, 206 for one range, 304, or 416.

    Args:
        request: The request; `Range`, `If-Range` and `If-None-Match` are honoured.
        artifacts: Where the file is.
        name: The artifact's id.
        media_type: What the file is.
        filename: Sent as a download of that name; shown in place where it is None.

    Raises:
        NotFound: There is no such artifact.
        Problem: The range lies outside the file.
    """
    size = artifacts.size(name)
    headers = {
        "ETag": f'"{name}"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        # The name of a file never decides how a browser treats it.
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if filename is not None:
        headers["Content-Disposition"] = content_disposition(filename)
    if names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    start, end = 0, size
    wanted = _wanted_range(request, size, etag=headers["ETag"])
    if wanted is not None:
        start, end = wanted
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    status = 200 if wanted is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    body = _chunks(artifacts, name, start, end)
    return StreamingResponse(body, status_code=status, headers=headers, media_type=media_type)


def content_disposition(filename: str) -> str:
    """The header of a download of any name: a plain form for old readers, then RFC 5987's."""
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", filename).strip() or "download"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def _wanted_range(request: Request, size: int, *, etag: str) -> tuple[int, int] | None:
    asked = request.headers.get("range")
    if asked is None or request.headers.get("if-range", etag) != etag:
        return None
    match = _RANGE.fullmatch(asked.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return None  # several ranges, or a unit we do not know: the whole file is a right answer
    first, last = match.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start = int(first)
        end = min(size, int(last) + 1) if last else size
    if start >= size or start >= end:
        text = f"The range {asked} lies outside the file of {size} bytes."
        raise Problem(416, text, headers={"Content-Range": f"bytes */{size}"})
    return start, end


def _chunks(artifacts: Artifacts, name: str, start: int, end: int) -> Iterator[bytes]:
    with artifacts.open(name) as file:
        file.seek(start)
        while start < end:
            chunk = file.read(min(_CHUNK, end - start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk
