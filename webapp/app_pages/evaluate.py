"""Evaluate: a model's scores on a dataset split, and the frames they come from."""

import time
from datetime import datetime

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import is_id
from tasks import queue
from webapp.evaluation_address import asked_evaluation, asked_frame, set_frame
from webapp.evaluation_data import EvaluationState, read_evaluation
from webapp.evaluation_details import Details, read_details
from webapp.evaluation_form import render_evaluation_form
from webapp.evaluation_frame import render_frame
from webapp.evaluation_frames import render_confusion, render_frames
from webapp.evaluation_labels import render_labels
from webapp.evaluation_list import render_evaluations, title
from webapp.evaluation_view import (
    render_classes,
    render_headline,
    render_how,
    render_sequences,
)
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_view import render_progress, render_verbs
from webapp.links import go_to_model, go_to_worst_frames
from webapp.literal import literal
from webapp.wording import ago


def render() -> None:
    """The page."""
    folder = current_folder()
    evaluation_id = asked_evaluation()
    if evaluation_id:
        try:
            if not is_id(evaluation_id):
                raise NotFound("There is no such evaluation; choose one of those below.")
            _render_evaluation(folder, read_evaluation(folder, evaluation_id))
        except NotFound as error:
            render_failure(error)
        else:
            return
    st.title("Evaluate", anchor=False)
    render_evaluation_form(folder)
    st.header("Evaluations", anchor=False)
    render_evaluations(folder)


def _render_evaluation(folder: DataFolder, state: EvaluationState) -> None:
    _render_heading(folder, state)
    if not state.evaluation.is_ready:
        poll = 1.0 if state.is_busy else None
        st.fragment(_render_waiting, run_every=poll)(folder, state.evaluation.id, state.is_busy)
        return
    details = _details(folder, state)
    position = asked_frame()
    if details is not None and position is not None:
        try:
            render_frame(folder, state, details, position)
        except NotFound as error:
            render_failure(error)
            set_frame(None)
        else:
            return
    _render_scores(folder, state, details)


def _render_heading(folder: DataFolder, state: EvaluationState) -> None:
    evaluation = state.evaluation
    name, verbs = st.columns(2, vertical_alignment="center")
    with name:
        st.title(literal(title(state)), anchor=False)
        st.caption(literal(_when(state)))
        if len(state.names) > 1:
            names = f"{', '.join(state.names[:-1])} and {state.names[-1]}"
            st.caption(literal(f"{names} have the same weights, and so the same scores."))
    with verbs, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("All evaluations", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        if state.model is not None and st.button("Model", icon=":material/neurology:"):
            go_to_model(state.model.id)
        if evaluation.is_ready:
            if evaluation.details is not None and st.button(
                "Worst frames", icon=":material/thumb_down:", key="worst-frames"
            ):
                go_to_worst_frames(evaluation.id)
            _render_downloads(state)
        if st.button("Delete", icon=":material/delete:", type="tertiary"):
            _ask_to_delete(folder, state)


def _when(state: EvaluationState) -> str:
    is_measured, at = state.evaluation.is_ready, state.evaluation.created_at
    if is_measured and state.job is not None and state.job.finished_at is not None:
        at = state.job.finished_at
    told = f"{ago(time.time() - at)} ({datetime.fromtimestamp(at):%-d %B %Y, %H:%M})"
    return f"{'Measured' if is_measured else 'Ordered'} {told}"


def _render_downloads(state: EvaluationState) -> None:
    address = f"/api/v1/evaluations/{state.evaluation.id}"
    with st.popover("Download", icon=":material/download:"):
        st.link_button("All scores (JSON)", f"{address}/scores.json", width="stretch")
        st.link_button("Classes (CSV)", f"{address}/classes.csv", width="stretch")
        if state.evaluation.details is not None:
            st.link_button("Frames (CSV)", f"{address}/frames.csv", width="stretch")


def _render_scores(folder: DataFolder, state: EvaluationState, details: Details | None) -> None:
    render_headline(state.evaluation.scores)
    st.header("Classes", anchor=False)
    render_classes(state)
    render_confusion(state, details)
    if details is not None and details.frames:
        render_frames(state, details)
    render_labels(folder, state, details)
    render_sequences(state.evaluation.scores)
    render_how(state)


def _details(folder: DataFolder, state: EvaluationState) -> Details | None:
    if state.evaluation.details is None:
        st.caption("The frames of this evaluation were not kept; its scores were.")
        return None
    try:
        return read_details(folder.artifacts, state.evaluation.details)
    except DyncellError as error:
        render_failure(error)
        return None


def _render_waiting(folder: DataFolder, evaluation_id: str, was_busy: bool) -> None:
    try:
        state = read_evaluation(folder, evaluation_id)
        if state.evaluation.is_ready or state.is_busy != was_busy:
            st.rerun()
        if state.job is None:
            st.caption("Its job is gone; delete this evaluation and start it again.")
            return
        render_progress(state.job)
        render_verbs(folder, state.job, place="evaluation")
    except Exception as error:
        render_failure(error)


@st.dialog("Delete this evaluation?")
def _ask_to_delete(folder: DataFolder, state: EvaluationState) -> None:
    st.text(title(state))
    st.caption("Its scores and predicted labels go for good; model and dataset stay.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it"):
            st.rerun()
        if not st.button("Delete", key="delete-evaluation-for-good", type="primary"):
            return
    try:
        queue.delete_evaluation(folder, state.evaluation.id)
    except DyncellError as error:
        render_failure(error)
        return
    st.query_params.clear()
    st.rerun()


render()
