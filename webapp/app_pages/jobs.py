"""Jobs: the queue, how far everything is, what it said, and what can be asked of it."""

import time
from datetime import datetime
from typing import TypeVar

import streamlit as st

from core.data_folder import DataFolder
from core.records import Job, JobKind, JobState
from core.store.job_lines import JobLine
from webapp.data import JobsAsked, count_job_lines, read_job_lines, read_log
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_result import result_button
from webapp.job_view import (
    KIND_NAMES,
    render_progress,
    render_searching,
    render_state,
    render_verbs,
)
from webapp.listing import render_listing
from webapp.paging import chosen_offset, first_page, render_paging
from webapp.wording import ago, count, duration

_SHOWN = 20
_ORDERS = {"newest": "newest first", "oldest": "oldest first"}

Choice = TypeVar("Choice", JobState, JobKind)


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Jobs", anchor=False)
    listing = render_listing("jobs", _ORDERS, what="jobs by title")
    asked = JobsAsked(listing, *_filters())
    lines, _ = _read(folder, asked)
    is_busy = any(line.is_active for line in lines)
    poll = 1.5 if is_busy else None
    st.fragment(_render_list, run_every=poll)(folder, asked, is_busy)


def _filters() -> tuple[tuple[JobState, ...], tuple[JobKind, ...]]:
    """The states and kinds in the address: `?state=failed,running&kind=trial`."""
    with st.container(horizontal=True):
        states = _pills("State", list(JobState), {state: str(state) for state in JobState})
        kinds = _pills(
            "Kind",
            list(KIND_NAMES),
            KIND_NAMES,
            told="The trials of a search stand on one line; choose Trial to see each of them.",
        )
    return states, kinds


def _pills(
    label: str, options: list[Choice], names: dict[Choice, str], *, told: str | None = None
) -> tuple[Choice, ...]:
    parameter, key = label.lower(), f"{label.lower()}s"
    asked = st.query_params.get(parameter, "").split(",")
    shown = [each for each in options if str(each) in asked]
    if st.session_state.get(key) != shown:
        st.session_state[key] = shown

    def take() -> None:
        chosen = ",".join(str(each) for each in st.session_state[key])
        if chosen:
            st.query_params[parameter] = chosen
        else:
            st.query_params.pop(parameter, None)
        first_page()

    st.pills(
        label,
        options,
        selection_mode="multi",
        format_func=lambda each: names[each],
        key=key,
        help=told,
        on_change=take,
    )
    return tuple(shown)


def _read(folder: DataFolder, asked: JobsAsked) -> tuple[list[JobLine], int]:
    total = count_job_lines(folder, asked)
    offset = chosen_offset(total=total, size=_SHOWN)
    return read_job_lines(folder, asked, limit=_SHOWN, offset=offset), total


def _render_list(folder: DataFolder, asked: JobsAsked, was_busy: bool) -> None:
    try:
        lines, total = _read(folder, asked)
        if any(line.is_active for line in lines) != was_busy:
            st.rerun()
        if not lines:
            st.caption(
                "No job matches; look for less, or take states and kinds away."
                if asked.is_narrowed
                else "No jobs yet. Segment a video, and its jobs appear here."
            )
        for line in lines:
            if line.search_id:
                with st.container(border=True):
                    render_searching(line, place="jobs")
            else:
                render_job(folder, line.job)
        render_paging("jobs", total=total, size=_SHOWN)
    except Exception as error:
        render_failure(error)


def render_job(folder: DataFolder, job: Job) -> None:
    """One job of the list."""
    with st.container(border=True):
        what, verbs = st.columns([4, 1], vertical_alignment="center")
        with what:
            with st.container(horizontal=True, vertical_alignment="center"):
                render_state(job)
                st.text(job.title)
            render_progress(job)
            st.caption(_line(job))
        with verbs:
            render_verbs(folder, job, place="jobs")
            result_button(job, place="jobs")
        if st.toggle("Log", key=f"log-{job.id}"):
            _render_log(folder, job)


def _line(job: Job) -> str:
    parts = [KIND_NAMES[job.kind], ago(time.time() - job.created_at)]
    if job.started_at is not None and job.finished_at is not None:
        parts.append(f"took {duration(job.finished_at - job.started_at)}")
    if job.attempt > 1:
        parts.append(count(job.attempt, "attempt"))
    return " · ".join(parts)


def _render_log(folder: DataFolder, job: Job) -> None:
    lines = read_log(folder, job.id)
    if not lines:
        st.caption("Nothing was logged.")
        return
    shown = [f"{datetime.fromtimestamp(line.at):%H:%M:%S}  {line.text}" for line in lines]
    st.code("\n".join(shown), language=None, wrap_lines=True, height=min(320, 60 + 20 * len(shown)))


render()
