"""The Pareto front of a search over the objectives it was started with, and what it reaches."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.pareto import Point, hypervolume, pareto_front, reference_point, static_macs
from core.search.config import Objective, SearchConfig
from core.search_records import Trial
from core.search_summary import SearchSummary

COSTS: tuple[Objective, ...] = ("macs", "latency")
"""Objectives of which less is better: shares of what the static network needs."""


@dataclass(frozen=True)
class SearchFront:
    """Cells as points of several objectives.

    Attributes:
        objectives: What the coordinates are.
        reference: Where the hypervolume is measured from; one gain per objective.
        device: The device whose latencies are compared; empty where latency is no objective.
        trials: Those with a result in all objectives, each genotype once.
        gains: Per trial one gain per objective: accuracy and stability in 0..1, costs as minus the
            share of the static network's.
        members: Indices of those that none beats.
        volume: What they reach together, in percent of what is between the reference and a cell
            that is always right and costs nothing.
        left_out: Different cells with a reward but without a latency on that device.
    """

    objectives: tuple[Objective, ...]
    reference: Point
    device: str
    trials: tuple[Trial, ...]
    gains: tuple[Point, ...]
    members: tuple[int, ...]
    volume: float
    left_out: int

    def shown(self, point: int | None, objective: Objective) -> float:
        """A coordinate in percent, as people read it: a cost is above 0.

        Args:
            point: Index of the trial; None = the reference.
            objective: Which coordinate.
        """
        gains = self.reference if point is None else self.gains[point]
        share = gains[self.objectives.index(objective)]
        return -100 * share if objective in COSTS else 100 * share


def latency_devices(found: Iterable[Trial]) -> list[str]:
    """The devices that frames of these trials were timed on, the one of most trials first."""
    counted = Counter(
        str(trial.result["latency_device"]) for trial in found if trial.result.get("latency_ms")
    )
    return [device for device, _ in counted.most_common()]


def search_fronts(
    together: Sequence[SearchSummary], *, device: str | None = None
) -> list[SearchFront]:
    """The fronts of a search and its twins over the same objectives, on the same device.

    Args:
        together: The search, then its twins.
        device: The device whose latencies are compared; that of most trials when None.
    """
    config = SearchConfig.from_dict(together[0].search.config)
    chosen = ""
    if "latency" in config.objectives:
        known = latency_devices(trial for each in together for trial in each.trials)
        chosen = device or next(iter(known), "")
    return [_front(each, config, chosen) for each in together]


def _front(summary: SearchSummary, config: SearchConfig, device: str) -> SearchFront:
    rewarded: dict[str, Trial] = {}
    for trial in summary.trials:
        if trial.reward is not None:
            rewarded.setdefault(trial.key, trial)
    macs = static_macs(summary.search.prepared)
    measured = [
        (trial, _gains(trial, config.objectives, macs, device)) for trial in rewarded.values()
    ]
    points = [(trial, found) for trial, found in measured if found is not None]
    gains = tuple(found for _, found in points)
    reference = reference_point(config.cell, config.objectives)
    ideal = [0.0 if each in COSTS else 1.0 for each in config.objectives]
    return SearchFront(
        config.objectives,
        reference,
        device,
        tuple(trial for trial, _ in points),
        gains,
        tuple(pareto_front(gains)),
        100 * hypervolume(gains, reference) / hypervolume([ideal], reference),
        len(rewarded) - len(points),
    )


def _gains(
    trial: Trial, objectives: Sequence[Objective], macs: int | None, device: str
) -> Point | None:
    """None where one of them was not measured, or elsewhere."""
    result = trial.result
    found: dict[Objective, float | None] = {
        "accuracy": result.get("accuracy"),
        "stability": result.get("stability"),
        "macs": -result["macs"] / macs if macs and result.get("macs") else None,
        "latency": None,
    }
    if result.get("latency_ms") and result["latency_device"] == device:
        found["latency"] = -result["latency_ms"] / result["static_ms"]
    gains = [found[each] for each in objectives]
    known = [float(gain) for gain in gains if gain is not None]
    return tuple(known) if len(known) == len(gains) else None
