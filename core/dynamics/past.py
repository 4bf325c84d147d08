"""Use of the past: what a full cell loses when the frame before is replaced by this one."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from core.dynamics.follower import Follower, State
from core.dynamics.percent import miou_percent
from core.dynamics.protocol import PAST
from core.dynamics.run import Run
from core.errors import DyncellError
from core.metrics.accuracy import empty_confusion, frame_confusion

LEAST_USE = 0.2
"""Points of mIoU under which a cell does not use the past."""

WHY_NOT = {
    "baseline": "A baseline has no cell whose inputs could be replaced.",
    "static": "A static network has no past to use: it labels every frame alone.",
    "copy": "The copy baseline is nothing but past: it keeps the key frame's labels.",
    "light": "A light cell needs the past on every frame, since it does not run the deep encoder "
    "that would take its place; so the past cannot be replaced by the frame itself.",
}
"""Why it is not asked of other models than full cells."""


def past_use(
    follower: Follower[State],
    runs: Sequence[Run],
    *,
    num_classes: int,
    key_interval: int,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Judges a full cell with its past, and with every input of t-1 replaced by the same of t.

    Args:
        follower: The model.
        runs: Videos with ground truth.
        num_classes: K.
        key_interval: Every how many frames it restarts, 0 = never; key frames are not judged.
        tell: Called after every frame that was passed; may raise to stop.

    Returns:
        `miou` with the past and `replaced` without, in percent; `use`, the difference in points;
        `uses_past`, whether it is at least `LEAST_USE`; `frames`.

    Raises:
        DyncellError: It is no full cell, no frame has a past, or the state is no number.
    """
    if follower.model_class != "full":
        raise DyncellError(WHY_NOT[follower.model_class])
    own, alone, frames = empty_confusion(num_classes), empty_confusion(num_classes), 0
    for run in runs:
        state: State | None = None
        since = 0
        start = max(0, run.judged.start - PAST) if run.judged else run.judged.stop
        for number in range(start, run.judged.stop):
            seen = follower.see(run.image(number))
            if state is None or 0 < key_interval <= since + 1:
                state, since = seen, 0
            else:
                state, since = follower.follow(seen, state), since + 1
                if not math.isfinite(follower.strength(state)):
                    raise DyncellError("The cell's state is no number any more (NaN).")
                if number in run.judged:
                    truth, frames = run.truth(number), frames + 1
                    own += frame_confusion(follower.labels(state), truth, num_classes=num_classes)
                    without = follower.labels(follower.follow(seen, seen))
                    alone += frame_confusion(without, truth, num_classes=num_classes)
            tell()
    miou, replaced = miou_percent(own), miou_percent(alone)
    if miou is None or replaced is None:
        raise DyncellError("No judged frame has a frame before it; choose more frames.")
    use = round(miou - replaced, 4)
    return {
        "miou": miou,
        "replaced": replaced,
        "use": use,
        "uses_past": use >= LEAST_USE,
        "frames": frames,
    }
