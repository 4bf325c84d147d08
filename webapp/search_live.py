"""Where a search stands now: numbers, incumbents, rewards, trials in flight, failures."""

from collections.abc import Sequence

import streamlit as st

from core.records import Job
from core.search_records import Trial, TrialState
from webapp.literal import literal
from webapp.search_address import asked_trial, set_trial
from webapp.search_charts import chosen_number, incumbent_figure, reward_figure
from webapp.search_data import SearchView
from webapp.search_numbers import (
    best_cells,
    days,
    failures,
    seconds_left,
    stage_costs,
    trials_per_hour,
)
from webapp.search_words import CAUSES, left_text, percent, work_text
from webapp.wording import count, progress_line

_CHART = {"displayModeBar": False}
_TAKEN = "search-clicked"
_FLYING = 6  # trials in flight that are shown


def render_headline(view: SearchView) -> None:
    """The numbers that matter, in a row."""
    search = view.search
    finished = sum(trial.state.is_finished for trial in view.trials)
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute"):
        _metric("Trials", f"{finished:,} of {search.trials:,}", _twins_progress(view))
        _render_best(view)
        _render_pace(view)
        _render_work(view)
        failed = sum(failures(view.trials).values())
        _metric("Failed", f"{failed:,}", _causes_told(view.trials))
    if finished < search.trials:
        st.progress(finished / search.trials)


def render_curves(view: SearchView) -> None:
    """The best so far against the twin, and every reward; a click on a reward shows its cell."""
    if not any(trial.state.is_finished for trial in view.all_trials):
        st.caption("The first rewards appear here as soon as the first trials end.")
        return
    ordered = max(view.search.trials, view.twin.trials if view.twin else 0)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Best so far**")
        st.plotly_chart(
            incumbent_figure(view.trials, view.twin_trials, ordered=ordered),
            key=f"incumbent-{view.search.id}",
            config=_CHART,
            alt="The best reward so far over the trials, of the search and its random twin",
        )
    with right:
        st.markdown("**Rewards** · click a point to see its cell")
        key = f"rewards-{view.search.id}"
        event = st.plotly_chart(
            reward_figure(view.trials, view.twin_trials, ordered=ordered, chosen=asked_trial()),
            key=key,
            on_select="rerun",
            selection_mode="points",
            config=_CHART,
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
    has_failures = bool(failures(view.all_trials))
    if not running and not has_failures:
        return
    columns = iter(st.columns(2, gap="large"))
    if running:
        with next(columns):
            st.markdown(f"**In flight** · {count(len(running), 'trial')}")
            for trial, whose in running[:_FLYING]:
                _render_running(trial, view.jobs.get(trial.job_id), whose)
            if len(running) > _FLYING:
                st.caption(f"and {len(running) - _FLYING} more")
    if has_failures:
        with next(columns):
            _render_failures(view)


def _runs(trial: Trial) -> bool:
    return trial.state is TrialState.RUNNING


def _metric(label: str, value: str, told: str, delta: str | None = None) -> None:
    st.metric(label, value, delta, help=literal(told) if told else None, width="content")


def _twins_progress(view: SearchView) -> str:
    shared = sum(trial.same_as is not None for trial in view.trials)
    told = f"{count(shared, 'trial')} shared the result of an equal cell."
    if view.twin is not None:
        ended = sum(trial.state.is_finished for trial in view.twin_trials)
        told += f" The twin has {ended:,} of {view.twin.trials:,}."
    return told


def _render_best(view: SearchView) -> None:
    own, twin = best_cells(view.trials, most=1), best_cells(view.twin_trials, most=1)
    if not own:
        _metric("Best reward", "none yet", "")
        return
    reward = own[0].reward or 0.0
    delta = None
    if twin:
        difference = 100 * (reward - (twin[0].reward or 0.0))
        delta = f"{difference:+.1f} points to the twin"
    _metric(
        "Best reward",
        percent(reward),
        f"Trial {own[0].number}: the root of accuracy times stability on frames that nobody "
        "has learnt from.",
        delta,
    )
    if twin:
        _metric("Best of the twin", percent(twin[0].reward or 0.0), "The best of chance.")


def _render_pace(view: SearchView) -> None:
    rate = trials_per_hour(view.all_trials)
    if rate is None:
        return
    _metric("Trials per hour", f"{rate:,.0f}", "Lately, the twin's among them; rests left out.")
    if not view.is_under_way:
        return
    ordered = view.search.trials + (view.twin.trials if view.twin else 0)
    left = seconds_left(view.config, view.all_trials, ordered=ordered, rate=rate)
    if left is not None:
        _metric("Left", left_text(left), "For both, at the pace of the latest trials.")


def _render_work(view: SearchView) -> None:
    both = [view.search, *([view.twin] if view.twin else [])]
    costs = stage_costs(both, view.all_trials)
    on_gpu, on_cpu = days(costs, is_gpu=True), days(costs, is_gpu=False)
    told = "Of search and twin; see Cost. The method's paper tells of 2 GPU-days for its search."
    if on_gpu:
        _metric("GPU work", work_text(on_gpu), told)
    else:
        _metric("Processor work", work_text(on_cpu), told)


def _causes_told(trials: Sequence[Trial]) -> str:
    causes = failures(trials)
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
    for whose, trials in (("", view.trials), ("twin, ", view.twin_trials)):
        failed = [trial for trial in trials if trial.state is TrialState.FAILED]
        for cause, number in failures(trials).items():
            numbers = [str(trial.number) for trial in failed if trial.cause == cause][:12]
            more = " ..." if number > len(numbers) else ""
            told = f"{number} {CAUSES.get(cause, cause)}: {whose}trial {', '.join(numbers)}{more}"
            lines.append(literal(told))
    st.caption("  \n".join(lines))
