"""`python -m tests.benchmarks.state_drift ../shared/camvid FILE...`

Does a cell's state swell or die away? Every model labels 1,000 frames: a still image, the same
image with the noise of a camera, and frames of nothing but noise. Once as it is used, with its own
key interval, scene cuts and the restart of a state that has drifted; once on its own answers alone
after one key frame. Printed: the least and largest root mean square of the state's `high` from
frame 10 on, as shares of that at frame 10, and how many key frames there were; on its own answers
also the first frame beyond a factor of 2.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from core.dynamics.drift import strengths
from core.predict import VideoPredictor
from core.video.clip import Rgb

FRAMES = 1000
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
            seen = [frame for frame, _ in zip(frames, range(FRAMES + 1), strict=False)]
            predictor = VideoPredictor.load(model, threads=1)
            used = strengths((_strength(predictor, frame) for frame in seen), FRAMES)
            alone = strengths(own_answers(predictor, seen), FRAMES)
            left = alone["beyond"]
            print(
                f"{Path(model).name:<28} {name:<26} as used {used['least']} to {used['most']}, "
                f"{predictor.key_frames} key frames; on its own answers {alone['least']} to "
                f"{alone['most']}" + ("" if left is None else f", beyond 2 from frame {left} on"),
                flush=True,
            )


def _strength(predictor: VideoPredictor, frame: Rgb) -> float:
    predictor.step(frame)
    assert predictor.state is not None
    return predictor.state.strength


def own_answers(predictor: VideoPredictor, frames: Sequence[Rgb]) -> Iterator[float]:
    """The state's strength after every frame, the first being the only key frame."""
    engine = predictor.engine
    _, state = engine.key(engine.prepare(frames[0]))
    yield state.strength
    for frame in frames[1:]:
        _, state = engine.follow(engine.prepare(frame), state)
        yield state.strength


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
