"""A row of the leaderboard with all that a comparison looks at: runs, scores of classes, cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.board.row import Row, runs_with
from core.board.run import Run
from core.genotype import Genotype
from core.metrics.difference import SeedValue

NOT_JUDGED_IN_ONE_WAY = "its evaluations are about different classes"
NO_EVALUATION = "a trial of a search has no evaluation: only its pooled numbers were kept"
NOT_JUDGED = "it has not been judged on a dataset yet"
NO_SCORES = "the evaluations it was made of are gone"


@dataclass(frozen=True)
class SeedScores:
    """The scores of one counted run: `Evaluation.scores`, with its seed and where they lie."""

    seed: int | None
    evaluation_id: str
    scores: Mapping[str, Any]


@dataclass(frozen=True)
class SeedCurve:
    """MIoU by the distance to the last key frame, of one counted run.

    Attributes:
        seed: Its seed.
        d: Distances in frames, 0, 1, ...
        miou: In percent; None where the state was no number any more.
    """

    seed: int | None
    d: tuple[int, ...]
    miou: tuple[float | None, ...]


@dataclass(frozen=True)
class Contender:
    """A row in a comparison.

    Attributes:
        row: The row.
        runs: Its counted runs, the newest first.
        scores: The scores of those that were evaluated.
        curves: mIoU@d of those whose behaviour over time was measured on the same frames.
        no_curve: Why measuring would give none; empty where there are curves, or may be some day.
        genotype: The cell; None without one.
        no_genotype: Why there is none; empty where there is one.
    """

    row: Row
    runs: tuple[Run, ...]
    scores: tuple[SeedScores, ...] = ()
    curves: tuple[SeedCurve, ...] = ()
    no_curve: str = ""
    genotype: Genotype | None = None
    no_genotype: str = ""

    def values(self, metric: str) -> list[SeedValue]:
        """What counts of a metric, by seed; empty where the row shows no mean."""
        if metric not in self.row.means:
            return []
        return [(run.seed, run.values[metric]) for run in runs_with(self.runs, metric)]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that all its evaluations are about; empty where there are none."""
        named = {tuple(map(str, each.scores.get("classes_list") or ())) for each in self.scores}
        return named.pop() if len(named) == 1 else ()

    @property
    def no_classes(self) -> str:
        """Why there are no scores of single classes; empty where there are."""
        if self.classes:
            return ""
        if self.row.texts["kind"] == "trial":
            return NO_EVALUATION
        if not self.row.texts["setting"]:
            return NOT_JUDGED
        return NOT_JUDGED_IN_ONE_WAY if self.scores else NO_SCORES

    def class_values(self, name: str) -> list[SeedValue]:
        """The IoU of a class in percent, by seed; empty where the ground truth lacks it."""
        found = [(each.seed, (each.scores.get("classes") or {}).get(name)) for each in self.scores]
        return [(seed, float(value)) for seed, value in found if value is not None]

    def confusions(self) -> list[tuple[int | None, NDArray[np.float64]]]:
        """(K, K) confusion in percent of the true class, by seed; NaN-free: empty rows are 0."""
        found = [(each.seed, each.scores.get("confusion")) for each in self.scores]
        return [(seed, _shares(counts)) for seed, counts in found if counts]

    def class_shares(self) -> NDArray[np.float64]:
        """(K,) percent of the scored pixels that each class has in the ground truth."""
        counts: Any = next(filter(None, (each.scores.get("confusion") for each in self.scores)), [])
        pixels: NDArray[np.float64] = np.asarray([sum(row) for row in counts], np.float64)
        return np.asarray(100 * pixels / max(1.0, pixels.sum()))


def _shares(counts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    pixels = np.asarray(counts, np.float64)
    shares: NDArray[np.float64] = 100 * pixels / np.maximum(1.0, pixels.sum(axis=1, keepdims=True))
    return shares
