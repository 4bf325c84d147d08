"""Searches as text: all of them, one of them, and the last words of a run."""

from collections.abc import Iterator, Mapping

from core.records import Job, JobState
from core.search.config import SearchConfig
from core.search_front import search_fronts
from core.search_preparation import step_text
from core.search_records import SearchState, Trial, TrialState, joint_state, states_text
from core.search_summary import SearchCost, SearchSummary, cost_of, is_stopped, work_meaning
from tasks.cli.search_view import (
    asked_for,
    best_text,
    clock,
    comparison,
    counts_text,
    of_which,
    pace_line,
)


def list_lines(found: list[SearchSummary], preparing: Mapping[str, Job | None]) -> Iterator[str]:
    """One line per search.

    Args:
        found: The searches.
        preparing: The jobs of those that are being prepared, by the search's id.
    """
    for each in found:
        search = each.search
        name = f"  {search.name}" if search.twin_of else search.name
        count = f"{each.finished}/{search.trials}"
        is_preparing = search.state is SearchState.PREPARING
        told = preparing_text(preparing.get(search.id)) if is_preparing else best_text(each)
        yield f"{name:<28} {search.state:<9} {search.strategy:<9} {count:>9}  {told}"


def show_lines(
    together: list[SearchSummary], preparing: Job | None = None, *, top: int
) -> Iterator[str]:
    """A search with its best trials.

    Args:
        together: The search, then its twins.
        preparing: The job that prepares it, where one does.
        top: How many trials.
    """
    first = together[0]
    search = first.search
    states = [each.search.state for each in together]
    yield f"{search.name}  ({states_text(states)}, id {search.id})"
    if search.message:
        yield f"{'':12}{search.message}"
    yield f"{'asked for':<12}{asked_for(first)}"
    yield f"{'':12}{of_which(first)}"
    yield f"{'budget':<12}{_budget(first)}"
    if search.is_prepared:
        yield f"{'static':<12}{_static(first)}"
    elif search.state is SearchState.PREPARING:
        yield f"{'preparing':<12}{preparing_text(preparing)}; trials begin after the last step"
    yield f"{'trials':<12}{first.finished} of {search.trials} ended; {counts_text(first)}"
    yield f"{'best':<12}{best_text(first).removeprefix('best ')}"
    for twin in together[1:]:
        count = f"{twin.finished} of {twin.search.trials} ended"
        yield f"{'twin':<12}{twin.search.name} ({twin.search.state}): {count}, {best_text(twin)}"
    if against := comparison(together):
        yield f"{'':12}{against}"
    yield from _front(together)
    cost = cost_of(together)
    yield f"{'cost':<12}{_cost(cost)}"
    if cost.seconds:
        yield f"{'':12}{work_meaning(together)}"
    if joint_state(states) is SearchState.RUNNING:
        yield f"{'pace':<12}{pace_line(together)}"
    yield from _table(first, top)


def preparing_text(job: Job | None) -> str:
    """What is prepared, how far it is and how long that step takes still."""
    left = None if job is None or job.state is not JobState.RUNNING else job.progress.eta
    return step_text(job) + (f", {clock(left)} left of it" if left else "")


def closing_lines(together: list[SearchSummary]) -> Iterator[str]:
    """What a run came to."""
    for each in together:
        search = each.search
        end = f" {search.message}" if search.message else ""
        yield (
            f"{search.name} is {search.state}: {each.finished} trials in {clock(each.seconds)}, "
            f"{best_text(each)}; {counts_text(each)}.{end}"
        )
    if against := comparison(together):
        yield f"Best reward {against}."


def _budget(summary: SearchSummary) -> str:
    budget = SearchConfig.from_dict(summary.search.config).budget
    rungs = ", ".join(map(str, budget.rungs))
    stops = f", judged early after {rungs}" if rungs else ", no early stops"
    return (
        f"{budget.epochs} epochs{stops}; clips per frame: {budget.variants} of {budget.length} "
        f"frames to learn from, {budget.judge_variants} of {budget.judge_length} to be judged on"
    )


def _static(summary: SearchSummary) -> str:
    found = summary.search.prepared
    made = "trained on part S by this search" if found["static_is_own"] else "given"
    frames = ", ".join(f"{part} {count}" for part, count in found["frames"].items())
    size = f"{found['width']}x{found['height']}"
    return f"{found['static_name']} ({made}), {size}; frames of {frames}"


def _front(together: list[SearchSummary]) -> Iterator[str]:
    first, *twins = search_fronts(together)
    if not first.members:
        return
    numbers = ", ".join(str(first.trials[n].number) for n in first.members)
    yield f"{'front':<12}over {', '.join(first.objectives)}: trials {numbers}"
    against = "".join(f", the twin's {twin.volume:.2f}" for twin in twins)
    reference = ", ".join(f"{each} {first.shown(None, each):.0f}" for each in first.objectives)
    yield f"{'':12}hypervolume {first.volume:.2f}%{against}, from {reference}"
    if first.device:
        yield f"{'':12}latency on {first.device}"


def _cost(cost: SearchCost) -> str:
    if not cost.seconds:
        return "nothing yet"
    parts = []
    for device, stages in cost.seconds.items():
        each = ", ".join(f"{stage} {spent:.1f}" for stage, spent in stages.items())
        parts.append(f"{device} {sum(stages.values()):.1f} s ({each})")
    if cost.gpu_seconds:
        parts.append(f"{cost.gpu_days:.4f} GPU-days")
    return "; ".join(parts)


def _table(summary: SearchSummary, top: int) -> Iterator[str]:
    rewarded = [t for t in summary.trials if t.reward is not None and t.same_as is None]
    rewarded.sort(key=lambda trial: (-(trial.reward or 0.0), trial.number))
    failed = [t for t in summary.trials if t.state is TrialState.FAILED and t.same_as is None]
    if rewarded:
        yield ""
        scores = " ".join(f"{name:>7}" for name in ("reward", "A", "S", "mIoU"))
        yield f"{'trial':>5} {scores} {'epochs':>6} {'seconds':>8} {'MMACs':>8}  key"
    for trial in rewarded[:top]:
        yield _row(trial)
    if len(rewarded) > top:
        yield f"... and {len(rewarded) - top} more: --top {len(rewarded)}"
    for trial in failed[:top]:
        yield f"{trial.number:>5} failed ({trial.cause}) after {trial.seconds:.1f} s  {trial.key}"


def _row(trial: Trial) -> str:
    shares = [trial.reward, *(trial.result.get(name) for name in ("accuracy", "stability", "miou"))]
    scores = " ".join(f"{100 * (share or 0.0):>7.2f}" for share in shares)
    epochs = f"{trial.result.get('epochs', '')}{'*' if is_stopped(trial) else ''}"
    macs = trial.result.get("macs", 0) / 1e6
    return f"{trial.number:>5} {scores} {epochs:>6} {trial.seconds:>8.1f} {macs:>8.0f}  {trial.key}"
