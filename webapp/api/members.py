"""One member of a stored zip over HTTP: an image or a label map that never changes."""

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from core.artifacts import Artifacts
from core.errors import NotFound
from webapp.api.etags import etag_of, names
from webapp.api.ranges import IMMUTABLE

MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png"}
"""What may be shown in place, by the ending of a member's name; nothing else is sent."""


def send_member(
    request: Request, artifacts: Artifacts, artifact: str, *, member: str, start: int, length: int
) -> Response:
    """Answers GET and HEAD of a member: 200, or 304 for a copy that is there already.

    Args:
        request: The request; `If-None-Match` is honoured.
        artifacts: Where the zip is.
        artifact: The zip's id.
        member: The member's name in it.
        start: Where its bytes begin in the zip.
        length: How many they are.

    Raises:
        NotFound: The zip is not stored any more, or the member is no image.
    """
    media_type = MEDIA_TYPES.get(PurePosixPath(member).suffix)
    if media_type is None:
        raise NotFound("There is no image at this address.")
    headers = {
        "ETag": etag_of(artifact, member),
        "Cache-Control": IMMUTABLE,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        # Said so that nothing on the way compresses what is compressed already.
        "Content-Encoding": "identity",
    }
    if names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(length)
    if request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    content = artifacts.open_range(artifact)(start, length)
    return Response(content, headers=headers, media_type=media_type)
