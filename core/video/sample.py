"""The sample driving clip with its own labels, rendered from the synthetic street."""

from collections.abc import Callable
from pathlib import Path

from core.labels import LabelWriter
from core.video.street.camera import FRAME_RATE
from core.video.synthetic import SyntheticScene
from core.video.writer import OverlayWriter

SAMPLE_SEED = 1
"""The street of the bundled sample; no shipped model was trained on it.

It was chosen among the streets 1 to 40 for being labelled well, so its score flatters the model:
the model's card holds the score on streets that nobody chose.
"""


def write_sample(
    path_mp4: Path,
    labels_path: Path,
    *,
    seed: int = SAMPLE_SEED,
    frames: int = 150,
    width: int = 480,
    height: int = 360,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Renders a drive at 15 frames a second into an .mp4 and a label file.

    Args:
        path_mp4: The video to make, H.264 of high quality.
        labels_path: The label file to make, in the format of `core.labels`.
        seed: Decides the street.
        frames: How many frames.
        width: Picture width in pixels.
        height: Picture height in pixels.
        progress: Told frames rendered and frames in all, after each one; may raise to stop.

    Raises:
        StorageFull: The disk is full; nothing is left behind.
    """
    scene = SyntheticScene(seed, width=width, height=height)
    with (
        LabelWriter(labels_path, width=width, height=height) as store,
        OverlayWriter(path_mp4, crf=12) as video,
    ):
        for t in range(frames):
            image, labels = scene.render_still(t)
            video.write(image, t / FRAME_RATE)
            store.append(labels)
            progress(t + 1, frames)
