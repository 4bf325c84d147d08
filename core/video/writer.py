"""The two exports: the picture with the labels laid over it (.mp4) and the labels alone (.mkv)."""

from collections.abc import Iterator
from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from core.video.clip import Labels, Rgb
from core.video.container import open_video
from core.video.decode import Decoder
from core.video.output import CLOCK, add_h264, even, output_file, to_yuv
from core.video.sound import Sound


class _Writer:
    """A video file that appears under its name when the with block ends well."""

    def __init__(self, path: Path, *, kind: str, options: dict[str, str] | None = None) -> None:
        self._stack = ExitStack()
        self._path, self._kind, self._options = Path(path), kind, options
        self._stream: VideoStream | None = None
        self._first: float | None = None
        self._last, self._ticks = -1, 0
        self.frames = 0

    def __enter__(self) -> Self:
        """Opens a temporary file.

        Raises:
            StorageFull: The disk is full.
        """
        opened = output_file(self._path, kind=self._kind, options=self._options)
        self._container = self._stack.enter_context(opened)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Completes the file, or removes it where the block failed.

        Raises:
            StorageFull: The disk is full; nothing is left behind.
        """
        with self._stack:
            if kind is None:
                self._finish()
            else:
                self._stack.__exit__(kind, error, trace)

    def _finish(self) -> None:
        self._mux(None)

    def _encode(self, picture: VideoFrame, seconds: float) -> None:
        """Encodes a frame shown at `seconds` of the source; the first one is shown at 0."""
        if self._stream is None or self._first is None:
            raise RuntimeError("the stream must be added before the first frame")
        pts = max(round((seconds - self._first) / CLOCK), self._last + 1)
        picture.pts, picture.time_base = pts, CLOCK
        self._ticks, self._last = pts - max(self._last, 0), pts
        self.frames += 1
        self._mux(picture)

    def _mux(self, picture: VideoFrame | None) -> None:
        if self._stream is not None:
            for packet in self._stream.encode(picture):
                # Players need it of the last frame only: as long as the one before it.
                packet.duration = self._ticks
                self._container.mux(packet)


class OverlayWriter(_Writer):
    """Writes an .mp4 for people: H.264, 8-bit yuv420p, timing and sound of the source kept.

    A frame with an odd side gets its last column or row twice, as the format knows even sides
    only. The index stands at the front of the file, so players start at once. A full disk raises
    `StorageFull` and leaves nothing behind.
    """

    def __init__(self, path: Path, *, sound: Path | None = None, crf: int = 18) -> None:
        """Prepares writing; the file is opened by `with`.

        Args:
            path: The file to make.
            sound: The video whose sound is kept, None = silent.
            crf: Quality of the picture, 0 (lossless) to 51.
        """
        super().__init__(path, kind="mp4", options={"movflags": "+faststart"})
        self._source, self._crf = sound, crf
        self._sound: Sound | None = None
        self._before = self._step = 0.0

    def write(self, rgb: Rgb, seconds: float) -> None:
        """Adds a frame.

        Args:
            rgb: (H, W, 3) uint8, all of one size.
            seconds: When the source shows it, on the source's clock.
        """
        rgb = even(rgb)
        if self._first is None:
            self._first = seconds
            size = (rgb.shape[1], rgb.shape[0])
            options = {"preset": "veryfast", "crf": str(self._crf)}
            self._stream = add_h264(self._container, size=size, clock=CLOCK, options=options)
            if self._source is not None:
                self._sound = Sound(self._source, self._container)
                self._stack.callback(self._sound.close)
                self._sound.start(seconds)
        if self._sound is not None:
            self._sound.until(seconds)
        self._step = seconds - self._before if self.frames else 0.0
        self._before = seconds
        self._encode(to_yuv(rgb), seconds)

    def _finish(self) -> None:
        super()._finish()
        if self._sound is not None:
            self._sound.finish(self._before + self._step)


class LabelVideoWriter(_Writer):
    """Writes an .mkv for programs: FFV1, 8-bit grey whose values are the class ids, exactly."""

    def __init__(self, path: Path, *, fps: Fraction | None = None) -> None:
        """Prepares writing; the file is opened by `with`.

        Args:
            path: The file to make.
            fps: Frames a second the file declares, for programs that go by it instead of by the
                time stamps; None declares none.
        """
        super().__init__(path, kind="matroska")
        self._fps = fps

    def write(self, labels: Labels, seconds: float) -> None:
        """Adds a label map.

        Args:
            labels: (H, W) uint8, all of one size.
            seconds: When the source shows its frame; kept to the millisecond, from 0 on.
        """
        if self._first is None:
            self._first = seconds
            options = {"level": "3", "slicecrc": "1"}
            stream = self._container.add_stream("ffv1", rate=self._fps, options=options)
            stream.height, stream.width = labels.shape
            stream.pix_fmt = "gray"
            stream.codec_context.time_base = stream.time_base = CLOCK
            self._stream = stream
        self._encode(VideoFrame.from_ndarray(np.ascontiguousarray(labels), format="gray"), seconds)


def read_labels_video(path: Path) -> Iterator[tuple[float, Labels]]:
    """Reads what `LabelVideoWriter` wrote: the time in seconds and the (H, W) uint8 class ids.

    Raises:
        BadMedia: The file is not such a video.
    """
    with open_video(Path(path), name=Path(path).name) as opened:
        for frame, seconds in Decoder(opened).frames():
            yield seconds, np.asarray(frame.to_ndarray(), np.uint8)
