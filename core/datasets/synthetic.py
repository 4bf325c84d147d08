"""The built-in dataset: clips of procedural streets with the CamVid classes, rendered at home."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import cv2

from core.datasets.assembly import Assembly
from core.datasets.index import DatasetIndex
from core.datasets.pack import PackWriter
from core.datasets.progress import Progress, ShouldStop
from core.errors import Cancelled
from core.palette import CAMVID
from core.train.synthetic_data import FIRST_TRAINING_SEED
from core.video.clip import Rgb
from core.video.street.camera import FRAME_RATE
from core.video.synthetic import SyntheticScene

DESCRIPTION = (
    "Drives through procedural streets at 15 frames a second, every frame labelled with the 11 "
    "CamVid classes."
)
"""What the dataset is, for its page."""

_QUALITY = (
    cv2.IMWRITE_JPEG_QUALITY,
    95,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
)


@dataclass(frozen=True)
class SyntheticClips:
    """The clips of one split: consecutive frames, each clip of a street of its own.

    Attributes:
        split: The split's name.
        first_seed: Seed of the first street; the others follow.
        streets: How many clips.
        frames: Frames of each.
    """

    split: str
    first_seed: int
    streets: int
    frames: int

    def __post_init__(self) -> None:
        if min(self.streets, self.frames) < 1 or self.first_seed < 0:
            raise ValueError(f"{self.streets} clips of {self.frames} frames from {self.first_seed}")


CLIPS = (
    SyntheticClips("train", FIRST_TRAINING_SEED, 60, 8),
    SyntheticClips("val", 6000, 6, 24),
)
"""The dataset `synthetic`. No network trains on the streets of `val`, whose seeds lie below
`FIRST_TRAINING_SEED`; its clips are long enough for windows of 16 frames."""


def pack_synthetic(
    out: Path,
    *,
    clips: tuple[SyntheticClips, ...] = CLIPS,
    width: int = 480,
    height: int = 360,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> DatasetIndex:
    """Renders the dataset `synthetic` into a pack, whole or not at all.

    Args:
        out: The file to make.
        clips: What to render.
        width: Picture width in pixels.
        height: Picture height in pixels.
        progress: Told how many frames are done and how many there are.
        should_stop: Asked between frames.

    Returns:
        The index that is in the pack.

    Raises:
        Cancelled: `should_stop` said so; nothing is left behind.
        StorageFull: The disk is full; nothing is left behind.
    """
    total = sum(each.streets * each.frames for each in clips)
    with PackWriter.to(out) as writer:
        assembly = Assembly(writer, CAMVID)
        for each in clips:
            for seed in range(each.first_seed, each.first_seed + each.streets):
                scene = SyntheticScene(seed, width=width, height=height)
                for t in range(each.frames):
                    if should_stop is not None and should_stop():
                        raise Cancelled("The rendering was stopped.")
                    _add(assembly, each.split, scene, t)
                    if progress is not None:
                        progress(assembly.num_frames, total)
        index = assembly.index("synthetic", notes=[DESCRIPTION])
        writer.finish(index)
    return index


def _add(assembly: Assembly, split: str, scene: SyntheticScene, t: int) -> None:
    image, labels = scene.render_still(t)
    data = _jpeg(image)
    assembly.add(
        split,
        data,
        name=f"street{scene.seed:05d}_{t:05d}",
        sequence=f"street{scene.seed:05d}",
        size=(scene.height, scene.width),
        suffix="jpg",
        image_digest=hashlib.sha256(data).hexdigest(),
        labels=labels,
        seconds=t / FRAME_RATE,
    )


def _jpeg(image: Rgb) -> bytes:
    return cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), _QUALITY)[1].tobytes()
