"""A search with its trials as workers leave it behind, written through the store."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.cell_cost import cell_cost
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.nn.config import StaticConfig
from core.records import JobState, Progress, new_id
from core.search.config import SearchConfig, TrialResult, trial_seed
from core.search.constraint import anything, draw_accepted
from core.search.limit import cost_limit
from core.search_records import FailureCause, Search, SearchState, Trial
from core.store import jobs, searches, trials
from core.store.job_reading import get
from core.store.tables import TrialRow

NETWORK = StaticConfig(num_classes=11, width=1.0)
HEIGHT, WIDTH = 180, 240
CONFIG = SearchConfig(dataset="streets", space="extended", trials=8, strategy="random", seed=5)


def add_search(
    folder: DataFolder,
    name: str = "cells",
    *,
    config: SearchConfig = CONFIG,
    rewards: Sequence[float | None] = (),
    shares: Mapping[int, int] | None = None,
    stopped: Sequence[int] = (),
    cause: FailureCause = "oom",
    twin_of: str | None = None,
    state: SearchState = SearchState.DONE,
    message: str = "",
    genotypes: Sequence[Genotype] | None = None,
    searcher: bytes | None = None,
    running: int = 0,
    waiting: int = 0,
    device: str = "cpu",
    latency_device: str = "",
) -> Search:
    """A prepared search with one ended trial per reward; None = it failed.

    Args:
        folder: The data folder.
        name: Its name.
        config: What it was asked.
        rewards: Rewards by number.
        shares: Number of a trial -> number of the earlier one whose result it shares.
        stopped: Numbers of trials that were stopped early.
        cause: Why those without a reward failed.
        twin_of: The search it is the twin of.
        state: Where it stands.
        message: Why it rests.
        genotypes: By number; drawn from the space where None.
        searcher: The strategy's state.
        running: Trials that run besides, each with a job that a worker has taken.
        waiting: Trials that wait besides, each with a job in the queue.
        device: What trials are computed on.
        latency_device: What their frames were timed on; they were not where it is empty.
    """
    shares = shares or {}
    count = len(rewards) + running + waiting
    cells = genotypes or _drawn(config, count)
    with folder.database.writing() as session:
        search = searches.add(
            session,
            new_id(),
            name=name,
            config=config.to_dict(),
            job_id=new_id(),
            twin_of=twin_of,
        )
        _prepare(session, search)
        added = [
            _add(session, search, config, n, cells[shares.get(n, n)], shares.get(n))
            for n in range(count)
        ]
        now = search.created_at
        for trial, reward in zip(added, rewards, strict=False):
            if trial.same_as is None:
                _end(
                    session,
                    trial,
                    reward,
                    trial.number in stopped,
                    cause,
                    now,
                    device,
                    latency_device,
                )
        trials.share(session, search.id)
        for trial in added[len(rewards) : len(rewards) + running]:
            _run(session, trial)
        if searcher is not None:
            searches.advance(
                session,
                search.id,
                version=0,
                searcher=searcher,
                asked=len(added),
                told=len(rewards),
                stages={"controller": 0.5},
            )
        if state is not SearchState.RUNNING:
            searches.move(session, search.id, state, since=list(SearchState), message=message)
        return searches.get(session, search.id)


def _drawn(config: SearchConfig, count: int) -> list[Genotype]:
    rng = random.Random(config.seed)
    accepts = cost_limit(config, NETWORK, height=HEIGHT, width=WIDTH) or anything
    return [draw_accepted(config.genotypes, rng, accepts=accepts) for _ in range(count)]


def _prepare(session: Session, search: Search) -> None:
    searches.prepare(
        session,
        search.id,
        static_id=None,
        static_key="0" * 64,
        data_key="1" * 64,
        code="2" * 64,
        prepared={
            "static": NETWORK.to_dict(),
            "static_name": "streets-static",
            "static_is_own": True,
            "height": HEIGHT,
            "width": WIDTH,
            "frames": {"S": 60, "C": 25, "M": 15},
            "clips": {"C": 100, "M": 15},
        },
        stages={} if search.twin_of else {"static": 900.0, "features": 60.0},
    )


def _add(
    session: Session,
    search: Search,
    config: SearchConfig,
    number: int,
    genotype: Genotype,
    same_as: int | None,
) -> Trial:
    trial_id, job_id = new_id(), ""
    if same_as is None:
        payload = {"search_id": search.id, "trial_id": trial_id}
        title = f"Trial {number} of {search.name}"
        job_id = jobs.enqueue(session, "trial", payload=payload, title=title, priority=60).id
    return trials.add(
        session,
        trial_id,
        search_id=search.id,
        number=number,
        key=genotype.key,
        genotype=genotype.to_dict(),
        seed=trial_seed(config.seed, genotype.key),
        thresholds={2: 0.3} if number > 5 else {},
        same_as=same_as,
        job_id=job_id,
    )


def _end(
    session: Session,
    trial: Trial,
    reward: float | None,
    is_stopped: bool,
    cause: FailureCause,
    now: float,
    device: str,
    latency_device: str,
) -> None:
    claimed = _claim(session, trial)
    values: dict[str, Any] = {"cause": cause}
    if reward is not None:
        result = _result(trial, reward, is_stopped, latency_device)
        values = {"result": result.to_dict(), "cause": None}
    begun = now - 3600 + 30 * trial.number
    trials.publish(
        session,
        trial.id,
        reward=reward,
        seconds=30.0,
        host="here",
        device=device,
        **values,
    )
    took = {"started_at": begun, "finished_at": begun + 30}
    session.execute(update(TrialRow).where(TrialRow.id == trial.id).values(**took))
    jobs.finish(session, claimed, 1)


def _claim(session: Session, trial: Trial) -> str:
    while get(session, trial.job_id).state is not JobState.RUNNING:
        assert jobs.claim(session, ["trial"], lease_owner="tests", lease_seconds=600) is not None
    return trial.job_id


def _run(session: Session, trial: Trial) -> None:
    job_id = _claim(session, trial)
    progress = Progress(2, 5, "epochs", "training", 0.1)
    jobs.heartbeat(session, job_id, 1, lease_seconds=600, progress=progress)


def _result(trial: Trial, reward: float, is_stopped: bool, timed_on: str) -> TrialResult:
    cost = cell_cost(NETWORK, Genotype.from_dict(trial.genotype), height=HEIGHT, width=WIDTH)
    lean = 0.9 + 0.2 * random.Random(trial.key).random()
    return TrialResult(
        reward=reward,
        accuracy=min(1.0, reward * lean),
        stability=min(1.0, reward / lean),
        miou=0.9 * reward,
        epochs=2 if is_stopped else 5,
        rungs=((2, 0.9 * reward),),
        is_stopped=is_stopped,
        macs=cost.macs_steady,
        params=cost.parameters,
        batch=12,
        latency_ms=0.05 * trial.number + 14.0 if timed_on else 0.0,
        static_ms=24.0 if timed_on else 0.0,
        latency_device=timed_on,
        seconds={"load": 1.0, "train": 24.0, "judge": 5.0},
        cpu_seconds=29.0,
    )
