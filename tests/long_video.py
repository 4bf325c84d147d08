"""A video of very many small frames, made in seconds: one stretch is encoded, then repeated."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from tests.media import barcode

PERIOD = 1000
"""Frame n shows the barcode of n modulo this."""

_WIDTH, _HEIGHT, _FPS, _NOISE = 64, 48, 30, 6


def long_video(path: Path, frames: int) -> Path:
    """Writes an H.264 .mp4 of 64x48 with B-frames, at 30 frames a second.

    Args:
        path: The file to make.
        frames: How many frames, a multiple of `PERIOD`.
    """
    stretch = path.with_name("stretch.mp4")
    _write_stretch(stretch)
    with av.open(str(stretch)) as source, av.open(str(path), "w") as out:
        stream = source.streams.video[0]
        copy = out.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        assert stream.time_base is not None
        length = round(PERIOD / (_FPS * stream.time_base))
        for _ in range(frames // PERIOD):
            for packet in packets:
                assert packet.pts is not None
                assert packet.dts is not None
                packet.stream = copy
                packet.time_base = stream.time_base
                out.mux(packet)
                # The container's own clock may differ, and muxing leaves the packet on it.
                packet.time_base = stream.time_base
                packet.pts += length
                packet.dts += length
    stretch.unlink()
    return path


def _write_stretch(path: Path) -> None:
    chooser = np.random.default_rng(0)
    noise = chooser.integers(-_NOISE, _NOISE + 1, (16, _HEIGHT, _WIDTH, 1))
    options = {"preset": "ultrafast", "crf": "20", "bf": "2", "g": "250"}
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=_FPS, options=options)
        video.width, video.height, video.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
        for number in range(PERIOD):
            rgb = barcode(number, width=_WIDTH, height=_HEIGHT) + noise[number % len(noise)]
            picture = VideoFrame.from_ndarray(rgb.astype(np.uint8), format="rgb24")
            picture.pts, picture.time_base = number, Fraction(1, _FPS)
            out.mux(video.encode(picture))
        out.mux(video.encode(None))
