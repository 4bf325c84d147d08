"""Where a search stands, in numbers: what became of its trials, the best one, cost and pace."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.search.config import SearchConfig
from core.search.running_time import running_seconds
from core.search_records import Search, Trial, TrialState
from core.store import searches, trials

DAY = 86_400.0
"""Seconds."""


@dataclass(frozen=True)
class SearchCost:
    """What a search has cost so far.

    Attributes:
        seconds: Device -> stage -> seconds that a process was at work; `cpu` means one thread.
            Stages are `static`, `features`, `controller` and, of trials, `load`, `train`, `judge`
            or, of those that failed, `other`.
    """

    seconds: dict[str, dict[str, float]]

    @property
    def cpu_seconds(self) -> float:
        """Seconds at work on processors."""
        return sum(self.seconds.get("cpu", {}).values())

    @property
    def gpu_seconds(self) -> float:
        """Seconds at work on anything else."""
        others = (stages for device, stages in self.seconds.items() if device != "cpu")
        return sum(sum(stages.values()) for stages in others)

    @property
    def gpu_days(self) -> float:
        """The same in days."""
        return self.gpu_seconds / DAY


@dataclass(frozen=True)
class SearchSummary:
    """A search and its trials as they were read at one moment.

    Attributes:
        search: The search.
        trials: Its trials in the order of asking.
    """

    search: Search
    trials: tuple[Trial, ...]

    @property
    def finished(self) -> int:
        """Trials that have their result, failures included."""
        return sum(trial.state.is_finished for trial in self.trials)

    @property
    def running(self) -> int:
        """Trials at work now."""
        return sum(trial.state is TrialState.RUNNING for trial in self.trials)

    @property
    def stopped(self) -> int:
        """Trials that ended at a rung, those that share such a result left out."""
        return sum(is_stopped(trial) and trial.same_as is None for trial in self.trials)

    @property
    def shared(self) -> int:
        """Trials that took the result of an equal one."""
        return sum(trial.same_as is not None for trial in self.trials)

    @property
    def causes(self) -> dict[str, int]:
        """Failed trials by cause; causes that never occurred are left out."""
        found = Counter(t.cause for t in self.trials if t.state is TrialState.FAILED)
        return dict(sorted(found.items()))

    @property
    def best(self) -> Trial | None:
        """The trial with the highest reward, the first of equals; None while there is none."""
        rewarded = [trial for trial in self.trials if trial.reward is not None]
        return max(rewarded, key=lambda trial: (trial.reward or 0.0, -trial.number), default=None)

    @property
    def leading(self) -> int:
        """How many trials from the first one on have ended without a gap."""
        for trial in self.trials:
            if not trial.state.is_finished:
                return trial.number
        return len(self.trials)

    def best_of_first(self, count: int) -> float | None:
        """The highest reward of the first `count` trials, 0..1; None where there is none."""
        rewards = [t.reward for t in self.trials[:count] if t.reward is not None]
        return max(rewards, default=None)

    @property
    def seconds(self) -> float:
        """Seconds during which at least one trial was at work, as far as trials have ended."""
        return running_seconds(spans(self.trials))

    @property
    def hours(self) -> float | None:
        """The limit of hours; None = none."""
        return SearchConfig.from_dict(self.search.config).hours

    @property
    def cost(self) -> SearchCost:
        """What it has cost so far, without its twin."""
        found: dict[str, dict[str, float]] = {}
        for stage, spent in self.search.stages.items():
            device = "cpu" if stage == "controller" else str(self.search.config["device"])
            _add(found, device, {stage: spent})
        for trial in self.trials:
            if trial.seconds > 0:
                stages = trial.result.get("seconds") or {"other": trial.seconds}
                _add(found, trial.device or str(self.search.config["device"]), stages)
        return SearchCost(found)


def read_summary(session: Session, id_or_name: str) -> SearchSummary:
    """The search of that id or name as it is now.

    Raises:
        NotFound: There is none.
    """
    search = searches.get(session, id_or_name)
    return SearchSummary(search, tuple(trials.list_trials(session, search.id, limit=None)))


def read_with_twins(session: Session, id_or_name: str) -> list[SearchSummary]:
    """The search of that id or name, then its twins.

    Raises:
        NotFound: There is none.
    """
    found = read_summary(session, id_or_name)
    twins = searches.twins(session, found.search.id)
    return [found, *(read_summary(session, twin.id) for twin in twins)]


def trials_per_hour(summaries: Iterable[SearchSummary]) -> float | None:
    """Trials of these searches that ended per hour of work; None while none has.

    Hours in which no trial was at work do not count; a trial that shares a result counts as one.
    """
    all_trials = [trial for summary in summaries for trial in summary.trials]
    seconds = running_seconds(spans(all_trials))
    finished = sum(trial.state.is_finished for trial in all_trials)
    return 3600 * finished / seconds if seconds > 0 else None


def seconds_left(summaries: Iterable[SearchSummary]) -> float | None:
    """About how long these searches take at the pace so far; None while nobody knows."""
    found = list(summaries)
    pace = trials_per_hour(found)
    if pace is None:
        return None
    open_trials = sum(max(0, each.search.trials - each.finished) for each in found)
    left = 3600 * open_trials / pace
    limits = [each.hours for each in found]
    known = [hours for hours in limits if hours is not None]
    if not known or len(known) < len(limits):
        return left
    most = max(3600 * hours - each.seconds for hours, each in zip(known, found, strict=True))
    return min(left, max(0.0, most))


def spans(found: Iterable[Trial]) -> list[tuple[float, float]]:
    """Beginning and end of every trial that was at work and has ended."""
    return [
        (trial.started_at, trial.finished_at)
        for trial in found
        if trial.started_at is not None and trial.finished_at is not None
    ]


def is_stopped(trial: Trial) -> bool:
    """Whether the trial ended early, at a rung."""
    return bool(trial.result.get("is_stopped", False))


def _add(found: dict[str, dict[str, float]], device: str, stages: dict[str, float]) -> None:
    sums = found.setdefault(device, {})
    for stage, spent in stages.items():
        sums[stage] = sums.get(stage, 0.0) + spent
