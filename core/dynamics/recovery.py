"""Cut recovery: how long a model takes after a jump to another scene."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from core.dynamics.percent import miou_percent
from core.dynamics.protocol import PAST
from core.dynamics.run import Run
from core.errors import DyncellError
from core.metrics.accuracy import empty_confusion, frame_confusion
from core.metrics.joint_counts import Confusion
from core.video.clip import Labels, Rgb

WITHIN = 1.0
"""Points of mIoU below the static network at which a model has recovered."""

Place = tuple[int, int]
"""A frame: number of the run, position in it."""


class Stream(Protocol):
    """A model as it is used: it labels the frames of one stream in order."""

    def start(self) -> None:
        """The next frame begins a new stream."""

    def label(self, image: Rgb) -> Labels:
        """Class ids of the dataset, (H, W) uint8."""

    @property
    def is_key(self) -> bool:
        """Whether the last frame was a key frame."""


@dataclass(frozen=True)
class Splice:
    """Two stretches of video, one after the other.

    Attributes:
        before: The frames before the cut.
        after: The frames from the cut on, all of them judged.
    """

    before: tuple[Place, ...]
    after: tuple[Place, ...]


def splices(runs: Sequence[Run], *, horizon: int, most: int, phases: int = 1) -> tuple[Splice, ...]:
    """Cuts spread evenly over the judged frames; what comes before one is far from it.

    Args:
        runs: Videos with ground truth.
        horizon: Frames after the first one behind a cut.
        most: How many cuts at most.
        phases: The key interval: so many different numbers of frames, `PAST` and more, come before
            cuts by turns, so that a cut comes at every distance to a key frame.

    Raises:
        DyncellError: The videos are too short for any.
    """
    longest = PAST + phases - 1
    ends = [(r, n) for r, run in enumerate(runs) for n in range(longest - 1, run.length)]
    found = []
    for place, (r, begin) in enumerate(_begins(runs, horizon=horizon, most=most)):
        after = tuple((r, begin + offset) for offset in range(horizon + 1))
        end = _far(ends, (r, begin), longest=longest, horizon=horizon)
        if end is not None:
            length = PAST + place % phases
            before = tuple((end[0], end[1] - n) for n in reversed(range(length)))
            found.append(Splice(before, after))
    if not found:
        raise DyncellError(
            f"The videos are too short for a cut: {horizon + 1} judged frames in a row are "
            f"needed, and {longest} frames elsewhere to come before them."
        )
    return tuple(found)


def recovery_curve(
    model: Stream,
    cuts: Sequence[Splice],
    runs: Sequence[Run],
    *,
    static: Callable[[Place], Confusion],
    num_classes: int,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Judges a model behind cuts, frame by frame, pooled over the cuts.

    Args:
        model: The model.
        cuts: Where to cut.
        runs: What the places of the cuts mean.
        static: The (K, K) confusion of the static network at a place.
        num_classes: K.
        tell: Called after every frame; may raise to stop.

    Returns:
        `offsets` from the first frame behind a cut, 0; for each the `miou` and that of the `static`
        network on the same frames, in percent; `frames`, the first offset at which the model is
        within `WITHIN` points of it, None where it never is; `found`, how many of the `splices`
        cuts became a key frame at once.
    """
    horizon = len(cuts[0].after)
    own: list[Confusion] = [empty_confusion(num_classes) for _ in range(horizon)]
    always: list[Confusion] = [empty_confusion(num_classes) for _ in range(horizon)]
    found = 0
    for cut in cuts:
        model.start()
        for r, number in cut.before:
            model.label(runs[r].image(number))
            tell()
        for offset, (r, number) in enumerate(cut.after):
            labels, truth = model.label(runs[r].image(number)), runs[r].truth(number)
            found += offset == 0 and model.is_key
            own[offset] += frame_confusion(labels, truth, num_classes=num_classes)
            always[offset] += static((r, number))
            tell()
    miou, base = ([miou_percent(each) for each in counts] for counts in (own, always))
    recovered = (
        offset
        for offset, (a, b) in enumerate(zip(miou, base, strict=True))
        if a is not None and b is not None and a >= b - WITHIN
    )
    return {
        "offsets": list(range(horizon)),
        "miou": miou,
        "static": base,
        "frames": next(recovered, None),
        "found": found,
        "splices": len(cuts),
    }


def _begins(runs: Sequence[Run], *, horizon: int, most: int) -> Iterator[Place]:
    """Evenly spread frames that have `horizon` judged ones behind them."""
    possible = [
        (r, n) for r, run in enumerate(runs) for n in run.judged if n + horizon in run.judged
    ]
    count = min(most, len(possible))
    for number in range(count):
        yield possible[number * len(possible) // count]


def _far(ends: Sequence[Place], begin: Place, *, longest: int, horizon: int) -> Place | None:
    """Half of all frames away; None where what lies there touches what comes behind the cut."""
    if not ends:
        return None
    nearest = next((at for at, place in enumerate(ends) if place >= begin), 0)
    run, number = ends[(nearest + len(ends) // 2) % len(ends)]
    is_apart = (
        run != begin[0] or number < begin[1] - longest or number - longest >= begin[1] + horizon
    )
    return (run, number) if is_apart else None
