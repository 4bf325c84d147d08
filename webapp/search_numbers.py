"""What the trials of a search say in numbers; plain data in and out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.genotype import COMBINES, INPUTS, OPS
from core.pareto import OBJECTIVES, Point, hypervolume, pareto_front, reference_point
from core.search.config import SearchConfig
from core.search.running_time import running_seconds
from core.search_records import Search, Trial, TrialState
from core.space import CellClass

Fate = Literal["done", "stopped", "shared", "failed"]
"""How a trial ended: trained to the end, stopped at a rung, with an equal one's result, not."""

FATES: tuple[Fate, ...] = ("done", "stopped", "shared", "failed")

Choice = Literal["ops", "combines", "inputs"]

_RECENT = 40  # trials that tell how fast a search is now
_DAY = 86400.0


def fate(trial: Trial) -> Fate | None:
    """How a trial ended; None while it has not."""
    if not trial.state.is_finished:
        return None
    if trial.state is TrialState.FAILED:
        return "failed"
    if trial.same_as is not None:
        return "shared"
    return "stopped" if trial.result.get("is_stopped") else "done"


def best_so_far(trials: Iterable[Trial]) -> tuple[list[int], list[float]]:
    """The incumbent: numbers of the finished trials, and the best reward up to each."""
    numbers, best = list[int](), list[float]()
    highest: float | None = None
    for trial in trials:
        if not trial.state.is_finished:
            continue
        if trial.reward is not None:
            highest = trial.reward if highest is None else max(highest, trial.reward)
        if highest is not None:
            numbers.append(trial.number)
            best.append(highest)
    return numbers, best


def best_cells(trials: Iterable[Trial], *, most: int) -> list[Trial]:
    """The trials with the highest rewards, each genotype once, the first of equals."""
    found: dict[str, Trial] = {}
    rewarded = [trial for trial in trials if trial.reward is not None]
    for trial in sorted(rewarded, key=lambda each: (-(each.reward or 0.0), each.number)):
        found.setdefault(trial.key, trial)
    return list(found.values())[:most]


def trials_per_hour(trials: Iterable[Trial]) -> float | None:
    """How fast trials end lately, while any runs; None where nobody knows yet.

    Trials that share a result count: they are part of what was ordered.
    """
    ended = [trial for trial in trials if trial.finished_at is not None]
    latest = sorted(ended, key=lambda trial: trial.finished_at or 0.0)[-_RECENT:]
    spent = running_seconds(
        (trial.started_at, trial.finished_at)
        for trial in latest
        if trial.started_at is not None and trial.finished_at is not None
    )
    return 3600 * len(latest) / spent if spent > 0 and len(latest) > 1 else None


def seconds_left(
    config: SearchConfig, trials: Sequence[Trial], *, ordered: int, rate: float | None
) -> float | None:
    """About how long a running search still takes; None where nobody knows yet.

    Args:
        config: What it was asked.
        trials: Its trials and its twin's.
        ordered: How many there shall be of both.
        rate: Trials per hour.
    """
    if rate is None:
        return None
    left = max(0, ordered - sum(trial.state.is_finished for trial in trials)) * 3600 / rate
    if config.hours is None:
        return left
    spans: dict[str, list[tuple[float, float]]] = {}
    for trial in trials:
        own = spans.setdefault(trial.search_id, [])
        if trial.started_at is not None and trial.finished_at is not None:
            own.append((trial.started_at, trial.finished_at))
    spent = min(map(running_seconds, spans.values()), default=0.0)  # each has the hours for itself
    return min(left, max(0.0, 3600 * config.hours - spent))


@dataclass(frozen=True)
class StageCost:
    """Seconds of work of one stage."""

    stage: str
    device: str
    seconds: float

    @property
    def is_gpu(self) -> bool:
        """Whether a GPU did it."""
        return self.device != "cpu"


def stage_costs(searches: Sequence[Search], trials: Iterable[Trial]) -> list[StageCost]:
    """Seconds of work by stage and device, of searches and their trials; equal ones cost once."""
    sums: Counter[tuple[str, str]] = Counter()
    for search in searches:
        for stage, seconds in search.stages.items():
            device = "cpu" if stage == "controller" else str(search.config["device"])
            sums[stage, device] += seconds  # type: ignore[assignment]
    for trial in trials:
        if trial.seconds <= 0:
            continue
        stages: dict[str, float] = trial.result.get("seconds") or {"failed": trial.seconds}
        for stage, seconds in stages.items():
            sums[stage, trial.device or "cpu"] += seconds  # type: ignore[assignment]
    return [StageCost(stage, device, seconds) for (stage, device), seconds in sums.items()]


