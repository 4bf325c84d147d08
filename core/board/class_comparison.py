"""Rows of one setting class by class: IoU with intervals, and what is taken for what."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.board.comparison import OTHER_SETTING, Comparison, Standing, Verdict, against
from core.metrics.difference import Difference
from core.metrics.statistics import spread

ABSENT = "the ground truth never has this class"
OTHER_CLASSES = "it was judged on other classes"
NO_CONFUSION = "its evaluations kept no confusion matrix"


@dataclass(frozen=True)
class ClassLine:
    """The IoU of one class, in percent, of all rows.

    Attributes:
        name: The class.
        share: Its share of the scored pixels of the ground truth, in percent.
        standings: One per row.
    """

    name: str
    share: float
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Shift:
    """How much oftener or rarer one class is taken for another than in the base.

    Attributes:
        truth: The class that the pixels have.
        predicted: The class they are given.
        before: Percent of the pixels of the class, in the base.
        after: The same in the other row.
        of_all: What changed, as percent of all scored pixels.
        difference: `after - before`, in points, with its interval.
        verdict: Fewer mistakes are better.
    """

    truth: int
    predicted: int
    before: float
    after: float
    of_all: float
    difference: Difference
    verdict: Verdict


@dataclass(frozen=True)
class ConfusionChange:
    """The confusion of one row minus that of the base, means over seeds.

    Attributes:
        place: The row's place in the comparison.
        classes: The names of the classes.
        before: (K, K) of the base, rows = truth, percent of the true class.
        change: (K, K) of the row minus `before`, in points.
        shifts: Every mistake that changed, the most points first.
    """

    place: int
    classes: tuple[str, ...]
    before: NDArray[np.float64]
    change: NDArray[np.float64]
    shifts: tuple[Shift, ...]


def no_classes(comparison: Comparison, place: int) -> str:
    """Why the row there has no scores of classes beside the base's; empty where it has."""
    base, other = comparison.base_contender, comparison.contenders[place]
    if other.no_classes:
        return other.no_classes
    if not comparison.is_alike(place):
        return OTHER_SETTING
    return "" if not base.classes or base.classes == other.classes else OTHER_CLASSES


def class_lines(comparison: Comparison) -> list[ClassLine]:
    """One line per class of the base, in the order of the class ids; empty where it has none."""
    base = comparison.base_contender
    if base.no_classes:
        return []
    shares = base.class_shares()
    known = dict(zip(base.classes, shares, strict=True)) if len(shares) else {}
    return [
        ClassLine(
            name,
            float(known.get(name, 0.0)),
            tuple(
                _class_standing(comparison, place, name)
                for place in range(len(comparison.contenders))
            ),
        )
        for name in base.classes
    ]


def no_confusion(comparison: Comparison, place: int) -> str:
    """Why the row there has no confusion to set against the base's; empty where it has."""
    for each in (comparison.base, place):
        why = no_classes(comparison, each)
        if why:
            return why
        if not comparison.contenders[each].confusions():
            return NO_CONFUSION
    return ""


def confusion_change(comparison: Comparison, place: int) -> ConfusionChange | None:
    """What the row there takes for what, minus the base; None where either was not judged so."""
    if no_confusion(comparison, place):
        return None
    base, other = comparison.base_contender, comparison.contenders[place]
    before, after = base.confusions(), other.confusions()
    mean = np.mean([matrix for _, matrix in before], axis=0)
    change = np.mean([matrix for _, matrix in after], axis=0) - mean
    shares = base.class_shares()
    order = np.dstack(np.unravel_index(np.argsort(-np.abs(change), axis=None), change.shape))[0]
    shifts = []
    for t, p in ((int(t), int(p)) for t, p in order if t != p and change[t, p] != 0):
        found, verdict = against(
            [(seed, float(matrix[t, p])) for seed, matrix in before],
            [(seed, float(matrix[t, p])) for seed, matrix in after],
            better="lower",
        )
        shifts.append(
            Shift(
                truth=t,
                predicted=p,
                before=float(mean[t, p]),
                after=float(mean[t, p] + change[t, p]),
                of_all=float(change[t, p] * shares[t] / 100),
                difference=found,
                verdict=verdict,
            )
        )
    return ConfusionChange(place, base.classes, mean, change, tuple(shifts))


def _class_standing(comparison: Comparison, place: int, name: str) -> Standing:
    contender, is_base = comparison.contenders[place], place == comparison.base
    why_not = no_classes(comparison, place)
    values = [] if why_not else contender.class_values(name)
    found = spread([value for _, value in values])
    alone = Standing(
        mean=found.mean,
        interval=None if found.low is None or found.high is None else (found.low, found.high),
        seeds=found.count,
        missing="" if values else why_not or ABSENT,
    )
    first = comparison.base_contender.class_values(name)
    if is_base:
        return replace(alone, verdict="base")
    if not values or not first:
        return alone
    gap, verdict = against(first, values, better="higher")
    return replace(alone, difference=gap, verdict=verdict, reason=gap.reason or "")
