"""`python -m tests.benchmarks.state_drift ../shared/camvid FILE...`

Does a cell's state swell or die away when nothing restarts it? After one key frame every model
follows 1,000 frames on its own answers: a still image, the same image with the noise of a camera,
and frames of nothing but noise. Printed: the root mean square of the state's `high` at frame 10,
and its least and largest value after that, as shares of the one at frame 10.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from core.predict import VideoPredictor
from core.video.clip import Rgb

FRAMES, EARLY = 1000, 10
NOISE = 8.0
"""Standard deviation of a camera's noise, in grey levels."""


def main() -> None:
    """Follows and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("camvid", type=Path)
    parser.add_argument("models", nargs="+")
    options = parser.parse_args()
    first = sorted((options.camvid / "val" / "images").iterdir())[0]
    image = np.asarray(cv2.imread(str(first), cv2.IMREAD_COLOR_RGB), np.uint8)
    for model in options.models:
        for name, frames in (
            ("still image", still(image)),
            ("still image, camera noise", noisy(image)),
            ("noise", noise(image)),
        ):
            sizes = state_sizes(model, frames)
            early, later = sizes[EARLY], sizes[EARLY:]
            print(
                f"{Path(model).name:<28} {name:<26} frame {EARLY}: {early:.3f}, then "
                f"{min(later) / early:.3f} to {max(later) / early:.3f} times that, "
                f"{later[-1] / early:.3f} at frame {FRAMES}",
                flush=True,
            )


def state_sizes(model: str, frames: Iterator[Rgb]) -> list[float]:
    """The root mean square of `high` in the state after every frame, the key frame's first."""
    engine = VideoPredictor.load(model, threads=1).engine
    _, state = engine.key(engine.prepare(next(frames)))
    sizes = [float(state.high.float().square().mean().sqrt())]
    for _ in range(FRAMES):
        _, state = engine.follow(engine.prepare(next(frames)), state)
        sizes.append(float(state.high.float().square().mean().sqrt()))
    return sizes


def still(image: Rgb) -> Iterator[Rgb]:
    """The same frame for ever."""
    while True:
        yield image


def noisy(image: Rgb) -> Iterator[Rgb]:
    """The same scene for ever, as a camera sees it."""
    chance = np.random.default_rng(0)
    while True:
        seen = image + chance.normal(0, NOISE, image.shape)
        yield np.clip(seen, 0, 255).astype(np.uint8)


def noise(image: Rgb) -> Iterator[Rgb]:
    """Frames that have nothing in common."""
    chance = np.random.default_rng(0)
    while True:
        yield chance.integers(0, 256, image.shape, dtype=np.uint8)


if __name__ == "__main__":
    main()
