"""MIoU by the distance to the last key frame of the compared rows, as means over seeds."""

from dataclasses import dataclass

from core.board.class_comparison import no_classes
from core.board.comparison import Comparison
from core.metrics.statistics import spread

NOT_MEASURED = "its behaviour over time was not measured on the frames it was judged on"


@dataclass(frozen=True)
class DistanceCurve:
    """MIoU@d of one row, in percent.

    Attributes:
        d: Distances to the last key frame, in frames.
        miou: The mean over seeds; None where a seed's state was no number any more.
        low: Lower ends of the 95% intervals; None with fewer than two seeds.
        high: Upper ends.
        seeds: How many seeds were measured.
    """

    d: tuple[int, ...]
    miou: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    seeds: int

    @property
    def least(self) -> tuple[int, float] | None:
        """The distance with the lowest mean, and that mean; None where there is none."""
        known = [
            (value, d) for d, value in zip(self.d, self.miou, strict=True) if value is not None
        ]
        return (min(known)[1], min(known)[0]) if known else None

    @property
    def mean(self) -> float | None:
        """The mean over all distances; None where one is missing."""
        known = [value for value in self.miou if value is not None]
        return sum(known) / len(known) if known and len(known) == len(self.miou) else None


def no_curve(comparison: Comparison, place: int) -> str:
    """Why the row there has no curve beside the base's; empty where it has."""
    why_not = no_classes(comparison, place)
    if why_not:
        return why_not
    contender = comparison.contenders[place]
    return "" if contender.curves else contender.no_curve or NOT_MEASURED


def distance_curve(comparison: Comparison, place: int) -> DistanceCurve | None:
    """The curve of the row there; None where it has none beside the base's."""
    if no_curve(comparison, place):
        return None
    curves = comparison.contenders[place].curves
    distances = curves[0].d
    alike = [curve for curve in curves if curve.d == distances]
    spreads = []
    for number in range(len(distances)):
        values = [curve.miou[number] for curve in alike]
        known = [value for value in values if value is not None]
        spreads.append(spread(known if len(known) == len(values) else []))
    return DistanceCurve(
        distances,
        tuple(each.mean for each in spreads),
        tuple(each.low for each in spreads),
        tuple(each.high for each in spreads),
        len(alike),
    )
