"""Small clips and a small network, also for processes of their own: `python -m ... FOLDER STALL`.

Such a process waits for the file `FOLDER/go`, computes the features into `FOLDER/cache`, with each
clip that it draws written into `FOLDER/drawn`, and prints a digest of what it then reads. From clip
number `STALL` on it only sleeps.
"""

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from core.clip_source import Clip, motion_shape
from core.features import FeatureCache, cached_features
from core.nn.config import StaticConfig
from core.nn.segmenter import Segmenter
from core.palette import Palette
from tests.core.nn.test_segmenter import seeded

CONFIG = StaticConfig(num_classes=3, width=0.1, channels=8)
PALETTE = Palette(names=("red", "green", "blue"), colours=((200, 0, 0), (0, 200, 0), (0, 0, 200)))


class NoisyClips:
    palette = PALETTE
    description = "clips of noise"

    def __init__(
        self,
        clips: int = 4,
        *,
        length: int = 3,
        size: tuple[int, int] = (33, 46),
        seed: int = 0,
        drawing: Callable[[int], None] = lambda index: None,
    ) -> None:
        self.clips, self.length, self.size, self.seed = clips, length, size, seed
        self.digest = f"noise {clips} {length} {size} {seed}"
        self.drawn: list[int] = []
        self._drawing = drawing

    def __len__(self) -> int:
        return self.clips

    def clip(self, index: int) -> Clip:
        self.drawn.append(index)
        self._drawing(index)
        rng = np.random.default_rng((self.seed, index))
        shape = (self.length, *self.size)
        labels = rng.integers(0, 4, shape, dtype=np.uint8)
        frames = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
        places = motion_shape(*shape)
        sources = rng.integers(-1, places[1] * places[2], places, dtype=np.int32)
        return Clip(frames, np.where(labels == 3, 255, labels).astype(np.uint8), sources)


def network(config: StaticConfig = CONFIG) -> Segmenter:
    return seeded(config)


def digest_of(cache: FeatureCache) -> str:
    digest = hashlib.sha256()
    for clip in cache:
        for tensor in (clip.low, clip.high):
            digest.update(tensor.float().contiguous().numpy().data)
        digest.update(clip.labels.numpy().data)
        digest.update(clip.sources.numpy().data)
    return digest.hexdigest()


def _compute(folder: Path, stall: int) -> None:
    def draw(index: int) -> None:
        with (folder / "drawn").open("a") as file:
            file.write(f"{index}\n")
        while index >= stall:
            time.sleep(0.05)

    torch.set_num_threads(1)
    source, segmenter = NoisyClips(drawing=draw), network()
    print("ready", flush=True)
    while not (folder / "go").exists():
        time.sleep(0.005)
    cache = cached_features(segmenter, source, cache_dir=folder / "cache", weights_digest="w")
    print(digest_of(cache))


if __name__ == "__main__":
    _compute(Path(sys.argv[1]), int(sys.argv[2]))
