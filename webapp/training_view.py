"""Trainings under way: how far, how the loss falls, and what can be asked of them."""

import streamlit as st

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Job, JobState
from core.store import jobs
from webapp.chart import render_chart
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.links import go_to_model
from webapp.literal import literal
from webapp.training_curve import TrainingCurve, curve_figure
from webapp.training_data import read_trainings

_ORDERED = "ordered-training"


def order_shown(job: Job) -> None:
    """Keeps which training was ordered on this page, for `render_just_finished`."""
    st.session_state[_ORDERED] = job.id


def render_just_finished(folder: DataFolder) -> None:
    """The way from the training that was ordered here to the model it made."""
    job_id = st.session_state.get(_ORDERED)
    if not job_id:
        return
    try:
        with folder.database.reading() as session:
            job = jobs.get(session, job_id)
    except NotFound:
        return
    model_id = job.result.get("model_id")
    if job.state is not JobState.DONE or not isinstance(model_id, str):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{literal(str(job.payload.get('name')))}** is trained.", width="content")
        if st.button("Open its card", icon=":material/neurology:", type="primary"):
            del st.session_state[_ORDERED]
            go_to_model(model_id)


def render_trainings(folder: DataFolder, *, of: str | None = None) -> None:
    """Trainings that are not over, and the latest that failed; polls only while one runs.

    Args:
        folder: The data folder.
        of: A genotype's key: only trainings of this cell.
    """
    is_busy = read_trainings(folder, of=of).is_busy
    poll = 2.0 if is_busy else None
    st.fragment(_render_list, run_every=poll)(folder, of, is_busy)


def render_curve(job: Job, *, place: str) -> None:
    """The curve of a training, live or kept."""
    curve = TrainingCurve.of(job.progress.detail)
    if curve is None:
        return
    key = f"{place}-{job.id}"
    with_rate = st.toggle("Learning rate", key=f"rate-{key}") if curve.learning_rate else False
    total = int(job.payload.get("steps") or curve.steps[-1])
    render_chart(
        curve_figure(curve, total=total, with_learning_rate=with_rate),
        key=f"curve-{key}",
        alt="Loss over training steps",
    )


def training_line(job: Job) -> str:
    """What is trained, on one line."""
    payload = job.payload
    parts = [f"on {payload.get('dataset', 'a dataset')}"]
    if payload.get("splits"):
        parts[0] += f" / {', '.join(payload['splits'])}"
    if payload.get("genotype_name"):
        cell, static = payload["genotype_name"], payload.get("static")
        parts.insert(0, f"the cell {cell} in {static}")
        parts.append(f"clips of {payload.get('length')} frames")
    else:
        parts.append(f"width {payload.get('width')}")
    parts.append(f"{int(payload.get('steps') or 0):,} steps")
    parts.append(f"seed {payload.get('seed')}")
    if payload.get("start"):
        parts.append(f"begun from {payload['start']}")
    if payload.get("memoryless"):
        parts.append("memoryless control")
    if payload.get("extra"):
        parts.append(f"{100 * payload['extra']:.0f} % synthetic streets")
    loss = job.progress.detail.get("loss")
    if isinstance(loss, int | float):
        parts.append(f"loss {loss:.3f}")
    return " · ".join(parts)


def _render_list(folder: DataFolder, of: str | None, was_busy: bool) -> None:
    try:
        found = read_trainings(folder, of=of)
        if found.is_busy != was_busy:
            st.rerun()
        if found.unfinished:
            st.header("Training", anchor=False)
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
