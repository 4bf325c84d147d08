"""Decodes a video stream frame by frame and survives what is broken in it."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import cv2
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from av.video.stream import VideoStream

from core.video.clip import Rgb
from core.video.container import MAX_PIXELS, SIDES, Opened

_UNSPECIFIED = 2


@dataclass
class Decoder:
    """Gives the frames of one opened video in presentation order.

    Attributes:
        opened: The video.
        damaged: Whether something did not decode so far.
    """

    opened: Opened
    damaged: bool = False
    _last: float | None = field(default=None, repr=False)

    def frames(self) -> Iterator[tuple[VideoFrame, float]]:
        """Decoded frames with the time in seconds at which each is shown, never going back."""
        stream = self.opened.stream
        stream.thread_type = "AUTO"
        for packet in self._packets():
            for frame in self._decoded(packet):
                if frame.is_corrupt and self._last is None:
                    self.damaged = True
                    continue
                self.damaged = self.damaged or frame.is_corrupt
                if _is_sane(frame):
                    yield frame, self._time(frame, stream)
                else:
                    self.damaged = True

    def _packets(self) -> "Iterator[Packet[VideoStream] | None]":
        packets = self.opened.container.demux(self.opened.stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.FFmpegError, OSError):
                self.damaged = True
                # What the decoder still holds belongs to the part that was read.
                yield None
                return
            self.damaged = self.damaged or packet.is_corrupt
            yield packet

    def _decoded(self, packet: "Packet[VideoStream] | None") -> list[VideoFrame]:
        try:
            return self.opened.stream.codec_context.decode(
                packet if packet is not None and packet.size else None
            )
        except av.EOFError:
            return []
        except (av.FFmpegError, ValueError) as error:
            if getattr(error, "errno", None) == errno.ENOMEM:
                raise
            self.damaged = True
            return []

    def _time(self, frame: VideoFrame, stream: VideoStream) -> float:
        step = 1 / float(stream.average_rate or Fraction(25))
        # The stream's unit: frames flushed at the end do not carry it themselves.
        if frame.pts is not None and stream.time_base is not None:
            seconds = float(frame.pts * stream.time_base)
        else:
            seconds = 0.0 if self._last is None else self._last + step
        if self._last is not None and seconds <= self._last:
            seconds = self._last + min(step, 1e-3)
        self._last = seconds
        return seconds


def _is_sane(frame: VideoFrame) -> bool:
    low, high = SIDES
    sides = (frame.width, frame.height)
    return low <= min(sides) and max(sides) <= high and sides[0] * sides[1] <= MAX_PIXELS


def rotation(frame: VideoFrame) -> int:
    """Degrees clockwise the stored picture is turned to be shown: 0, 90, 180 or 270."""
    return round(-frame.rotation / 90) % 4 * 90


def shown_size(frame: VideoFrame) -> tuple[int, int]:
    """Width and height of a frame as it is shown."""
    if rotation(frame) % 180:
        return frame.height, frame.width
    return frame.width, frame.height


_TURNS = {
    90: cv2.ROTATE_90_CLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_COUNTERCLOCKWISE,
}


def to_rgb(frame: VideoFrame, *, size: tuple[int, int] | None = None) -> Rgb:
    """The picture of a decoded frame as it is shown, (H, W, 3) uint8, full range, upright.

    Where the file does not say which matrix its colours were coded with, 720 lines and more are
    taken for BT.709 and fewer for BT.601, as players do.

    Args:
        frame: The decoded frame.
        size: Width and height to scale it to, as shown; its own if not given.
    """
    turn = rotation(frame)
    width, height = size or (frame.width, frame.height)
    if size is not None and turn % 180:
        width, height = height, width
    matrix: int | None = None
    if frame.colorspace == _UNSPECIFIED:
        matrix = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    picture = frame.reformat(
        width=width,
        height=height,
        format="rgb24",
        src_colorspace=matrix,
        dst_color_range=ColorRange.JPEG,
        interpolation="BICUBIC",
        threads=1,
    )
    rgb = np.asarray(picture.to_ndarray(), np.uint8)
    if turn:
        rgb = np.asarray(cv2.rotate(rgb, _TURNS[turn]), np.uint8)
    return np.ascontiguousarray(rgb)
