"""Media files that are either whole or absent, and the encoder that fills them."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from core.durable import replace_file
from core.errors import StorageFull
from core.video.clip import Rgb

CLOCK = Fraction(1, 90_000)
"""The unit of time stamps in what is written, seconds."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_BT709 = 1


@contextmanager
def output_file(
    path: Path, *, kind: str, options: dict[str, str] | None = None
) -> Iterator[OutputContainer]:
    """Opens a media file for writing that gets its name when everything is in it.

    Args:
        path: The final name.
        kind: The container: `mp4` or `matroska`.
        options: Options of the container.

    Raises:
        StorageFull: The disk is full; nothing is left behind.
    """
    with no_space_translated(path.name), replace_file(path) as part:
        container = av.open(str(part), mode="w", format=kind, options=options)
        try:
            yield container
        except BaseException:
            # The error that matters is on its way; an unfinished file may not close cleanly.
            with suppress(av.FFmpegError, OSError, ValueError):
                container.close()
            raise
        container.close()


@contextmanager
def no_space_translated(name: str) -> Iterator[None]:
    """Turns a full disk into its sentence.

    Raises:
        StorageFull: The body ran out of disk space.
    """
    try:
        yield
    except (OSError, av.FFmpegError) as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull(
            f"The disk is full, so {name} could not be written: free some space and run it again."
        ) from error


def add_h264(
    container: OutputContainer, *, size: tuple[int, int], clock: Fraction, options: dict[str, str]
) -> VideoStream:
    """Adds an H.264 stream, 8-bit yuv420p in BT.709, limited range.

    Args:
        container: An open output.
        size: Width and height, even.
        clock: The unit of its time stamps, seconds.
        options: Options of libx264.
    """
    stream = container.add_stream("libx264", options=options)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = clock
    stream.time_base = clock
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = ColorRange.MPEG
    return stream


def even(rgb: Rgb) -> Rgb:
    """A frame with even sides: the last column or row is repeated where one is missing."""
    height, width = rgb.shape[:2]
    if width % 2 or height % 2:
        rgb = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return rgb


def to_yuv(rgb: Rgb) -> VideoFrame:
    """An even (H, W, 3) uint8 frame as the encoder of `add_h264` wants it."""
    picture = VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    return picture.reformat(
        format="yuv420p",
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation="BICUBIC",
        threads=1,
    )
