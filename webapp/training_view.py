"""Trainings under way: how far, how the loss falls, and what can be asked of them."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Job
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.literal import literal
from webapp.training_curve import TrainingCurve, curve_figure
from webapp.training_data import read_trainings

_CHART = {"displayModeBar": False}


def render_trainings(folder: DataFolder) -> None:
    """All trainings that are not over, and the latest that failed; polls only while one runs."""
    is_busy = read_trainings(folder).is_busy
    poll = 2.0 if is_busy else None
    st.fragment(_render_list, run_every=poll)(folder, is_busy)


def render_curve(job: Job, *, place: str) -> None:
    """The curve of a training, live or kept."""
    curve = TrainingCurve.of(job.progress.detail)
    if curve is None:
        return
    key = f"{place}-{job.id}"
    with_rate = st.toggle("Learning rate", key=f"rate-{key}") if curve.learning_rate else False
    total = int(job.payload.get("steps") or curve.steps[-1])
    st.plotly_chart(
        curve_figure(curve, total=total, with_learning_rate=with_rate),
        key=f"curve-{key}",
        config=_CHART,
        alt="Loss over training steps",
    )


def training_line(job: Job) -> str:
    """What is trained, on one line."""
    payload = job.payload
    parts = [f"on {payload.get('dataset', 'a dataset')}"]
    if payload.get("splits"):
        parts[0] += f" / {', '.join(payload['splits'])}"
    parts.append(f"width {payload.get('width')}")
    parts.append(f"{int(payload.get('steps') or 0):,} steps")
    parts.append(f"seed {payload.get('seed')}")
    if payload.get("extra"):
        parts.append(f"{100 * payload['extra']:.0f} % synthetic streets")
    loss = job.progress.detail.get("loss")
    if isinstance(loss, int | float):
        parts.append(f"loss {loss:.3f}")
    return " · ".join(parts)


def _render_list(folder: DataFolder, was_busy: bool) -> None:
    try:
        found = read_trainings(folder)
        if found.is_busy != was_busy:
            st.rerun()
        if found.unfinished:
            st.subheader("Training", anchor=False)
        for job in found.unfinished:
            _render_training(folder, job)
        if found.ended:
            with st.expander(f"Ended without a model ({len(found.ended)})"):
                for job in found.ended:
                    _render_training(folder, job)
    except Exception as error:
        render_failure(error)


def _render_training(folder: DataFolder, job: Job) -> None:
    with st.container(border=True):
        what, verbs = st.columns([3, 1], vertical_alignment="center")
        with what:
            with st.container(horizontal=True, vertical_alignment="center"):
                render_state(job)
                st.markdown(f"**{literal(str(job.payload.get('name') or job.title))}**")
            st.caption(literal(training_line(job)))
        with verbs:
            render_verbs(folder, job, place="training")
        render_progress(job)
        render_curve(job, place="training")
