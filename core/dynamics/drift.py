"""Drift: what becomes of the state, and of the labels, when nothing ever restarts them."""

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from core.dynamics.follower import Follower, State
from core.dynamics.percent import miou_percent
from core.dynamics.run import Run
from core.errors import DyncellError
from core.metrics.accuracy import empty_confusion, frame_confusion
from core.video.clip import Labels, Rgb

EARLY = 10
"""The frame whose state the later ones are compared with."""

EVERY = 10
"""Every how many frames the state's strength is kept."""

WINDOW = 50
"""Frames over which the mIoU along a long video is pooled."""

CLIP = 50
"""Different frames of the clip that is played back and forth, at most."""

FACTOR = 2.0
"""A state has drifted once it leaves its early strength by this factor."""

WHY_NOT = {
    "baseline": "A baseline has no cell whose state could drift.",
    "static": "A static network carries nothing from frame to frame, so nothing can drift.",
    "copy": "The copy baseline keeps the key frame's state as it is, so nothing can drift.",
}
"""Why it is not asked of models without a cell."""

Strengths = list[float]


def strengths(states: Iterator[float], frames: int) -> dict[str, Any]:
    """What a state's root mean square says over a long video.

    Args:
        states: The root mean square after every frame, the first one being the key frame.
        frames: How many frames to follow; a state that is no number ends it.

    Returns:
        `rms`, that of every `EVERY`-th frame from `EARLY` on as a share of that at `EARLY`;
        `least` and `most` of all of them from `EARLY` on; `beyond`, the first frame that is farther
        than `FACTOR` from it, and `lost`, the first whose state is no number: None where there is
        none.
    """
    seen: Strengths = []
    lost = None
    for number, strength in enumerate(islice(states, frames + 1)):
        if not math.isfinite(strength):
            lost = number
            break
        seen.append(strength)
    base = seen[EARLY] if len(seen) > EARLY else 0.0
    shares = [strength / base for strength in seen[EARLY:]] if base > 0 else []
    shares = [share for share in shares if math.isfinite(share)]
    left = (n for n, share in enumerate(shares, EARLY) if not 1 / FACTOR <= share <= FACTOR)
    return {
        "rms": [_short(share) for share in shares[::EVERY]],
        "least": _short(min(shares)) if shares else None,
        "most": _short(max(shares)) if shares else None,
        "beyond": next(left, None),
        "lost": lost,
    }


def drift(
    follower: Follower[State],
    runs: Sequence[Run],
    *,
    num_classes: int,
    frames: int,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Follows a still image, noise, and the judged frames played back and forth, on one key frame.

    Args:
        follower: The model.
        runs: Videos with ground truth; the first with judged frames is played.
        num_classes: K.
        frames: How many frames of each.
        tell: Called after every frame; may raise to stop.

    Returns:
        `every` and `early`, the spacing of `rms` and its first frame; `still`, `noise` and `clip`
        as `strengths` says; `played`, how many different frames the clip has; and pooled over
        windows that end at frame `window_ends`, the `miou` of the clip (None where the state was no
        number) and the `static` network's on the same frames, in percent.

    Raises:
        DyncellError: The model has no cell.
    """
    if follower.model_class in WHY_NOT:
        raise DyncellError(WHY_NOT[follower.model_class])
    run = next(run for run in runs if run.judged)
    places = run.judged[:CLIP]
    image = run.image(places[0])
    clip = _Played(follower, run, places, num_classes=num_classes)
    return {
        "early": EARLY,
        "every": EVERY,
        "still": strengths(_told(_still(follower, image), tell), frames),
        "noise": strengths(_told(_noise(follower, image), tell), frames),
        "clip": strengths(_told(clip.states(), tell), frames),
        "played": len(places),
        **clip.scores(),
    }


def _told(states: Iterator[float], tell: Callable[[], None]) -> Iterator[float]:
    for strength in states:
        tell()
        yield strength


def _still(follower: Follower[State], image: Rgb) -> Iterator[float]:
    """The same frame for ever."""
    seen = state = follower.see(image)
    while True:
        yield follower.strength(state)
        state = follower.follow(seen, state)


def _noise(follower: Follower[State], image: Rgb) -> Iterator[float]:
    """Frames that have nothing in common."""
    chance = np.random.default_rng(0)
    shape = image.shape
    state = follower.see(chance.integers(0, 256, shape, dtype=np.uint8))
    while True:
        yield follower.strength(state)
        state = follower.step(chance.integers(0, 256, shape, dtype=np.uint8), state)


class _Played:
    """A clip that is played back and forth, with the scores of its labels."""

    def __init__(
        self, follower: Follower[Any], run: Run, places: range, *, num_classes: int
    ) -> None:
        self._follower, self._run, self._classes = follower, run, num_classes
        self._order = [*places, *places[-2:0:-1]]
        self._windows: list[tuple[int, Any, Any]] = []

    def states(self) -> Iterator[float]:
        seen = {place: self._follower.see(self._run.image(place)) for place in set(self._order)}
        static = {
            place: self._confusion(self._follower.labels(state), place)
            for place, state in seen.items()
        }
        state = seen[self._order[0]]
        own, base = self._empty(), self._empty()
        number = 0
        while True:
            place = self._order[number % len(self._order)]
            if number:
                state = self._follower.follow(seen[place], state)
            strength = self._follower.strength(state)
            yield strength
            own = own + self._confusion(self._follower.labels(state), place)
            base = base + static[place]
            number += 1
            if number % WINDOW == 0:
                self._windows.append((number, own, base))
                own, base = self._empty(), self._empty()

    def scores(self) -> dict[str, Any]:
        """The mIoU of every whole window that was played."""
        return {
            "window_ends": [end for end, _, _ in self._windows],
            "miou": [miou_percent(own) for _, own, _ in self._windows],
            "static": [miou_percent(base) for _, _, base in self._windows],
        }

    def _confusion(self, labels: Labels, place: int) -> Any:
        return frame_confusion(labels, self._run.truth(place), num_classes=self._classes)

    def _empty(self) -> Any:
        return empty_confusion(self._classes)


def _short(value: float) -> float:
    return float(f"{value:.4g}")
