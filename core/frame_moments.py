"""One frame for each moment of a video: what flickers does so in many frames of the same second."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.frame_document import RankedFrame

REACH = 0.5
"""Seconds on either side that are the same moment: a second in all."""

_FPS = 15.0  # where nobody knows when frames were filmed


@dataclass(frozen=True)
class Moment:
    """The worst frame of a moment, and how many others of it stand behind."""

    worst: RankedFrame
    neighbours: int = 0


def moments(
    ranked: Sequence[RankedFrame], filmed: Callable[[RankedFrame], float | None]
) -> list[Moment]:
    """The frames that are the worst of the second around them, in the order given.

    Args:
        ranked: Frames, the worst first.
        filmed: When a frame was filmed, in seconds on the clock of its sequence; None if unknown.
    """
    chosen: list[tuple[RankedFrame, float]] = []
    behind: list[int] = []
    for each in ranked:
        known = filmed(each)
        at = each.frame.position / _FPS if known is None else known
        place = next((n for n, one in enumerate(chosen) if _is_near(one, each, at)), None)
        if place is None:
            chosen.append((each, at))
            behind.append(0)
        else:
            behind[place] += 1
    return [Moment(each, n) for (each, _), n in zip(chosen, behind, strict=True)]


def _is_near(one: tuple[RankedFrame, float], other: RankedFrame, at: float) -> bool:
    frame, its = one
    is_same = frame.evaluation.id == other.evaluation.id
    return is_same and frame.frame.sequence == other.frame.sequence and abs(its - at) <= REACH
