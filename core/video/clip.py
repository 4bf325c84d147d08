"""The conventions of pictures, labels and clips, said once.

- A frame is `(H, W, 3)` uint8 RGB, top row first, shown upright (rotation already applied).
- A label map is `(H, W)` uint8 class ids, 255 = ignore. In tensors labels are `(B, H, W)` int64.
- Images in tensors are `(B, 3, H, W)` float in [0, 1] before normalisation.
- A clip adds `T` after `B`: `(B, T, 3, H, W)` and `(B, T, H, W)`, oldest frame first.
- A flow is `(H, W, 2)` float32 `(dx, dy)` in pixels: where the same point is in the other frame
  minus where it is in this one. Pixel centres have whole coordinates.
- Times are seconds on the clock of the file as float, rates are `Fraction` frames a second.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
"""One frame, `(H, W, 3)`."""

Labels = NDArray[np.uint8]
"""One label map, `(H, W)`."""

Flow = NDArray[np.float32]
"""One flow, `(H, W, 2)`."""


@dataclass(frozen=True)
class Frame:
    """One picture of a video.

    Attributes:
        index: Its number in presentation order, the video's first frame being 0.
        seconds: When it is shown, seconds on the clock of the file.
        rgb: `(H, W, 3)` uint8.
    """

    index: int
    seconds: float
    rgb: Rgb


@dataclass(frozen=True)
class VideoInfo:
    """What a video file turned out to be when it was read through.

    Attributes:
        width: Picture width in pixels as shown, after rotation.
        height: Picture height in pixels as shown, after rotation.
        frames: How many frames decode; counted, never read from the header.
        fps: Average frames a second.
        duration: Seconds from the first frame to the end of the last.
        codec: Name of the video codec, `h264`.
        pixel_format: Name of the stored pixel format, `yuv420p`.
        container: The container that was recognised: `mp4`, `matroska`, `webm`, `avi`, ...
        rotation: Degrees clockwise the stored picture is turned to be shown: 0, 90, 180 or 270.
        has_audio: Whether there is sound.
        constant_rate: Whether all frames are equally far apart in time.
        start: Seconds at which the first frame is shown.
        square_pixels: Whether pixels are as wide as high.
        damaged: Whether something in the file did not decode.
    """

    width: int
    height: int
    frames: int
    fps: Fraction
    duration: float
    codec: str
    pixel_format: str
    container: str
    rotation: int
    has_audio: bool
    constant_rate: bool
    start: float
    square_pixels: bool = True
    damaged: bool = False

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or self.frames < 1:
            raise ValueError(f"{self.width}x{self.height}, {self.frames} frames is no video")
        if self.fps <= 0:
            raise ValueError(f"{self.fps} frames a second; it must be above 0")
        if self.rotation not in (0, 90, 180, 270):
            raise ValueError(f"a rotation of {self.rotation}; 0, 90, 180 and 270 are possible")