def days(costs: Iterable[StageCost], *, is_gpu: bool) -> float:
    """Days of work on GPUs, or on processors."""
    return sum(cost.seconds for cost in costs if cost.is_gpu is is_gpu) / _DAY


def failures(trials: Iterable[Trial]) -> dict[str, int]:
    """How many trials failed, by cause."""
    causes = Counter(trial.cause for trial in trials if trial.state is TrialState.FAILED)
    return dict(sorted(causes.items()))


@dataclass(frozen=True)
class Frequencies:
    """How often each word is chosen, window after window.

    Attributes:
        windows: What each column is: `0-9`, ..., at last `best 10`.
        words: The rows.
        shares: Per word the share of each column in percent; a column adds up to 100.
    """

    windows: tuple[str, ...]
    words: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]


def frequencies(
    trials: Sequence[Trial], config: SearchConfig, choice: Choice, *, columns: int = 8
) -> Frequencies:
    """Which operations, combines or inputs are chosen in the course of a search, and by the best.

    Args:
        trials: In number order; at least one.
        config: The search.
        choice: What is counted.
        columns: Windows at most, of equal length.
    """
    length = max(5, -(-len(trials) // columns))
    groups = {
        f"{first}-{min(first + length, len(trials)) - 1}": list(trials[first : first + length])
        for first in range(0, len(trials), length)
    }
    best = best_cells(trials, most=10)
    if best:
        groups[f"best {len(best)}"] = best
    words = _words(config)[choice]
    counts = [
        Counter(word for t in group for word in _chosen(t, choice)) for group in groups.values()
    ]
    totals = [max(1, sum(each[word] for word in words)) for each in counts]
    shares = tuple(
        tuple(100 * each[word] / total for each, total in zip(counts, totals, strict=True))
        for word in words
    )
    return Frequencies(tuple(groups), words, shares)


@dataclass(frozen=True)
class ParetoPoints:
    """The trials as points of several objectives.

    Attributes:
        trials: Those with a measured result, each genotype once.
        gains: Per trial accuracy, stability and minus its share of the static network's MACs.
        front: Indices of those that none beats.
        volume: What they reach together, in percent of what is between the reference and a cell
            that is always right and costs nothing.
    """

    trials: tuple[Trial, ...]
    gains: tuple[Point, ...]
    front: tuple[int, ...]
    volume: float


def pareto_points(trials: Iterable[Trial], static_macs: int, cell: CellClass) -> ParetoPoints:
    """The Pareto front of trials over accuracy, stability and MACs, and its hypervolume."""
    measured: dict[str, Trial] = {}
    for trial in trials:
        if trial.reward is not None and trial.result.get("macs"):
            measured.setdefault(trial.key, trial)
    gains = tuple(_gains(trial.result, static_macs) for trial in measured.values())
    reference = reference_point(cell, OBJECTIVES)
    whole = hypervolume([(1.0, 1.0, 0.0)], reference)
    return ParetoPoints(
        tuple(measured.values()),
        gains,
        tuple(pareto_front(gains)),
        100 * hypervolume(gains, reference) / whole,
    )


def _gains(result: dict[str, Any], macs: int) -> Point:
    return float(result["accuracy"]), float(result["stability"]), -result["macs"] / macs


def _words(config: SearchConfig) -> dict[Choice, tuple[str, ...]]:
    inputs = tuple(name for name in INPUTS if config.cell != "light" or name != "high")
    return {"ops": OPS[config.space], "combines": COMBINES[config.space], "inputs": inputs}


def _chosen(trial: Trial, choice: Choice) -> list[str]:
    pick: dict[Choice, Callable[[dict[str, Any]], list[str]]] = {
        "ops": lambda node: [node["left_op"], node["right_op"]],
        "combines": lambda node: [node["combine"]],
        "inputs": lambda node: [str(node["left"]), str(node["right"])],
    }
    return [word for node in trial.genotype["nodes"] for word in pick[choice](node)]
