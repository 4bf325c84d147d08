"""A search on a terminal: a picture that is drawn again and again, or plain lines."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.records import Progress
from core.search.config import SearchConfig
from core.search_records import SearchState, Trial, TrialState
from core.search_summary import (
    SearchSummary,
    equal_bests,
    is_stopped,
    seconds_left,
    trials_per_hour,
)
from tasks.cli.progress import progress_line

_BAR = 24
_STATUS_EVERY = 10  # trials between two plain lines about the whole


@dataclass(frozen=True)
class Standing:
    """A search with its twins at one moment.

    Attributes:
        together: The search, then its twins.
        at_work: What is computed now, and how far it is.
    """

    together: list[SearchSummary]
    at_work: list[tuple[str, Progress]]

    @property
    def is_under_way(self) -> bool:
        """Whether anything of it is to go on."""
        return any(each.search.state.can_pause for each in self.together)


class LiveView:
    """Draws the standing over the last one; for a stream that is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._drawn: list[str] = []

    def show(self, standing: Standing) -> None:
        """Draws the standing, where it looks different from the last one."""
        columns, rows = shutil.get_terminal_size()
        lines = [line[: columns - 1] for line in live_lines(standing)][: rows - 1]
        if lines == self._drawn:
            return
        self._erase()
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()
        self._drawn = lines

    def note(self, text: str) -> None:
        """Writes a line that stays."""
        self._erase()
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{len(self._drawn)}A\x1b[J")
        self._drawn = []


class PlainView:
    """Writes a line per event: a stage of the preparation, a trial that ended."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._told: set[str] | None = None
        self._stage = ""

    def show(self, standing: Standing) -> None:
        """Writes what is new; trials that had ended before are not told again."""
        fresh = [
            (summary, trial)
            for summary in standing.together
            for trial in summary.trials
            if trial.state.is_finished and (self._told is None or trial.id not in self._told)
        ]
        if self._told is not None:
            fresh.sort(key=lambda each: each[1].finished_at or 0.0)
            for summary, trial in fresh:
                self.note(f"{summary.search.name} {trial_line(trial)}")
            before = len(self._told)
            if before // _STATUS_EVERY < (before + len(fresh)) // _STATUS_EVERY:
                against = comparison(standing.together)
                best = f"best {against}; " if against else ""
                self.note(f"{best}{pace_line(standing.together)}")
        self._told = (self._told or set()) | {trial.id for _, trial in fresh}
        self._tell_stage(standing)

    def note(self, text: str) -> None:
        """Writes a line."""
        self._stream.write(f"{text}\n")
        self._stream.flush()

    def _tell_stage(self, standing: Standing) -> None:
        first = standing.together[0].search
        if first.state is not SearchState.PREPARING:
            return
        for _, progress in standing.at_work:
            if progress.stage and progress.stage != self._stage:
                self._stage = progress.stage
                self.note(f"{first.name}: {self._stage}")


def live_lines(standing: Standing) -> Iterator[str]:
    """The standing as the lines of a picture."""
    first = standing.together[0]
    yield f"{first.search.name}: {asked_for(first)}"
    yield f"{'':{len(first.search.name)}}  {of_which(first)}"
    if first.search.state is SearchState.PREPARING:
        yield from _preparation(standing)
        return
    width = max(len(each.search.name) for each in standing.together)
    for each in standing.together:
        filled = round(_BAR * each.finished / max(1, each.search.trials))
        bar = "█" * filled + "░" * (_BAR - filled)
        count = f"{each.finished}/{each.search.trials}"
        yield f"{each.search.name:<{width}}  {bar}  {count}  {best_text(each)}"
        is_running = each.search.state is SearchState.RUNNING
        state = f"{each.running} running" if is_running else str(each.search.state)
        yield f"{'':{width}}  {state}, {counts_text(each)}"
    if against := comparison(standing.together):
        yield f"best {against}"
    yield f"{pace_line(standing.together)}; Ctrl-C pauses"
    for what, progress in standing.at_work:
        count = f" {progress.done}/{progress.total} {progress.unit}" if progress.total else ""
        yield f"  {what}: {progress.stage or 'begins'}{count}"


def _preparation(standing: Standing) -> Iterator[str]:
    if not standing.at_work:
        yield "preparing: waits for a worker"
    for _, progress in standing.at_work:
        stage = progress.stage or "begins"
        yield f"preparing: {progress_line(progress) if progress.total else stage}"


def asked_for(summary: SearchSummary) -> str:
    """How the search searches, and on what."""
    config = SearchConfig.from_dict(summary.search.config)
    return (
        f"{config.strategy}, seed {config.seed}, parallelism {config.parallelism}, on "
        f"{Path(config.dataset).name}/{config.split}"
    )


def of_which(summary: SearchSummary) -> str:
    """Which genotypes it may propose."""
    config = SearchConfig.from_dict(summary.search.config)
    share = config.most_macs_share
    limit = "" if share is None else f", at most {100 * share:g}% of the static network's MACs"
    return f"space {config.space}, {config.nodes} nodes, {config.cell} cells{limit}"


def best_text(summary: SearchSummary) -> str:
    """The best reward so far."""
    best = summary.best
    if best is None or best.reward is None:
        return "no reward yet"
    return f"best {100 * best.reward:.2f} (trial {best.number})"


def counts_text(summary: SearchSummary) -> str:
    """What became of the trials."""
    causes = ", ".join(f"{number} {cause}" for cause, number in summary.causes.items())
    parts = [
        f"{summary.stopped} stopped early",
        f"{summary.shared} shared",
        f"failed: {causes}" if causes else "0 failed",
    ]
    return ", ".join(parts)


def pace_line(together: list[SearchSummary]) -> str:
    """How fast it is, and how long it takes still."""
    pace, left = trials_per_hour(together), seconds_left(together)
    if pace is None:
        return "no trial has ended yet"
    return f"{pace:.0f} trials an hour" + (f", about {clock(left)} left" if left else "")


def comparison(together: list[SearchSummary]) -> str:
    """The best of equally many trials of the search and of its twin; empty without a twin."""
    bests = equal_bests(together)
    if bests is None:
        return ""
    ours, theirs, count = bests
    ahead = f"{100 * ours:.2f} against the twin's {100 * theirs:.2f} ({100 * (ours - theirs):+.2f})"
    return f"{ahead} after {count} {'trial' if count == 1 else 'trials'} each"


def trial_line(trial: Trial) -> str:
    """What a trial came to."""
    text = f"trial {trial.number}: "
    if trial.state is TrialState.FAILED:
        text += f"failed ({trial.cause})"
    elif trial.reward is None:
        return f"{text}{trial.state}"
    else:
        text += f"reward {100 * trial.reward:.2f}"
    if trial.same_as is not None:
        return f"{text}, the same cell as trial {trial.same_as}"
    if is_stopped(trial):
        text += f", stopped after {trial.result['epochs']} epochs"
    return f"{text}, {trial.seconds:.1f} s"


def clock(seconds: float) -> str:
    """A duration: 1:02:03 or 2:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


View = LiveView | PlainView


def view_on(stream: TextIO) -> View:
    """The view that fits a stream."""
    return LiveView(stream) if stream.isatty() else PlainView(stream)
