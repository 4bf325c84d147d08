"""Predictors whose behaviour over time is known, on videos made of label maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.dynamics.protocol import ModelClass
from core.dynamics.run import Run
from core.video.clip import Labels, Rgb

CLASSES = 4


def moving(frames: int, *, seed: int = 0) -> list[Labels]:
    """Label maps (24, 32) of blobs that move on by a pixel each frame, with some void."""
    chance = np.random.default_rng(seed)
    wide = chance.integers(0, CLASSES, (4, (32 + frames) // 8 + 1)).astype(np.uint8)
    wide = wide.repeat(6, axis=0).repeat(8, axis=1)
    wide[:2] = 255
    return [np.ascontiguousarray(wide[:, n : n + 32]) for n in range(frames)]


def as_image(labels: Labels, number: int) -> Rgb:
    """A picture that says its labels, void as class 0, and its number."""
    image = np.zeros((*labels.shape, 3), np.uint8)
    image[..., 0] = np.where(labels == 255, 0, labels)
    image[..., 1] = number
    return image


def made_run(truths: Sequence[Labels], judged: range | None = None) -> Run:
    """A run of these label maps, all judged unless said otherwise."""
    return Run(
        length=len(truths),
        judged=range(len(truths)) if judged is None else judged,
        image=lambda n: as_image(truths[n], n),
        truth=lambda n: truths[n],
    )


@dataclass(frozen=True)
class Late:
    """Says what it saw `late` frames ago, or at its key frame where that was later.

    Attributes:
        late: 0 = memoryless.
        kind: What it says of itself.
        growth: Factor by which its strength grows from frame to frame.
    """

    late: int = 0
    kind: ModelClass = "full"
    growth: float = 1.0

    @property
    def model_class(self) -> ModelClass:
        return self.kind

    def see(self, image: Rgb) -> tuple[list[Labels], float]:
        return [np.ascontiguousarray(image[..., 0])], 1.0

    def follow(
        self, seen: tuple[list[Labels], float], before: tuple[list[Labels], float]
    ) -> tuple[list[Labels], float]:
        return [*seen[0][-1:], *before[0]][: self.late + 1], before[1] * self.growth

    def step(self, image: Rgb, before: tuple[list[Labels], float]) -> tuple[list[Labels], float]:
        return self.follow(self.see(image), before)

    def labels(self, state: tuple[list[Labels], float]) -> Labels:
        return state[0][-1]

    def strength(self, state: tuple[list[Labels], float]) -> float:
        return state[1]


class LateStream:
    """A stream of `Late` that restarts every `key_interval` frames (0 = never) and at cuts."""

    def __init__(self, follower: Late, *, key_interval: int = 0, finds_cuts: bool = False) -> None:
        self._follower, self._interval, self._finds_cuts = follower, key_interval, finds_cuts
        self.start()

    def start(self) -> None:
        self._state: tuple[list[Labels], float] | None = None
        self._since, self._last = 0, -1

    def label(self, image: Rgb) -> Labels:
        number = int(image[0, 0, 1])
        is_cut = self._finds_cuts and number != self._last + 1
        if self._state is None or is_cut or 0 < self._interval <= self._since + 1:
            self._state, self._since = self._follower.see(image), 0
        else:
            self._state, self._since = self._follower.step(image, self._state), self._since + 1
        self._last = number
        return self._follower.labels(self._state)

    @property
    def is_key(self) -> bool:
        return self._since == 0
