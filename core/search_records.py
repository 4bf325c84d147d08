"""The frozen records of searches and their trials, and the states they can be in.

Rewards are 0..1. Times are seconds since 1970 by the database's clock, durations are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, get_args

FailureCause = Literal["oom", "nan", "timeout", "crash"]
"""Why a trial has no reward: memory, a training that diverged, silence, or a defect or death."""

FAILURE_CAUSES: tuple[str, ...] = get_args(FailureCause)


class SearchState(StrEnum):
    """Where a search stands."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"

    @property
    def is_finished(self) -> bool:
        """Whether nothing will happen any more unless somebody asks."""
        return self in (SearchState.DONE, SearchState.STOPPED)

    @property
    def can_pause(self) -> bool:
        """Whether pausing means something."""
        return self in (SearchState.PREPARING, SearchState.RUNNING)

    @property
    def can_resume(self) -> bool:
        """Whether the search may go on where it was."""
        return self in (SearchState.PAUSED, SearchState.STOPPED)

    @property
    def can_stop(self) -> bool:
        """Whether stopping means something."""
        return not self.is_finished


def joint_state(states: Sequence[SearchState]) -> SearchState:
    """Where a search and its twin stand together: under way for as long as one of them is.

    Args:
        states: That of the search, then that of its twin where it has one.
    """
    first = (SearchState.PREPARING, SearchState.RUNNING, SearchState.PAUSED)
    return next((state for state in first if state in states), states[0])


def states_text(states: Sequence[SearchState]) -> str:
    """Where a search and its twin stand: `running`, or `done, its twin running`."""
    own, *twins = states
    return ", ".join([str(own), *(f"its twin {twin}" for twin in twins if twin is not own)])


class TrialState(StrEnum):
    """Where a trial stands; it waits until its job runs, or until the equal one has its result."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_finished(self) -> bool:
        """Whether the result is there, be it a failure."""
        return self in (TrialState.DONE, TrialState.FAILED)


@dataclass(frozen=True)
class Search:
    """One run of a strategy over a space.

    Attributes:
        config: What was asked, as `core.search.config.SearchConfig.to_dict` writes it.
        dataset_id: The dataset; None when it was deleted since, or lies at a path.
        data_key: Hash of the frames and labels searched on; empty until prepared.
        static_id: The static network; None until prepared, or when it was deleted since.
        static_key: Hash of the static network's weights; empty until prepared.
        twin_of: Id of the search this one is the random twin of; None for others.
        job_id: The job that prepares it or moves it on, or did so last; empty where the search
            was imported.
        version: Counts the changes of the searcher.
        asked: Trials proposed so far, equal ones included.
        told: Results the strategy has been told, in number order.
        code: Fingerprint of the code that makes its results; empty until prepared.
        message: Why it rests, for people; empty where somebody asked for it.
        prepared: What the preparation found: sizes of the static network, of frames and parts.
        stages: Seconds of work outside of trials, by stage: `static`, `features`, `controller`.
    """

    id: str
    name: str
    state: SearchState
    config: dict[str, Any]
    dataset_id: str | None
    data_key: str
    static_id: str | None
    static_key: str
    twin_of: str | None
    job_id: str
    version: int
    asked: int
    told: int
    code: str
    message: str
    prepared: dict[str, Any]
    stages: dict[str, float]
    created_at: float
    started_at: float | None
    finished_at: float | None

    @property
    def strategy(self) -> str:
        """Name of the strategy."""
        return str(self.config["strategy"])

    @property
    def trials(self) -> int:
        """Trials in all that were ordered."""
        return int(self.config["trials"])

    @property
    def is_imported(self) -> bool:
        """Whether it was read from a document, which does not hold the strategy's state."""
        return not self.job_id

    @property
    def is_prepared(self) -> bool:
        """Whether its static network is known."""
        return bool(self.static_key)


@dataclass(frozen=True)
class Trial:
    """One genotype evaluated inside a search.

    Attributes:
        number: 0, 1, ... in the order of asking.
        key: The genotype's key: equal cells have equal keys.
        thresholds: The least reward per rung, by epochs; below it the trial stops there.
        same_as: Number of the earlier trial with an equal genotype whose result this one shares.
        job_id: The job that runs it; empty where `same_as` is given.
        result: What was measured, as `core.search.config.TrialResult.to_dict` writes it.
        reward: What the strategy is told; None until done, and for a failure.
        cause: Why it failed (`FailureCause`); empty otherwise.
        seconds: Seconds of work it took; 0 for one that shares a result.
        host: Machine it ran on.
        device: What it was computed on.
    """

    id: str
    search_id: str
    number: int
    key: str
    genotype: dict[str, Any]
    seed: int
    thresholds: dict[int, float]
    same_as: int | None
    state: TrialState
    job_id: str
    result: dict[str, Any]
    reward: float | None
    cause: str
    seconds: float
    host: str
    device: str
    created_at: float
    started_at: float | None
    finished_at: float | None
