"""Reads a video frame by frame, holding one frame at a time."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from core.errors import BadMedia
from core.video.clip import Frame
from core.video.container import open_video
from core.video.decode import Decoder, shown_size, to_rgb


class VideoReader:
    """A context manager that iterates over `Frame`s in presentation order, upright and RGB.

    What does not decode is left out without disturbing the rest, so numbers are those of
    `core.video.probe`. Memory does not grow with the length of the video.

    Attributes:
        damaged: Whether something did not decode so far.
    """

    def __init__(
        self,
        path: Path,
        *,
        start: int = 0,
        end: int | None = None,
        name: str | None = None,
        skipped: Callable[[int], None] | None = None,
    ) -> None:
        """Prepares reading; the file is opened by `with`.

        Args:
            path: The file.
            start: Number of the first frame to give.
            end: Number after the last one; None = all.
            name: What to call the file in messages.
            skipped: Told how many frames before the first one were read, after each; may raise.

        Raises:
            ValueError: The range is empty or starts before 0.
        """
        if start < 0 or (end is not None and end <= start):
            raise ValueError(f"frames {start} to {end} is no range")
        self._path, self._start, self._end = Path(path), start, end
        self._name = name or self._path.name
        self._skipped = skipped
        self._stack = ExitStack()
        self._frames: Iterator[Frame] | None = None
        self._decoder: Decoder | None = None

    def __enter__(self) -> Self:
        """Opens the file.

        Raises:
            BadMedia: It is not a video that is taken.
        """
        opened = self._stack.enter_context(open_video(self._path, name=self._name))
        self._decoder = Decoder(opened)
        self._frames = self._generate(self._decoder)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._frames = None
        self._stack.close()

    def __iter__(self) -> Iterator[Frame]:
        if self._frames is None:
            raise RuntimeError("a VideoReader is read inside its with block")
        return self._frames

    @property
    def damaged(self) -> bool:
        """Whether something did not decode so far."""
        return self._decoder is not None and self._decoder.damaged

    def read(self) -> Frame | None:
        """The next frame, or None at the end."""
        return next(iter(self), None)

    def _generate(self, decoder: Decoder) -> Iterator[Frame]:
        given, size = 0, None
        for index, (frame, seconds) in enumerate(decoder.frames()):
            if self._end is not None and index >= self._end:
                return
            # A stream may change its size on the way; a video has one, that of its first frame.
            size = size or shown_size(frame)
            if index >= self._start:
                given += 1
                yield Frame(index, seconds, to_rgb(frame, size=size))
            elif self._skipped is not None:
                self._skipped(index + 1)
        if given == 0 and self._start == 0:
            raise BadMedia(
                f"{self._name} has no frame that can be decoded: it is cut off or damaged. "
                "Upload it again from the original."
            )
