"""What importing a video makes: a copy every browser plays frame-exactly, and a poster."""

import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from core.durable import replace_file
from core.video.clip import Rgb, VideoInfo
from core.video.container import open_video
from core.video.decode import Decoder, shown_size, to_rgb
from core.video.frame_table import FrameTable
from core.video.output import add_h264, even, no_space_translated, output_file, to_yuv
from core.video.probe import probe, sane_rate
from core.video.reader import VideoReader

__all__ = ["FrameTable", "limit_process", "needs_copy", "write_playable", "write_poster"]

_PLAYED = {"mp4": ("h264", "vp9", "av1"), "webm": ("vp9", "av1")}
_LARGEST_AS_IS = 1080
_COPY_SIDE = 720
_POSTER_SIDE = 360
_GROUP = 12


def needs_copy(info: VideoInfo, table: FrameTable) -> bool:
    """Whether browsers need a copy to show frame n of this video when asked for frame n.

    They do not where it is 8-bit yuv420p H.264, VP9 or AV1 in MP4 or WebM, whole, upright, with
    square pixels, constant in rate from 0 on, and no more than 1080 lines on its shorter side.
    """
    plain = info.codec in _PLAYED.get(info.container, ()) and info.pixel_format == "yuv420p"
    steady = info.constant_rate and table.is_constant() and abs(info.start) < 0.0005
    upright = info.rotation == 0 and info.square_pixels
    small = min(info.width, info.height) <= _LARGEST_AS_IS
    return not (plain and steady and upright and small and not info.damaged)


def write_playable(
    path: Path,
    out: Path,
    *,
    progress: Callable[[int], None] | None = None,
    info: VideoInfo | None = None,
) -> Fraction:
    """Writes a copy that plays in every browser and can be sought to any frame.

    H.264, 8-bit yuv420p, upright, square pixels, at most 720 lines on the shorter side, one frame
    to each frame of the source and no other, frame n shown at n / fps, a key frame at least every
    12 frames, no B-frames, no sound, index in front.

    Args:
        path: The source.
        out: The copy, an .mp4.
        progress: Told the number of frames written so far, after each one; may raise to stop.
        info: What `probe` said of the source; found out again if not given.

    Returns:
        The frames a second of the copy.

    Raises:
        BadMedia: The source is no video that is taken.
        StorageFull: The disk is full; nothing is left behind.
    """
    info = info or probe(path)
    fps = sane_rate(float(info.fps))
    options = {
        "preset": "veryfast",
        "crf": "20",
        "bf": "0",
        "g": str(_GROUP),
        "x264-params": f"keyint={_GROUP}:bframes=0",
    }
    with (
        open_video(Path(path), name=Path(path).name) as opened,
        output_file(Path(out), kind="mp4", options={"movflags": "+faststart"}) as container,
    ):
        stream, size = None, (0, 0)
        for number, (frame, _) in enumerate(Decoder(opened).frames()):
            if stream is None:
                aspect = opened.stream.sample_aspect_ratio or Fraction(1)
                size = _scaled(
                    shown_size(frame), aspect if info.rotation % 180 == 0 else 1 / aspect
                )
                clock = 1 / fps
                stream = add_h264(container, size=size, clock=clock, options=options)
                stream.codec_context.framerate = fps
            picture = to_yuv(even(to_rgb(frame, size=size)))
            picture.pts, picture.time_base = number, 1 / fps
            container.mux(stream.encode(picture))
            if progress is not None:
                progress(number + 1)
        if stream is not None:
            container.mux(stream.encode(None))
    return fps


def _scaled(size: tuple[int, int], aspect: Fraction) -> tuple[int, int]:
    """The copy's size: square pixels, the shorter side at most 720, both even."""
    width, height = float(size[0] * aspect), float(size[1])
    shrink = min(1.0, _COPY_SIDE / min(width, height))
    return max(round(width * shrink / 2) * 2, 2), max(round(height * shrink / 2) * 2, 2)


def write_poster(path: Path, out: Path) -> None:
    """Writes a .jpg of an early frame that shows something, at most 360 lines on its shorter side.

    Raises:
        BadMedia: The source is no video that is taken.
        StorageFull: The disk is full; nothing is left behind.
    """
    best: Rgb | None = None
    contrast = -1.0
    with VideoReader(path, end=60) as reader:
        for frame in reader:
            spread = float(frame.rgb[::8, ::8].std())
            if spread > contrast:
                best, contrast = frame.rgb, spread
            if spread > 25:
                break
    if best is None:
        return
    height, width = best.shape[:2]
    shrink = min(1.0, _POSTER_SIDE / min(width, height))
    small = (max(round(width * shrink), 1), max(round(height * shrink), 1))
    picture = cv2.cvtColor(cv2.resize(best, small, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])
    with no_space_translated(Path(out).name), replace_file(Path(out)) as part:
        part.write_bytes(np.asarray(coded).tobytes())


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Caps what this process may use from now on, for a child that opens a stranger's file.

    Beyond the memory, allocations fail; beyond the processor time, the system ends the process.
    A limit that is already lower stays. Where the system knows no such limits (Windows; macOS for
    memory) nothing is capped.

    Args:
        memory_bytes: Address space in bytes, counting what is already mapped.
        cpu_seconds: Processor time in seconds, counting what is already used.
    """
    if sys.platform == "win32":
        return
    import resource

    wanted = [(resource.RLIMIT_CPU, cpu_seconds)]
    if sys.platform == "linux":
        wanted.append((resource.RLIMIT_AS, memory_bytes))
    for kind, limit in wanted:
        _, hard = resource.getrlimit(kind)
        ceiling = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (ceiling, hard))
