"""Label maps of consecutive frames as one deflated block."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.artifacts import Artifacts
from core.label_png import label_png
from core.labels import LabelReader
from core.palette import Palette
from webapp.api.etags import etag_of, names
from webapp.api.problems import Problem
from webapp.api.ranges import IMMUTABLE, content_disposition

MEDIA_TYPE = "application/vnd.dyncell.labels+zlib"
_LARGEST = 64 << 20  # bytes unpacked in one answer, unless one stored block has more
LABELS_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "One zlib stream of `Dyncell-Count` label maps, one byte per pixel in rows of "
            "`Dyncell-Width` bytes, the first map being that of frame `Dyncell-Start`."
        ),
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


LABEL_MAP_RESPONSE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An 8-bit PNG whose palette indices are the class ids, 255 = no class.",
        "content": {"image/png": {}},
    }
}


def send_labels(
    request: Request, artifacts: Artifacts, name: str, start: int, count: int
) -> Response:
    """The labels of frames `start` to `start + count` of a labels file; fewer at its end.

    A copy that is there already is not sent again (304).

    Raises:
        NotFound: The file is gone.
        Problem: `start` lies behind the last frame.
    """
    reader = LabelReader(artifacts.open_range(name))
    if start >= reader.frames:
        raise Problem(416, f"There are labels of {reader.frames} frames; frame {start} has none.")
    most = max(reader.block_frames, _LARGEST // (reader.width * reader.height))
    count = min(count, most, reader.frames - start)
    headers = {
        "Dyncell-Start": str(start),
        "Dyncell-Count": str(count),
        "Dyncell-Width": str(reader.width),
        "Dyncell-Height": str(reader.height),
        "ETag": etag_of(name, str(start), str(count)),
        "Cache-Control": IMMUTABLE,
        # Said so that nothing on the way compresses what is compressed already.
        "Content-Encoding": "identity",
    }
    if names(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(reader.deflated(start, count), headers=headers, media_type=MEDIA_TYPE)


def send_label_map(
    artifacts: Artifacts, name: str, palette: Palette, *, start: int, frame: int, filename: str
) -> Response:
    """The label map of one frame as a download.

    Args:
        artifacts: Where the labels file is.
        name: Its id.
        palette: The classes.
        start: The first frame of the video that has labels.
        frame: The frame's number in the video.
        filename: What the download is called.

    Raises:
        NotFound: The file is gone.
        Problem: The frame has no labels.
    """
    reader = LabelReader(artifacts.open_range(name))
    if not start <= frame < start + reader.frames:
        text = f"There are labels of the frames {start} to {start + reader.frames - 1}; "
        raise Problem(416, f"{text}frame {frame} has none.")
    headers = {"Content-Disposition": content_disposition(filename), "Cache-Control": IMMUTABLE}
    content = label_png(reader.frame(frame - start), palette)
    return Response(content, headers=headers, media_type="image/png")
