"""Decides whether a file may be taken as a video, by reading all of it, and describes it."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from core.errors import BadMedia
from core.video.clip import VideoInfo
from core.video.container import Opened, check_size, codec_name, is_cut, open_video
from core.video.decode import Decoder, rotation, shown_size
from core.video.frame_table import FrameTable


def probe(path: Path, *, name: str | None = None) -> VideoInfo:
    """Describes a video after decoding every frame of it.

    A file that is cut off or broken in the middle is taken with the frames that decode and
    `damaged` set.

    Args:
        path: The file.
        name: What to call it in messages; the last part of the path if not given.

    Raises:
        BadMedia: It cannot be taken; one sentence says why and how to go on.
    """
    return survey(path, name=name)[0]


def survey(
    path: Path, *, name: str | None = None, progress: Callable[[int], None] | None = None
) -> tuple[VideoInfo, FrameTable]:
    """The same as `probe`, with the time of every frame, in the same single pass.

    `progress` is told the number of frames read so far, after each one; it may raise to stop.
    """
    name = name or Path(path).name
    with open_video(Path(path), name=name) as opened:
        decoder = Decoder(opened)
        first: VideoFrame | None = None
        times = []
        for frame, seconds in decoder.frames():
            if first is None:
                first = frame
            times.append(seconds)
            if progress is not None:
                progress(len(times))
        if first is None:
            raise BadMedia(_nothing(decoder, opened, name))
        table = FrameTable(np.array(times, np.float64))
        damaged = decoder.damaged or is_cut(Path(path), opened)
        return _describe(opened, first, table, damaged=damaged, name=name), table


def _nothing(decoder: Decoder, opened: Opened, name: str) -> str:
    if decoder.damaged or len(opened.stream.index_entries):
        return (
            f"{name} has a video track but none of its frames can be decoded: it is cut off or "
            "damaged. Upload it again from the original."
        )
    return f"{name} has a video track without frames: choose another file."


def _describe(
    opened: Opened, first: VideoFrame, table: FrameTable, *, damaged: bool, name: str
) -> VideoInfo:
    width, height = shown_size(first)
    check_size(width, height, name=name)
    fps = _rate(table, opened.stream.average_rate)
    start, last = float(table.seconds[0]), float(table.seconds[-1])
    aspect = opened.stream.sample_aspect_ratio
    return VideoInfo(
        width=width,
        height=height,
        frames=table.frames,
        fps=fps,
        duration=last - start + float(1 / fps),
        codec=codec_name(opened.stream),
        pixel_format=first.format.name,
        container=opened.kind,
        rotation=rotation(first),
        has_audio=bool(opened.container.streams.audio),
        constant_rate=table.is_constant(),
        start=start,
        square_pixels=not aspect or aspect == 1,
        damaged=damaged,
    )


def _rate(table: FrameTable, promised: Fraction | None) -> Fraction:
    """Average frames a second: the header's where the times agree with it, else counted."""
    span = float(table.seconds[-1] - table.seconds[0])
    if table.frames < 2 or span <= 0:
        return promised if promised and 0 < promised <= 1000 else Fraction(25)
    counted = (table.frames - 1) / span
    if promised and abs(float(promised) - counted) <= 0.002 * counted:
        return Fraction(promised)
    return sane_rate(counted)


def sane_rate(rate: float) -> Fraction:
    """The usual rate nearest to a measured one where it is within 0.1%, else a simple fraction."""
    usual = [Fraction(n) for n in (5, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)]
    usual += [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)]
    nearest = min(usual, key=lambda candidate: abs(float(candidate) - rate))
    if abs(float(nearest) - rate) <= 0.001 * rate:
        return nearest
    return max(Fraction(rate).limit_denominator(1000), Fraction(1, 1000))
