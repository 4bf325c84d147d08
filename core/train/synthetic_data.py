"""The synthetic street as training data: many short looks into many streets, rendered once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from core.durable import replace_file
from core.palette import CAMVID, Palette
from core.video.clip import Labels, Rgb
from core.video.synthetic import SyntheticScene

FIRST_TRAINING_SEED = 10_000
"""Streets below this seed are never trained on: samples, tests and held-out scores use them."""


@dataclass(frozen=True, kw_only=True)
class SyntheticStreets:
    """Which frames of which streets.

    Attributes:
        scenes: Number of streets.
        frames: Frames taken from each.
        spacing: Frames from one taken frame to the next, at 15 frames a second.
        first_seed: Seed of the first street; the others follow.
        width: Picture width in pixels.
        height: Picture height in pixels.
    """

    scenes: int = 400
    frames: int = 3
    spacing: int = 45
    first_seed: int = FIRST_TRAINING_SEED
    width: int = 480
    height: int = 360

    def __post_init__(self) -> None:
        if min(self.scenes, self.frames, self.spacing) < 1 or self.first_seed < 0:
            raise ValueError(
                f"{self.scenes} scenes, {self.frames} frames, spacing {self.spacing}, first seed "
                f"{self.first_seed}: at least one of each and a seed from 0 are needed"
            )

    def __len__(self) -> int:
        """The number of frames in all."""
        return self.scenes * self.frames

    def place(self, index: int) -> tuple[int, int]:
        """Seed and frame number of frame `index`."""
        scene, frame = divmod(index, self.frames)
        return self.first_seed + scene, frame * self.spacing

    @property
    def description(self) -> str:
        """The frames in words."""
        return (
            f"{len(self)} frames of {self.width}x{self.height} from {self.scenes} procedural "
            f"streets (seeds {self.first_seed}..{self.first_seed + self.scenes - 1}, "
            f"frames {', '.join(str(n * self.spacing) for n in range(self.frames))})"
        )


class SyntheticData:
    """Frames of procedural streets with the 11 CamVid classes.

    They are rendered on first use into `cache_dir` and memory-mapped from there; a change of the
    renderer is noticed and renders them again.

    Args:
        streets: Which frames.
        cache_dir: A folder whose content may be deleted at any time between uses.
        progress: Called with frames rendered and frames in all; may raise to stop the rendering.
    """

    palette: Palette = CAMVID

    def __init__(
        self,
        streets: SyntheticStreets,
        *,
        cache_dir: Path,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.streets = streets
        self.digest = _digest(streets)
        folder = cache_dir / f"synthetic-{self.digest[:16]}"
        images, labels = folder / "images.npy", folder / "labels.npy"
        if not labels.exists():  # written last
            _render(streets, images, labels, progress)
        self._images: NDArray[np.uint8] = np.load(images, mmap_mode="r")
        self._labels: NDArray[np.uint8] = np.load(labels, mmap_mode="r")

    @property
    def description(self) -> str:
        """The frames in words."""
        return self.streets.description

    def __len__(self) -> int:
        """The number of frames."""
        return len(self.streets)

    def sample(self, index: int) -> tuple[Rgb, Labels]:
        """Image and labels of frame `index`, read-only."""
        return self._images[index], self._labels[index]


def _digest(streets: SyntheticStreets) -> str:
    """Depends on the settings and, by one rendered frame, on the renderer itself."""
    digest = hashlib.sha256(json.dumps(asdict(streets), sort_keys=True).encode())
    seed, t = streets.place(0)
    for array in _scene(streets, seed).render_still(t):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _render(
    streets: SyntheticStreets,
    images: Path,
    labels: Path,
    progress: Callable[[int, int], None] | None,
) -> None:
    size = (len(streets), streets.height, streets.width)
    with replace_file(labels) as label_file, replace_file(images) as image_file:
        image_map = open_memmap(image_file, "w+", np.uint8, (*size, 3))
        label_map = open_memmap(label_file, "w+", np.uint8, size)
        scene: SyntheticScene | None = None
        for index in range(len(streets)):
            seed, t = streets.place(index)
            if scene is None or scene.seed != seed:
                scene = _scene(streets, seed)
            image_map[index], label_map[index] = scene.render_still(t)
            if progress is not None:
                progress(index + 1, len(streets))
        image_map.flush()
        label_map.flush()


def _scene(streets: SyntheticStreets, seed: int) -> SyntheticScene:
    return SyntheticScene(seed, width=streets.width, height=streets.height)
