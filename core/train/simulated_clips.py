"""Simulated clips of labelled images, for cells to learn from."""

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from core.clip_source import MOTION_STRIDE, UNKNOWN, Clip, motion_shape
from core.datasets.problems import BadDataset
from core.train.data import TrainingData
from core.video.simulate import Motion, SimulatedClip, simulate_clip

_CLIP = 2  # a stream of randomness of its own


class SimulatedClips:
    """Every labelled image as the last frame of one or more simulated clips.

    Args:
        data: Labelled images of one size.
        motion: How clips move and what camera and codec do to them.
        seed: Decides all chance.
        variants: Clips per image.

    Raises:
        BadDataset: The images differ in size.
    """

    def __init__(
        self, data: TrainingData, *, motion: Motion, seed: int = 0, variants: int = 1
    ) -> None:
        if variants < 1 or seed < 0:
            raise ValueError(f"{variants} variants, seed {seed}; at least 1 and 0 are needed")
        sizes = {data.sample(index)[1].shape for index in range(len(data))}
        if len(sizes) != 1:
            named = ", ".join(sorted(f"{width}x{height}" for height, width in sizes)[:3])
            raise BadDataset(
                f"The images of {data.description} have {len(sizes)} sizes ({named}); cells learn "
                "from clips of one size: choose a dataset whose images are equally large."
            )
        self.palette = data.palette
        self._data, self._motion, self._seed, self._variants = data, motion, seed, variants

    @property
    def digest(self) -> str:
        """Hash of the images, the motion and the seed."""
        document = [self._data.digest, self._motion.digest, self._seed, self._variants]
        return hashlib.sha256(json.dumps(document).encode()).hexdigest()

    @property
    def description(self) -> str:
        """What the clips are, in words for a model card."""
        length = self._motion.length
        return f"{len(self)} simulated clips of {length} frames ending in {self._data.description}"

    def __len__(self) -> int:
        """The number of clips."""
        return self._variants * len(self._data)

    def clip(self, index: int) -> Clip:
        """Clip number `index`; all variants of an image follow each other."""
        image, labels = self._data.sample(index // self._variants)
        rng = np.random.default_rng((self._seed, _CLIP, index))
        simulated = simulate_clip(image, labels, motion=self._motion, rng=rng)
        return Clip(simulated.frames, simulated.labels, _sources(simulated))


def _sources(clip: SimulatedClip) -> NDArray[np.int32]:
    """Where every second pixel was in the frame before, on the grid of every second pixel."""
    _, height, width = motion_shape(*clip.labels.shape)
    step = slice(None, None, MOTION_STRIDE)
    flow = clip.flow_back[:, step, step] / MOTION_STRIDE  # (T, h, w, 2)
    x = np.rint(np.arange(width, dtype=np.float32) + flow[..., 0]).astype(np.int32)
    y = np.rint(np.arange(height, dtype=np.float32)[:, None] + flow[..., 1]).astype(np.int32)
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    known = inside & clip.visible_back[:, step, step]
    known[0] = False
    return np.where(known, y * width + x, UNKNOWN).astype(np.int32)
