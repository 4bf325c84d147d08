"""Which containers and codecs are taken, and the only place that opens them.

A file is recognised by its first bytes, never by its name (`core.video.first_bytes`), and opened
with that demuxer alone and no protocol but plain files: nothing in an upload can make this program
read anything else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import av
import av.logging
from av.container import InputContainer
from av.video.stream import VideoStream

from core.errors import BadMedia
from core.video.first_bytes import ADVICE, sniff

SIDES = (16, 8192)
"""The shortest and the longest side that is taken, pixels."""

MAX_PIXELS = 36_000_000
"""The largest picture that is taken."""

CODECS = frozenset(
    (
        *("h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg2video", "mpeg1video", "mjpeg"),
        *("prores", "ffv1", "theora", "h263", "dnxhd", "msmpeg4v2", "msmpeg4v3", "huffyuv"),
        *("ffvhuff", "utvideo"),
    )
)
"""The video codecs that are taken."""

_DEMUXERS = {
    "mp4": "mov",
    "matroska": "matroska",
    "webm": "matroska",
    "avi": "avi",
    "mpegts": "mpegts",
    "ogg": "ogg",
}
_SEGMENT = b"\x18\x53\x80\x67"


@dataclass(frozen=True)
class Opened:
    """An open video file.

    Attributes:
        container: PyAV's container.
        stream: Its video stream.
        kind: `mp4`, `matroska`, `webm`, `avi`, `mpegts` or `ogg`.
    """

    container: InputContainer
    stream: VideoStream
    kind: str


@contextmanager
def open_video(path: Path, *, name: str = "The video") -> Iterator[Opened]:
    """Opens a video file and checks what its header promises, for as long as the context lasts.

    Args:
        path: The file.
        name: What to call it in messages; never its path on the server.

    Raises:
        BadMedia: It is not a video that is taken; the text says why.
    """
    kind = sniff(path, name=name)
    try:
        container = av.open(
            str(path),
            mode="r",
            format=_DEMUXERS[kind],
            options={"protocol_whitelist": "file", "max_pixels": str(MAX_PIXELS)},
            metadata_errors="replace",
        )
    except (av.FFmpegError, ValueError, OSError) as error:
        raise BadMedia(
            f"{name} cannot be read: it is cut off or damaged. Upload it again from the original."
        ) from error
    with container:
        yield Opened(container, _video_stream(container, name), kind)


def _video_stream(container: InputContainer, name: str) -> VideoStream:
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & av.stream.Disposition.attached_pic
    ]
    if not moving:
        if container.streams.audio:
            raise BadMedia(f"{name} has sound but no picture: choose a file with a video track.")
        raise BadMedia(f"{name} has no video track: choose another file.")
    stream = moving[0]
    codec = stream.codec_context.name if stream.codec_context is not None else "unknown"
    codec = _FAMILY.get(codec, codec)
    if codec not in CODECS:
        raise BadMedia(f"{name} is coded as {codec}, which is not taken. {ADVICE}")
    width, height = stream.width, stream.height
    if min(width, height) < 1:
        width, height = _claimed_size(container)
    check_size(width, height, name=name)
    return stream


def _claimed_size(container: InputContainer) -> tuple[int, int]:
    """The size of a picture that the library refused to know, out of what it said about it."""
    av.logging.set_level(av.logging.ERROR)
    skipped = av.logging.get_skip_repeated()
    av.logging.set_skip_repeated(False)  # the file before may have led to the same words
    try:
        with av.logging.Capture() as said, suppress(av.FFmpegError, ValueError, OSError):
            av.open(container.name, mode="r", format=container.format.name).close()
    finally:
        av.logging.set_skip_repeated(skipped)
        av.logging.set_level(None)
    for _, _, text in said:
        size = re.search(r"[Pp]icture size (\d+)x(\d+)", text)
        if size:
            return int(size[1]), int(size[2])
    return 0, 0


_FAMILY = {"libdav1d": "av1", "libaom-av1": "av1", "libvpx": "vp8", "libvpx-vp9": "vp9"}


def codec_name(stream: VideoStream) -> str:
    """The codec of a stream, whichever library decodes it."""
    name = stream.codec_context.name
    return _FAMILY.get(name, name)


def check_size(width: int, height: int, *, name: str) -> None:
    """Refuses pictures that are too small, too large or absent.

    Raises:
        BadMedia: With the limits.
    """
    if min(width, height) < 1:
        raise BadMedia(
            f"{name} cannot be read: it is cut off or damaged. Upload it again from the original."
        )
    low, high = SIDES
    if min(width, height) < low:
        raise BadMedia(
            f"{name} is {width}x{height} pixels, too small: both sides must be at least {low}."
        )
    if max(width, height) > high or width * height > MAX_PIXELS:
        raise BadMedia(
            f"{name} is {width}x{height} pixels, too large: sides up to {high} and "
            f"{MAX_PIXELS // 1_000_000} megapixels are taken. Scale it down and try again."
        )


def is_cut(path: Path, opened: Opened) -> bool:
    """Whether the container promises more bytes than the file has, where it makes a promise."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(1024)
    if opened.kind == "avi":
        return int.from_bytes(head[4:8], "little") + 8 > size
    if opened.kind == "mp4":
        return any(entry.pos + entry.size > size for entry in opened.stream.index_entries)
    place = head.find(_SEGMENT) + len(_SEGMENT)
    if opened.kind not in ("matroska", "webm") or place < len(_SEGMENT) or place >= len(head):
        return False
    length = 9 - head[place].bit_length()
    promised = int.from_bytes(head[place : place + length]) & ((1 << 7 * length) - 1)
    is_known = promised != (1 << 7 * length) - 1
    return is_known and place + length + promised > size
