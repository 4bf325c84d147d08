"""Searches and trials as the JSON that commands print and the API answers; rewards in percent."""

from typing import Any

from core.search_front import SearchFront, search_fronts
from core.search_records import Trial
from core.search_summary import (
    SearchSummary,
    is_stopped,
    seconds_left,
    trials_per_hour,
)

_SCORES = ("accuracy", "stability", "miou")


def percent(share: float | None) -> float | None:
    """A share of 0..1 in percent, to a millionth; None stays None."""
    return None if share is None else round(100 * share, 6)


def trial_document(trial: Trial) -> dict[str, Any]:
    """A trial as plain JSON: `number key state reward cause seconds` and what else is known.

    `rungs` lists the epochs after which it was or would have been judged early, with the reward
    there and the least reward that was asked for; either is null where there was none.
    """
    result = trial.result
    return {
        "number": trial.number,
        "key": trial.key,
        "state": str(trial.state),
        "reward": percent(trial.reward),
        "cause": trial.cause or None,
        "seconds": round(trial.seconds, 3),
        "same_as": trial.same_as,
        "is_stopped": is_stopped(trial),
        "epochs": result.get("epochs"),
        "rungs": _rungs(trial),
        **{name: percent(result.get(name)) for name in _SCORES},
        "macs": result.get("macs"),
        "params": result.get("params"),
        "latency_ms": result.get("latency_ms") or None,
        "static_ms": result.get("static_ms") or None,
        "latency_device": result.get("latency_device") or None,
        "batch": result.get("batch"),
        "cpu_seconds": result.get("cpu_seconds"),
        "stage_seconds": result.get("seconds", {}),
        "device": trial.device or None,
        "host": trial.host or None,
        "seed": trial.seed,
        "job_id": trial.job_id or None,
        "genotype": trial.genotype,
        "created_at": trial.created_at,
        "started_at": trial.started_at,
        "finished_at": trial.finished_at,
    }


def summary_document(summary: SearchSummary) -> dict[str, Any]:
    """A search without its trials and its twin."""
    search, cost = summary.search, summary.cost
    return {
        "name": search.name,
        "id": search.id,
        "strategy": search.strategy,
        "seed": search.config["seed"],
        "state": str(search.state),
        "message": search.message or None,
        "config": search.config,
        "prepared": search.prepared,
        "dataset_id": search.dataset_id,
        "data_key": search.data_key or None,
        "static_id": search.static_id,
        "static_key": search.static_key or None,
        "code": search.code or None,
        "twin_of": search.twin_of,
        "job_id": search.job_id,
        "ordered": search.trials,
        "asked": search.asked,
        "told": search.told,
        "finished": summary.finished,
        "running": summary.running,
        "stopped": summary.stopped,
        "shared": summary.shared,
        "failed": summary.causes,
        "best": None if summary.best is None else trial_document(summary.best),
        "running_seconds": round(summary.seconds, 3),
        "trials_per_hour": _rounded(trials_per_hour([summary])),
        "cost": {
            "seconds": cost.seconds,
            "cpu_seconds": round(cost.cpu_seconds, 3),
            "gpu_seconds": round(cost.gpu_seconds, 3),
            "gpu_days": round(cost.gpu_days, 6),
        },
        "created_at": search.created_at,
        "started_at": search.started_at,
        "finished_at": search.finished_at,
    }


def search_document(together: list[SearchSummary]) -> dict[str, Any]:
    """A search with its trials; `twin` is the random twin in the same form, or null.

    Args:
        together: The search, then its twins, as `core.search_summary.read_with_twins` gives them.
    """
    left = _rounded(seconds_left(together))
    first, *twins = (
        _with_trials(summary, front)
        for summary, front in zip(together, search_fronts(together), strict=True)
    )
    return {**first, "seconds_left": left, "twin": twins[0] if twins else None}


def front_document(front: SearchFront) -> dict[str, Any]:
    """A Pareto front: numbers of its trials; reference and hypervolume in percent."""
    return {
        "objectives": list(front.objectives),
        "reference": {each: front.shown(None, each) for each in front.objectives},
        "latency_device": front.device or None,
        "trials": [front.trials[n].number for n in front.members],
        "hypervolume": round(front.volume, 6),
    }


def _with_trials(summary: SearchSummary, front: SearchFront) -> dict[str, Any]:
    found = [trial_document(trial) for trial in summary.trials]
    return summary_document(summary) | {"front": front_document(front), "trials": found}


def _rungs(trial: Trial) -> list[dict[str, Any]]:
    reached = {int(epochs): float(reward) for epochs, reward in trial.result.get("rungs", ())}
    return [
        {
            "epochs": epochs,
            "reward": percent(reached.get(epochs)),
            "threshold": percent(trial.thresholds.get(epochs)),
        }
        for epochs in sorted({*reached, *trial.thresholds})
    ]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
