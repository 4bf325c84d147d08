"""Where a search stands now: numbers, incumbents, rewards, trials in flight, failures."""

import streamlit as st

from core.records import Job
from core.search_records import Trial, TrialState
from core.search_summary import cost_of, equal_bests, seconds_left, trials_per_hour, work_meaning
from webapp.chart import render_chart
from webapp.literal import literal
from webapp.search_address import asked_trial, set_trial
from webapp.search_charts import chosen_number, incumbent_figure, reward_figure
from webapp.search_data import SearchView
from webapp.search_words import CAUSES, left_text, percent, work_text
from webapp.wording import at_a_time, count, progress_line

_TAKEN = "search-clicked"
_FLYING = 6  # trials in flight that are shown


def render_headline(view: SearchView) -> None:
    """The numbers that matter, in a row."""
    search, own = view.search, view.summaries[0]
    finished = own.finished
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute"):
        _metric("Trials", f"{finished:,} of {search.trials:,}", _twins_progress(view))
        _render_best(view)
        _render_pace(view)
        _render_work(view)
        _metric("Failed", f"{sum(own.causes.values()):,}", _causes_told(own.causes))
    ended = sum(each.finished for each in view.summaries)
    ordered = sum(each.search.trials for each in view.summaries)
    if ended < ordered:
        with_twin = ", the twin's among them" if view.twin else ""
        st.progress(ended / ordered, text=f"{ended:,} of {count(ordered, 'trial')}{with_twin}")


def render_curves(view: SearchView) -> None:
    """The best so far against the twin, and every reward; a click on a reward shows its cell."""
    if not any(each.finished for each in view.summaries):
        st.caption("The first rewards appear here as soon as the first trials end.")
        return
    ordered = max(view.search.trials, view.twin.trials if view.twin else 0)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Best so far**")
        render_chart(
            incumbent_figure(view.trials, view.twin_trials, ordered=ordered),
            key=f"incumbent-{view.search.id}",
            alt="The best reward so far over the trials, of the search and its random twin",
        )
    with right:
        st.markdown("**Rewards** · click a point to see its cell")
        key = f"rewards-{view.search.id}"
        event = render_chart(
            reward_figure(view.trials, view.twin_trials, ordered=ordered, chosen=asked_trial()),
            key=key,
            selects="points",
            alt="The reward of every trial, and how it ended",
        )
        take_click(key, event)


def take_click(key: str, event: object) -> None:
    """Writes a newly clicked trial into the address; an old click is not taken twice."""
    number = chosen_number(event)
    if st.session_state.get(f"{_TAKEN}-{key}") == number:
        return
    st.session_state[f"{_TAKEN}-{key}"] = number
    if number is not None:
        set_trial(number)
        st.rerun(scope="app")


def render_flight(view: SearchView) -> None:
    """Trials that run now, and why some failed."""
    running = [(trial, "") for trial in view.trials if trial.state is TrialState.RUNNING]
    running += [(trial, "twin, ") for trial in view.twin_trials if _runs(trial)]
    has_failures = any(each.causes for each in view.summaries)
    if not running and not has_failures and not view.waiting:
        return
    if running or view.waiting:
        _render_queue(view, running=len(running))
    if not running and not has_failures:
        return
    columns = iter(st.columns(2, gap="large"))
    if running:
        with next(columns):
            for trial, whose in running[:_FLYING]:
                _render_running(trial, view.jobs.get(trial.job_id), whose)
            if len(running) > _FLYING:
                st.caption(f"and {len(running) - _FLYING:,} more")
    if has_failures:
        with next(columns):
            _render_failures(view)


def _render_queue(view: SearchView, *, running: int) -> None:
    """How many trials run and wait, and why those that wait do."""
    if not view.is_under_way:
        if running:
            st.markdown(f"**Ending** · {count(running, 'trial')}")
        else:
            st.markdown(f"**At rest** · {count(view.waiting, 'trial')} proposed and not run yet")
        return
    waiting = f", {view.waiting:,} waiting" if view.waiting else ""
    st.markdown(f"**In flight** · {count(running, 'trial')}{waiting}")
    if view.waiting:
        st.caption(room_told(view.room))


