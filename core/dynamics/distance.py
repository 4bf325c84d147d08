"""mIoU by the distance to the last key frame, every frame being a beginning."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.dynamics.follower import Follower, State
from core.dynamics.percent import miou_percent
from core.dynamics.protocol import NO_DISTANCE_OF_RULES
from core.dynamics.run import Run
from core.errors import DyncellError
from core.metrics.accuracy import empty_confusion, frame_confusion
from core.metrics.joint_counts import Confusion

LOST = "The cell's state is no number any more (NaN) from {distance} frames after a key frame on."


def distance_curve(
    follower: Follower[State],
    runs: Sequence[Run],
    *,
    num_classes: int,
    farthest: int,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Follows the streams that begin at every frame, all of them at once, without restarts.

    At a judged frame t the stream that began at t - d is at distance d. So every distance is judged
    on the same frames, wherever there are `farthest` frames before the first one.

    Args:
        follower: The model.
        runs: Videos with ground truth.
        num_classes: K of the ground truth.
        farthest: The largest distance.
        tell: Called after every frame that was passed; may raise to stop.

    Returns:
        `d`, the distances from 0 on; for each, in percent, `miou` (None where the state was no
        number), `static` (the static network at every frame), `copy` (the key frame's labels,
        kept), all on the same `frames` frames; `min`, the least, first reached at `min_at`;
        `mean`, over all distances; `note`, empty or a sentence.

    Raises:
        DyncellError: There is nothing to judge, the static network gives no numbers, or the model
            is a baseline.
    """
    if follower.model_class == "baseline":
        raise DyncellError(f"{NO_DISTANCE_OF_RULES[0].upper()}{NO_DISTANCE_OF_RULES[1:]}.")
    tally = _Tally(num_classes, farthest)
    follows = follower.model_class in ("light", "full")
    for run in runs:
        if not run.judged:
            continue
        streams: list[State | None] = []
        keys: list[Any] = []
        for number in range(max(0, run.judged.start - farthest), run.judged.stop):
            seen = follower.see(run.image(number))
            before = streams[:farthest] if follows else []
            streams = [seen, *(_followed(follower, seen, stream) for stream in before)]
            keys = [follower.labels(seen), *keys[:farthest]]
            if number in run.judged:
                truth = run.truth(number)
                always, *_ = copied = [
                    frame_confusion(kept, truth, num_classes=num_classes) for kept in keys
                ]
                for distance in range(len(keys)):
                    own: Confusion | None = always if follower.model_class == "static" else None
                    if distance == 0 or follower.model_class == "copy":
                        own = copied[distance]
                    elif follows and (stream := streams[distance]) is not None:
                        labels = follower.labels(stream)
                        own = frame_confusion(labels, truth, num_classes=num_classes)
                    tally.add(distance, own, always, copied[distance])
            tell()
    return tally.document()


def _followed(follower: Follower[State], seen: State, stream: State | None) -> State | None:
    """The stream's next state; None once it is no number."""
    if stream is None:
        return None
    after = follower.follow(seen, stream)
    return after if math.isfinite(follower.strength(after)) else None


class _Tally:
    """Confusions by distance: of the model, of the static network, and of kept labels."""

    def __init__(self, num_classes: int, farthest: int) -> None:
        shape = (3, farthest + 1)
        self._counts = np.zeros((*shape, *empty_confusion(num_classes).shape), np.int64)
        self._frames = [0] * (farthest + 1)
        self._lost: set[int] = set()

    def add(self, distance: int, own: Confusion | None, always: Confusion, kept: Confusion) -> None:
        self._frames[distance] += 1
        if own is None:
            self._lost.add(distance)
        else:
            self._counts[0, distance] += own
        self._counts[1, distance] += always
        self._counts[2, distance] += kept

    def document(self) -> dict[str, Any]:
        reached = [distance for distance, frames in enumerate(self._frames) if frames]
        own, static, copy = (
            [miou_percent(counts[distance]) for distance in reached] for counts in self._counts
        )
        if not reached or all(value is None for value in static):
            raise DyncellError("No pixel of the chosen frames has a class; choose other frames.")
        own = [None if at in self._lost else own[at] for at in reached]
        known = {at: value for at, value in enumerate(own) if value is not None}
        least = min(known, key=lambda at: known[at])
        return {
            "d": reached,
            "miou": own,
            "static": static,
            "copy": copy,
            "frames": [self._frames[distance] for distance in reached],
            "min": known[least],
            "min_at": least,
            "mean": round(sum(known.values()) / len(known), 4),
            "note": LOST.format(distance=min(self._lost)) if self._lost else "",
        }
