"""Label maps of consecutive frames as one deflated block."""

from typing import Any

from starlette.responses import Response

from core.artifacts import Artifacts
from core.labels import LabelReader
from webapp.api.problems import Problem
from webapp.api.ranges import IMMUTABLE

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


def send_labels(artifacts: Artifacts, name: str, start: int, count: int) -> Response:
    """The labels of frames `start` to `start + count` of a labels file; fewer at its end.

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
        "Cache-Control": IMMUTABLE,
        # Said so that nothing on the way compresses what is compressed already.
        "Content-Encoding": "identity",
    }
    return Response(reader.deflated(start, count), headers=headers, media_type=MEDIA_TYPE)
