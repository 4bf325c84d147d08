"""A row of the leaderboard: runs that differ in their seed alone, and how sure their mean is."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.board.columns import METRICS, RATIO
from core.board.parts import PARTS
from core.board.run import Run
from core.metrics.ranking import COMPANION_KEYS, is_greyed, stands_still
from core.metrics.statistics import ENOUGH_SEEDS, spread

Json = dict[str, Any]

FLAGS = ("cell", "light", "baseline", "memoryless", "shipped", "busy")

_SEED = re.compile(r"[\s_,.-]*\bs(?:eed)?[\s_-]*\d+$", re.IGNORECASE)
TIMED = ("latency_p50", "latency_p95", "fps_model")
"""Metrics that mean something on one machine only."""

GREYED = (
    "its mIoU is more than 1 point, or more than a twentieth, below that of its own static network"
)
STANDS_STILL = "its labels change less than half as often as the hand labels do"
_ELSEWHERE = "some seeds were timed elsewhere and do not count"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row.

    Attributes:
        number: Its number, 0..2^62; `id` is the same in hexadecimal.
        texts: Values of all text columns.
        flags: Values of all flag columns.
        counts: `seeds nodes created`.
        means: The mean over seeds, by metric; metrics that are missing are left out.
        details: What is shown of a row but not searched by: `spreads` (metric -> count, sd, low,
            high; only with two seeds or more), `fewer` (metric -> seeds that have it, where some
            have not), `reasons` (metric -> why it is missing),
            `otherwise` (why all others are), `base` (metric -> mean of the static networks),
            `truth` (what the hand labels have of some metrics), `greyed` (why it is),
            `runs` (what each comes from, with its seed, and whether it counts).
    """

    number: int
    texts: dict[str, str]
    flags: dict[str, bool]
    counts: dict[str, float | None]
    means: dict[str, float]
    details: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        """16 hexadecimal characters."""
        return f"{self.number:016x}"

    def interval(self, metric: str) -> tuple[float, float] | None:
        """The 95% interval of a metric's mean; None with fewer than two seeds."""
        found = self.details.get("spreads", {}).get(metric)
        return None if found is None else (found[2], found[3])

    def reason(self, metric: str) -> str | None:
        """Why a metric is missing; None where it is there."""
        if metric in self.means:
            return None
        reasons = self.details.get("reasons", {})
        return str(reasons.get(metric) or self.details.get("otherwise", ""))


def group(runs: Sequence[Run]) -> Row:
    """The row of some runs of one subject in one setting; the newest of equal seeds counts.

    Where a trial went through to its end, those of the same genotype that were stopped early or
    failed count no more.
    """
    newest = _newest_first(runs)
    counted = counted_runs(newest)
    first = counted[0]
    means, spreads, reasons = _spreads(counted)
    counts = {key: sum(key in run.values for run in counted) for key in means}
    base = _means(run.base for run in counted)
    truth = _means(run.truth for run in counted)
    greyed = _why_greyed(first, means, base, truth)
    if greyed:
        _take_out_ratios(means, spreads, reasons, greyed)
    flags = {name: any(run.flags.get(name, False) for run in counted) for name in FLAGS}
    return Row(
        number=first.row,
        texts=_texts(counted, newest),
        flags=flags
        | {
            "ranked": len(counted) >= ENOUGH_SEEDS,
            "greyed": bool(greyed),
            "stopped": all(run.flags.get("stopped", False) for run in counted),
            "failed": all(run.flags.get("failed", False) for run in counted),
            "deleted": all(run.flags.get("deleted", False) for run in counted),
        },
        counts={
            "seeds": len(counted),
            "nodes": first.nodes,
            "created": max(run.created_at for run in runs),
        },
        means=means,
        details={
            "spreads": spreads,
            "fewer": {key: n for key, n in counts.items() if n < len(counted)},
            "reasons": reasons,
            "otherwise": first.otherwise,
            "base": base,
            "truth": truth,
            "greyed": greyed,
            "runs": [
                run.source | {"seed": run.seed, "is_counted": run in counted} for run in newest
            ],
        },
    )


