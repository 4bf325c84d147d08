"""Searches and trials as records, without a database."""

from typing import Any

from core.cost import static_cost
from core.nn.config import StaticConfig
from core.records import Job, JobState, Progress
from core.search.config import SearchConfig
from core.search_records import Search, SearchState, Trial, TrialState
from core.search_summary import SearchSummary

_NETWORK = StaticConfig(num_classes=11)
STATIC_MACS = static_cost(_NETWORK, height=360, width=480).macs
PREPARED: dict[str, Any] = {
    "static": _NETWORK.to_dict(),
    "static_name": "cells-static",
    "static_is_own": True,
    "width": 480,
    "height": 360,
    "frames": {"S": 209, "C": 90, "M": 50},
}
GENOTYPE: dict[str, Any] = {"version": 1, "nodes": []}


def a_trial(number: int, reward: float | None = None, **values: Any) -> Trial:
    """A trial that took from second 10 * number to 10 * number + 10, or waits without a reward."""
    is_done = reward is not None or "cause" in values
    state = TrialState.FAILED if "cause" in values else TrialState.DONE
    known: dict[str, Any] = {
        "id": f"t{number}",
        "search_id": "s",
        "number": number,
        "key": f"{number:016x}",
        "genotype": GENOTYPE,
        "seed": 0,
        "thresholds": {},
        "same_as": None,
        "state": state if is_done else TrialState.WAITING,
        "job_id": f"j{number}",
        "result": {},
        "reward": reward,
        "cause": "",
        "seconds": 10.0 if is_done else 0.0,
        "host": "here" if is_done else "",
        "device": "cpu" if is_done else "",
        "created_at": 0.0,
        "started_at": 10.0 * number if is_done else None,
        "finished_at": 10.0 * number + 10.0 if is_done else None,
    }
    return Trial(**known | values)


def a_summary(*trials: Trial, name: str = "cells", **values: Any) -> SearchSummary:
    """A running search of ten trials, some of them asked for."""
    asked = {
        key: values.pop(key)
        for key in ("hours", "device", "strategy", "trials", "cell", "objectives")
        if key in values
    }
    known: dict[str, Any] = {
        "id": "s",
        "name": name,
        "state": SearchState.RUNNING,
        "config": SearchConfig.from_dict({"dataset": "/a/streets", "trials": 10} | asked).to_dict(),
        "dataset_id": None,
        "data_key": "d",
        "static_id": None,
        "static_key": "k",
        "twin_of": None,
        "job_id": "j",
        "version": 1,
        "asked": len(trials),
        "told": 0,
        "code": "c",
        "message": "",
        "prepared": PREPARED,
        "stages": {},
        "created_at": 0.0,
        "started_at": 0.0,
        "finished_at": None,
    }
    return SearchSummary(Search(**known | values), trials)


def a_job(progress: Progress) -> Job:
    """The running job that prepares the search."""
    return Job(
        id="j",
        kind="prepare_search",
        state=JobState.RUNNING,
        title="Prepare the search cells",
        priority=50,
        payload={"search_id": "s"},
        attempt=1,
        max_attempts=10,
        lease_owner="tests",
        lease_expires_at=None,
        fence=1,
        cancel_requested=False,
        pause_requested=False,
        progress=progress,
        progress_at=None,
        heartbeat_at=None,
        owner="local",
        error=None,
        result={},
        created_at=0.0,
        started_at=1.0,
        finished_at=None,
    )