def room_told(room: int) -> str:
    """Why trials wait, and how more of them could run."""
    if not room:
        return "No worker is alive: start `dyncell up` again, or `dyncell worker` beside it."
    return (
        f"The workers alive run {at_a_time(room, 'trial')}, whatever the parallelism. Trials "
        "of search and twin stand in one queue, in the order they were asked for. More run at once "
        "with more workers: `dyncell up --workers 2`, or `dyncell worker` beside it."
    )


def _runs(trial: Trial) -> bool:
    return trial.state is TrialState.RUNNING


def _metric(label: str, value: str, told: str, delta: str | None = None) -> None:
    is_even = delta is not None and delta.startswith("±")
    st.metric(
        label,
        value,
        delta,
        delta_color="off" if is_even else "normal",
        delta_arrow="off" if is_even else "auto",
        help=literal(told) if told else None,
        width="content",
    )


def _twins_progress(view: SearchView) -> str:
    own, *twins = view.summaries
    told = f"{count(own.shared, 'trial')} shared the result of an equal cell."
    for twin in twins:
        told += f" The twin has {twin.finished:,} of {twin.search.trials:,}."
    return told


def _render_best(view: SearchView) -> None:
    own, twin, *_ = (*(each.best for each in view.summaries), None)
    if own is None:
        _metric("Best reward", "none yet", "")
        return
    reward = own.reward or 0.0
    _metric(
        "Best reward",
        percent(reward),
        f"Trial {own.number}: the root of accuracy times stability on frames that nobody "
        "has learnt from.",
        _ahead(view),
    )
    if twin is not None:
        _metric("Best of the twin", percent(twin.reward or 0.0), "The best of chance.")


def _ahead(view: SearchView) -> str | None:
    """The best of equally many trials of the search and of its twin, the one less the other."""
    bests = equal_bests(view.summaries)
    if bests is None:
        return None
    ours, theirs, count = bests
    ahead = f"{100 * (ours - theirs):+.1f}"
    ahead = "±0.0" if float(ahead) == 0 else ahead
    return f"{ahead} points to the twin, {count:,} trials each"


def _render_pace(view: SearchView) -> None:
    rate, left = trials_per_hour(view.summaries), seconds_left(view.summaries)
    if rate is None:
        return
    _metric("Trials per hour", f"{rate:,.0f}", "The twin's among them; rests left out.")
    if view.is_under_way and left is not None:
        _metric("Left", left_text(left), "For both, at the pace of the latest trials.")


def _render_work(view: SearchView) -> None:
    cost = cost_of(view.summaries)
    told = (
        f"{work_meaning(view.summaries)} See Cost for its parts. The method's paper tells of 2 "
        "GPU-days for its search."
    )
    both = " of both" if len(view.summaries) > 1 else ""
    if cost.gpu_days:
        _metric(f"GPU work{both}", work_text(cost.gpu_days), told)
    else:
        _metric(f"Processor work{both}", work_text(cost.cpu_days), told)


def _causes_told(causes: dict[str, int]) -> str:
    if not causes:
        return "None failed."
    parts = [f"{number} {CAUSES.get(cause, cause)}" for cause, number in causes.items()]
    return f"{', '.join(parts)}. A failure is never told to the strategy as a reward."


def _render_running(trial: Trial, job: Job | None, whose: str) -> None:
    told = f"{whose}trial {trial.number} · {trial.key[:8]}"
    if job is None:
        st.caption(literal(told))
        return
    progress = job.progress
    st.progress(progress.share, text=literal(f"{told} · {progress_line(progress)}"))


def _render_failures(view: SearchView) -> None:
    st.markdown("**Failures**")
    lines = []
    for whose, found in zip(("", "twin, "), view.summaries, strict=False):
        failed = [trial for trial in found.trials if trial.state is TrialState.FAILED]
        for cause, number in found.causes.items():
            numbers = [str(trial.number) for trial in failed if trial.cause == cause][:12]
            more = " ..." if number > len(numbers) else ""
            told = f"{number} {CAUSES.get(cause, cause)}: {whose}trial {', '.join(numbers)}{more}"
            lines.append(literal(told))
    st.caption("  \n".join(lines))
