"""Where a search stands, in numbers: what became of its trials, the best one, cost and pace."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from core.search.config import SearchConfig
from core.search.running_time import running_seconds
from core.search_records import Search, Trial, TrialState
from core.store import searches, trials

DAY = 86_400.0
"""Seconds."""

LATEST = 40
"""Trials that tell how fast searches are now: workers come and go."""


@dataclass(frozen=True)
class StageCost:
    """Seconds at work on one stage, on one device."""

    device: str
    stage: str
    seconds: float

    @property
    def is_gpu(self) -> bool:
        """Whether anything but a processor did it."""
        return self.device != "cpu"


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
        return sum(each.seconds for each in self.stages if each.is_gpu)

    @property
    def gpu_days(self) -> float:
        """Days at work on anything else."""
        return self.gpu_seconds / DAY

    @property
    def cpu_days(self) -> float:
        """Days at work on processors."""
        return self.cpu_seconds / DAY

    @property
    def stages(self) -> list["StageCost"]:
        """The same, one after another."""
        return [
            StageCost(device, stage, spent)
            for device, stages in self.seconds.items()
            for stage, spent in stages.items()
        ]


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
        return next(iter(best_cells(self.trials, most=1)), None)

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
        return cost_of([self])


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


def best_cells(found: Iterable[Trial], *, most: int) -> list[Trial]:
    """The trials with the highest rewards, each genotype once, the first of equals."""
    by_key: dict[str, Trial] = {}
    rewarded = [trial for trial in found if trial.reward is not None]
    for trial in sorted(rewarded, key=lambda each: (-(each.reward or 0.0), each.number)):
        by_key.setdefault(trial.key, trial)
    return list(by_key.values())[:most]


def cost_of(summaries: Iterable[SearchSummary]) -> SearchCost:
    """What these searches have cost so far; equal genotypes cost once."""
    found: dict[str, dict[str, float]] = {}
    for summary in summaries:
        usual = str(summary.search.config["device"])
        for stage, spent in summary.search.stages.items():
            _add(found, "cpu" if stage == "controller" else usual, {stage: spent})
        for trial in summary.trials:
            if trial.seconds > 0:
                stages = trial.result.get("seconds") or {"other": trial.seconds}
                _add(found, trial.device or usual, stages)
    return SearchCost(found)


def work_meaning(together: Sequence[SearchSummary]) -> str:
    """What the cost of these searches is, in a sentence for wherever it is told in one number.

    Args:
        together: A search, then its twins; or a twin alone.
    """
    if len(together) > 1:
        whose = "the search and its twin together, the preparation included"
    elif together[0].search.twin_of is not None:
        whose = "this twin alone; the preparation counts as its search's"
    else:
        whose = "the search, the preparation included"
    return f"Time at work for {whose}, as far as it has ended."


def equal_bests(together: Sequence[SearchSummary]) -> tuple[float, float, int] | None:
    """The best rewards of equally many trials of a search and of its twin, 0..1, and how many.

    Args:
        together: The search, then its twins, as `read_with_twins` gives them.

    Returns:
        None without a twin, or while either has no reward.
    """
    if len(together) < 2:
        return None
    count = min(each.leading for each in together)
    ours, theirs = (each.best_of_first(count) for each in together[:2])
    return None if ours is None or theirs is None else (ours, theirs, count)


def trials_per_hour(
    summaries: Iterable[SearchSummary], *, latest: int | None = None
) -> float | None:
    """Trials of these searches that ended per hour of work; None while none has.

    Hours in which no trial was at work do not count; a trial that shares a result counts as one.

    Args:
        summaries: The searches.
        latest: How many trials are looked at, those that ended last; all when None.
    """
    ended = [t for each in summaries for t in each.trials if t.finished_at is not None]
    ended.sort(key=lambda trial: trial.finished_at or 0.0)
    looked_at = ended if latest is None else ended[-latest:]
    seconds = running_seconds(spans(looked_at))
    return 3600 * len(looked_at) / seconds if seconds > 0 else None


def seconds_left(summaries: Iterable[SearchSummary]) -> float | None:
    """About how long these searches take at the pace of the latest trials; None = unknown."""
    found = list(summaries)
    pace = trials_per_hour(found, latest=LATEST)
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
