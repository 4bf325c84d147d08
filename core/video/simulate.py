"""Simulated clips: one labelled image becomes the last frame of a short drive.

The camera drives, turns and trembles through a street as plain as a box; things stand on it as
flat cut-outs, nearer than what is behind them, and move by themselves. Every earlier frame is
sampled from the image once, along one composed path. Then lens, sensor and codec treat all frames,
the last one too, in the same way.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.video.clip import Labels, Rgb
from core.video.simulation.drive import Drive
from core.video.simulation.motion import Motion
from core.video.simulation.resampling import INTERPOLATIONS, loss_of_sampling
from core.video.simulation.scene import Look, Scene
from core.video.simulation.shot import Shot
from core.video.simulation.things import find_things

__all__ = ["SMALLEST", "Motion", "SimulatedClip", "simulate_clip"]

SMALLEST = 16
"""The shortest side of an image, in pixels, that a clip is made from."""


@dataclass(frozen=True, eq=False)
class SimulatedClip:
    """Frames made from one labelled image, with labels and motion that are exact.

    Attributes:
        frames: (T, H, W, 3) uint8 RGB, oldest first; the last is the image, not warped.
        labels: (T, H, W) uint8; 255 where the image has no class or does not show what is seen.
        flow_back: (T, H, W, 2) float32 pixels: where the point is in frame t-1 minus where it is
            here; zero for the first frame and where the point was behind the camera.
        visible_back: (T, H, W) bool: the pixel of t-1 nearest to that place shows the same
            surface with the same label; nowhere true in the first frame.
    """

    frames: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    flow_back: NDArray[np.float32]
    visible_back: NDArray[np.bool_]

    def __post_init__(self) -> None:
        shape = self.labels.shape
        shapes = (self.frames.shape, self.flow_back.shape, self.visible_back.shape)
        if shapes != ((*shape, 3), (*shape, 2), shape):
            raise ValueError(f"frames, flow and visibility {shapes} do not fit labels {shape}")

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.frames)


def simulate_clip(
    image: Rgb, labels: Labels, *, motion: Motion, rng: np.random.Generator | int
) -> SimulatedClip:
    """Makes a clip that ends in a labelled image.

    Args:
        image: (H, W, 3) uint8 RGB, sides of at least 16.
        labels: (H, W) uint8, 255 = ignore.
        motion: What happens in the clip.
        rng: Source of all randomness, or a seed from 0: the same seed gives the same bytes.

    Raises:
        ValueError: Image and labels do not fit each other or are too small.
    """
    _check(image, labels)
    rng = np.random.default_rng(rng)
    image, labels = np.ascontiguousarray(image), np.ascontiguousarray(labels)
    height, width = labels.shape
    drive = Drive.draw(rng, motion=motion, width=width, height=height)
    things = find_things(labels, drive=drive, motion=motion, rng=rng)
    scene = Scene(image, labels, things=things, drive=drive)
    shot = Shot.draw(rng, motion)
    looks = [scene.look(t) for t in range(motion.length)]
    frames = shot.take(_pictures(scene, looks, image, motion=motion, rng=rng), rng)
    flow = np.zeros((*frames.shape[:3], 2), np.float32)
    visible = np.zeros(frames.shape[:3], np.bool_)
    for t in range(1, motion.length):
        flow[t], visible[t] = scene.way_back(t, looks[t], looks[t - 1])
    return SimulatedClip(frames, np.stack([look.labels for look in looks]), flow, visible)


def _pictures(
    scene: Scene, looks: list[Look], image: Rgb, *, motion: Motion, rng: np.random.Generator
) -> list[Rgb]:
    kinds = [int(kind) for kind in rng.choice(INTERPOLATIONS, len(looks))]
    *past, kind = kinds
    pictures = [
        scene.paint(look, interpolation=each) for look, each in zip(looks[:-1], past, strict=True)
    ]
    if past and motion.sharpness:
        x, y = looks[int(rng.integers(len(past)))].street
        image = loss_of_sampling(image, x, y, interpolation=kind)
    return [*pictures, image]


def _check(image: Rgb, labels: Labels) -> None:
    if image.ndim != 3 or image.shape != (*labels.shape, 3):
        raise ValueError(
            f"an image of {image.shape} with labels of {labels.shape}; (H, W, 3) and (H, W) are due"
        )
    if image.dtype != np.uint8 or labels.dtype != np.uint8:
        raise ValueError(f"an image of {image.dtype} with labels of {labels.dtype}; uint8 is due")
    if min(labels.shape) < SMALLEST:
        raise ValueError(
            f"an image of {labels.shape[1]}x{labels.shape[0]}; sides of at least {SMALLEST} pixels "
            "are needed to simulate a clip"
        )
