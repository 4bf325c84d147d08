"""TVacc: is a moving point labelled right in all frames in which it is seen?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.metrics.motion import Match
from core.palette import IGNORE

LENGTHS = (8, 16)
"""Lengths of the trajectories in frames that are shown."""

LONGEST = 255
"""The longest trajectory: a run of up to 255 frames fits the maps."""


@dataclass(frozen=True)
class TrajectoryScores:
    """Shares in 0..1 by length n; None where no trajectory was that long, with the reason.

    Attributes:
        tvacc: TVacc_n, share of the trajectories that are labelled right in all n frames.
        trajectories: How many trajectories of n frames there were.
        reasons: Why scores are None, by n.
    """

    tvacc: dict[int, float | None]
    trajectories: dict[int, int]
    reasons: dict[int, str]


class TrajectoryAccuracy:
    """Follows every point along exact motion; holds two (H, W) maps, however long the paths.

    A trajectory of n frames ends at one pixel of a frame's grid and is followed backwards, frame
    by frame, each time to the nearest pixel. It counts where that pixel shows the same surface in
    every step and has a class in every frame; every frame ends one window, and all trajectories
    of all windows are pooled. Visibility is tested in every step, so a path rounded to pixels
    stays on its surface; how far it strays along it is measured in docs/MEASUREMENTS.md.

    Args:
        lengths: Lengths n in frames, 1..255.
    """

    def __init__(self, lengths: Sequence[int] = LENGTHS) -> None:
        if not lengths or not all(1 <= length <= LONGEST for length in lengths):
            raise ValueError(f"lengths {tuple(lengths)}; 1 to {LONGEST} frames are possible")
        self.lengths = tuple(lengths)
        self._seen: NDArray[np.uint8] | None = None
        self._right: NDArray[np.uint8] | None = None
        self._trajectories = dict.fromkeys(self.lengths, 0)
        self._correct = dict.fromkeys(self.lengths, 0)

    def start_sequence(self) -> None:
        """The next frame does not follow the last one: no trajectory spans the cut."""
        self._seen = self._right = None

    def update(
        self,
        prediction: NDArray[np.uint8],
        target: NDArray[np.uint8],
        match: Match | None,
    ) -> None:
        """Adds the next frame.

        Args:
            prediction: (H, W) class ids.
            target: (H, W) class ids, 255 = ignore.
            match: The exact way back to the frame before (`Match.exact`); None = a sequence begins.

        Raises:
            ValueError: The sizes do not fit.
        """
        if prediction.shape != target.shape:
            raise ValueError(f"prediction {prediction.shape} and target {target.shape} differ")
        if match is not None and match.valid.shape != target.shape:
            raise ValueError(f"motion of {match.valid.shape} for labels of {target.shape}")
        has_class = target != IGNORE
        self._seen = _longer(self._seen, match, has_class)
        self._right = _longer(self._right, match, has_class & (prediction == target))
        for length in self.lengths:
            self._trajectories[length] += int(np.count_nonzero(self._seen >= length))
            self._correct[length] += int(np.count_nonzero(self._right >= length))

    def compute(self) -> TrajectoryScores:
        """The scores of all trajectories so far."""
        return TrajectoryScores(
            tvacc={
                n: self._correct[n] / count if count else None
                for n, count in self._trajectories.items()
            },
            trajectories=dict(self._trajectories),
            reasons={
                n: f"no point is seen, with a class and known motion, for {n} frames in a row"
                for n, count in self._trajectories.items()
                if not count
            },
        )


def _longer(
    runs: NDArray[np.uint8] | None, match: Match | None, holds: NDArray[np.bool_]
) -> NDArray[np.uint8]:
    """How many frames in a row, this one last, something has held along each pixel's path."""
    if runs is None or match is None:
        return holds.astype(np.uint8)
    if runs.shape != holds.shape:
        raise ValueError(f"labels of {holds.shape} follow labels of {runs.shape}")
    before = np.minimum(runs, LONGEST - 1).take(match.source)
    return (before * match.valid + np.uint8(1)) * holds