def counted_runs(runs: Sequence[Run]) -> list[Run]:
    """The runs whose means the row shows, one per seed, the newest first."""
    return _one_per_seed(_whole(_newest_first(runs)))


def runs_with(counted: Sequence[Run], metric: str) -> list[Run]:
    """Those of a row's counted runs whose value of a metric counts; times of one place alone."""
    alike = counted
    if metric in TIMED:
        alike = [run for run in counted if run.texts.get("timed_on") == _timed_on(counted)]
    return [run for run in alike if metric in run.values]


def _newest_first(runs: Sequence[Run]) -> list[Run]:
    return sorted(runs, key=lambda run: (run.created_at, run.id), reverse=True)


def _whole(runs: Sequence[Run]) -> Sequence[Run]:
    """Those that came to an end; else those that were stopped early; else those that failed."""
    for name in ("stopped", "failed"):
        better = [
            run
            for run in runs
            if not run.flags.get("failed", False)
            and (name == "failed" or not run.flags.get("stopped", False))
        ]
        if better:
            return better
    return runs


def _one_per_seed(runs: Sequence[Run]) -> list[Run]:
    found: dict[object, Run] = {}
    for run in runs:
        found.setdefault(("seed", run.seed) if run.seed is not None else run.id, run)
    return list(found.values())


def _spreads(runs: Sequence[Run]) -> tuple[dict[str, float], Json, dict[str, str]]:
    means: dict[str, float] = {}
    spreads: Json = {}
    reasons: dict[str, str] = {}
    for column in METRICS:
        key = column.key
        found = spread([run.values[key] for run in runs_with(runs, key)])
        if found.mean is None:
            told = next((run.reasons[key] for run in runs if key in run.reasons), None)
            if told is not None:
                reasons[key] = told
            continue
        means[key] = found.mean
        if found.low is not None:
            spreads[key] = [found.count, found.sd, found.low, found.high]
        if key in TIMED and any(run.texts.get("timed_on") != _timed_on(runs) for run in runs):
            reasons[key] = _ELSEWHERE
    return means, spreads, reasons


def _why_greyed(
    first: Run, means: dict[str, float], base: dict[str, float], truth: dict[str, float]
) -> str:
    """Why the steadiness of a judged model says nothing; empty where it says something."""
    if not first.setting or first.texts["kind"] == "trial":
        return ""
    own_base = means.get("miou") if first.texts["kind"] == "static" else base.get("miou")
    if is_greyed(means.get("miou"), own_base):
        return GREYED
    return STANDS_STILL if stands_still(means.get("pcr"), truth.get("pcr")) else ""


def _take_out_ratios(
    means: dict[str, float], spreads: Json, reasons: dict[str, str], why: str
) -> None:
    """A row that is greyed has no ratio to be sorted or filtered by."""
    for key in COMPANION_KEYS:
        if means.pop(key + RATIO, None) is not None:
            reasons[key + RATIO] = why
        spreads.pop(key + RATIO, None)


def _timed_on(runs: Sequence[Run]) -> str:
    return next((run.texts["timed_on"] for run in runs if run.texts.get("timed_on")), "")


def _means(numbers: Iterable[dict[str, float]]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for values in numbers:
        for key, value in values.items():
            found.setdefault(key, []).append(value)
    return {key: sum(values) / len(values) for key, values in found.items()}


def _texts(counted: Sequence[Run], runs: Sequence[Run]) -> dict[str, str]:
    first = counted[0]
    keys = ("kind", "key", *PARTS, "dataset", "split", "frames", "static")
    searches = sorted({run.texts["search"] for run in runs if run.texts.get("search")})
    return {key: first.texts.get(key, "") for key in keys} | {
        "name": _name([run.texts["name"] for run in counted]),
        "search": ", ".join(searches),
        "timed_on": _timed_on(counted),
        "setting": first.setting,
    }


def _name(names: Sequence[str]) -> str:
    """What the names have in common but for their seed; the first (newest) one otherwise."""
    if len(names) == 1:
        return names[0]
    without = {_SEED.sub("", name) for name in names}
    return without.pop() if len(without) == 1 and "" not in without else names[0]
