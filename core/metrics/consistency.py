"""Video consistency: do labels stay put where the ground truth does, for n frames in a row?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.palette import IGNORE

WINDOWS = (8, 16)
"""Lengths of the windows in frames that are shown."""

LONGEST = 256
"""The longest window: an age of up to 255 fits the maps."""


@dataclass(frozen=True)
class WindowTotals:
    """Sums over the windows of one length.

    Attributes:
        windows: Windows in which some pixel's label is constant.
        constant: Sum of their shares of such pixels whose prediction is constant too.
        correct: Sum of their shares of such pixels that are right in every frame.
    """

    windows: int = 0
    constant: float = 0.0
    correct: float = 0.0


@dataclass(frozen=True, eq=False)
class LastFrame:
    """What the next frame is compared with: four (H, W) uint8 maps, however long the windows.

    Attributes:
        target: Labels of the frame.
        prediction: Prediction of the frame.
        label_age: Frames for which the label had been what it is, 0 = new; 0 on void.
        pair_age: The same for the pair of label and prediction.
    """

    target: NDArray[np.uint8]
    prediction: NDArray[np.uint8]
    label_age: NDArray[np.uint8]
    pair_age: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class ConsistencyState:
    """The sums so far and the last frame; its size never grows.

    Attributes:
        lengths: The window lengths n, 2..256.
        totals: Sums per length; none at first.
        last: The frame before; None where a sequence begins.
    """

    lengths: tuple[int, ...] = WINDOWS
    totals: tuple[WindowTotals, ...] = ()
    last: LastFrame | None = None

    def __post_init__(self) -> None:
        if not self.lengths or not all(2 <= length <= LONGEST for length in self.lengths):
            raise ValueError(f"window lengths {self.lengths}; 2 to {LONGEST} frames are possible")
        if not self.totals:
            object.__setattr__(self, "totals", (WindowTotals(),) * len(self.lengths))


@dataclass(frozen=True)
class ConsistencyScores:
    """Shares in 0..1 by window length n; None where there was no window, with the reason.

    Attributes:
        vc: VC_n, mean over windows of the share of pixels with a constant label whose prediction
            is constant too.
        vcacc: VCacc_n, the same where the prediction also equals the label in all n frames.
        windows: How many windows the means are over.
        reasons: Why scores are None, by n.
    """

    vc: dict[int, float | None]
    vcacc: dict[int, float | None]
    windows: dict[int, int]
    reasons: dict[int, str]


def update_consistency(
    state: ConsistencyState, prediction: NDArray[np.uint8], target: NDArray[np.uint8]
) -> ConsistencyState:
    """Adds the next frame of one sequence and returns the new state.

    A pixel belongs to a window where it has one and the same class in all its frames: a pixel that
    is void in any of them is left out. A label that has been the same for n frames, and a pair of
    label and prediction that has, are all that a window asks for, so ages are enough.

    Args:
        state: The state after the frames before; not changed.
        prediction: (H, W) class ids.
        target: (H, W) class ids, 255 = ignore; of one size throughout the sequence.

    Raises:
        ValueError: The shapes differ from each other or from the frame before.
    """
    if prediction.shape != target.shape:
        raise ValueError(f"prediction {prediction.shape} and target {target.shape} differ")
    new = _aged(state.last, prediction, target)
    right_age = new.pair_age * (prediction == target)
    totals = tuple(
        _add_window(total, length, frame=new, right_age=right_age)
        for length, total in zip(state.lengths, state.totals, strict=True)
    )
    return replace(state, totals=totals, last=new)


def restart_consistency(state: ConsistencyState) -> ConsistencyState:
    """The state before the first frame of another sequence: no window spans the cut."""
    return replace(state, last=None)


def compute_consistency(state: ConsistencyState) -> ConsistencyScores:
    """The scores of a state."""
    pairs = dict(zip(state.lengths, state.totals, strict=True))
    return ConsistencyScores(
        vc={n: t.constant / t.windows if t.windows else None for n, t in pairs.items()},
        vcacc={n: t.correct / t.windows if t.windows else None for n, t in pairs.items()},
        windows={n: t.windows for n, t in pairs.items()},
        reasons={
            n: f"no pixel keeps one class for {n} labelled frames in a row"
            for n, t in pairs.items()
            if not t.windows
        },
    )


class VideoConsistency:
    """Accumulates frames; holds a `ConsistencyState` and nothing else.

    Definition: VC_n of Miao et al., "VSPW", CVPR 2021, with the windows' shares averaged.

    Args:
        lengths: Window lengths n in frames.
    """

    def __init__(self, lengths: Sequence[int] = WINDOWS) -> None:
        self.state = ConsistencyState(lengths=tuple(lengths))

    def start_sequence(self) -> None:
        """The next frame does not follow the last one."""
        self.state = restart_consistency(self.state)

    def update(self, prediction: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
        """Adds the next frame, as `update_consistency` does."""
        self.state = update_consistency(self.state, prediction, target)

    def compute(self) -> ConsistencyScores:
        """The scores of all frames so far."""
        return compute_consistency(self.state)


def _aged(
    last: LastFrame | None, prediction: NDArray[np.uint8], target: NDArray[np.uint8]
) -> LastFrame:
    # The caller may reuse its arrays for the next frame.
    target, prediction = target.copy(), prediction.copy()
    if last is None:
        nothing = np.zeros(target.shape, np.uint8)
        return LastFrame(target, prediction, nothing, nothing)
    if last.target.shape != target.shape:
        raise ValueError(f"labels of {target.shape} follow labels of {last.target.shape}")
    same_label = (target == last.target) & (target != IGNORE)
    same_pair = same_label & (prediction == last.prediction)
    return LastFrame(
        target, prediction, _older(last.label_age, same_label), _older(last.pair_age, same_pair)
    )


def _older(age: NDArray[np.uint8], same: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return (np.minimum(age, LONGEST - 2) + np.uint8(1)) * same


def _add_window(
    total: WindowTotals, length: int, *, frame: LastFrame, right_age: NDArray[np.uint8]
) -> WindowTotals:
    steps = length - 1
    pixels = int(np.count_nonzero(frame.label_age >= steps))
    if pixels == 0:
        return total
    return WindowTotals(
        windows=total.windows + 1,
        constant=total.constant + int(np.count_nonzero(frame.pair_age >= steps)) / pixels,
        correct=total.correct + int(np.count_nonzero(right_age >= steps)) / pixels,
    )
