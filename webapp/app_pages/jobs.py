"""Jobs: the queue, how far everything is, what it said, and what can be asked of it."""

import time
from datetime import datetime
from typing import Any

import streamlit as st

from core.data_folder import DataFolder
from core.records import Job, JobKind, JobState
from core.store.job_lines import JobLine
from webapp.data import read_job_lines, read_log
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_view import (
    KIND_NAMES,
    render_progress,
    render_searching,
    render_state,
    render_verbs,
)
from webapp.paging import chosen_offset, render_paging
from webapp.wording import ago, count, duration

_SHOWN = 20


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Jobs", anchor=False)
    states, kinds = _filters()
    lines, _ = _read(folder, states, kinds)
    is_busy = any(line.is_active for line in lines)
    poll = 1.5 if is_busy else None
    st.fragment(_render_list, run_every=poll)(folder, states, kinds, is_busy)


def _filters() -> tuple[list[JobState], list[JobKind]]:
    with st.container(horizontal=True):
        states = st.pills(
            "State", list(JobState), selection_mode="multi", format_func=str, key="states"
        )
        kinds = st.pills(
            "Kind",
            list(KIND_NAMES),
            selection_mode="multi",
            format_func=lambda kind: KIND_NAMES[kind],
            key="kinds",
            help="The trials of a search stand on one line; choose Trial to see each of them.",
        )
    return states, kinds


def _read(
    folder: DataFolder, states: list[JobState], kinds: list[JobKind]
) -> tuple[list[JobLine], int]:
    asked: dict[str, Any] = {"states": states or None, "kinds": kinds or None}
    _, total = read_job_lines(folder, **asked, limit=1, offset=0)
    offset = chosen_offset("jobs", total=total, size=_SHOWN)
    return read_job_lines(folder, **asked, limit=_SHOWN, offset=offset)


def _render_list(
    folder: DataFolder, states: list[JobState], kinds: list[JobKind], was_busy: bool
) -> None:
    try:
        lines, total = _read(folder, states, kinds)
        if any(line.is_active for line in lines) != was_busy:
            st.rerun()
        if not lines:
            st.caption(
                "No job matches."
                if states or kinds
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
