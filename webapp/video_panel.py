"""The chosen video: its import, the choice of a model, and its results as they come."""

import time

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import JobState, Model
from tasks import queue
from webapp.data import Result, VideoState, read_models
from webapp.deletion import ask_to_delete_segmentation, ask_to_delete_video
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.links import player_button, poster
from webapp.literal import literal
from webapp.model_card import model_line, render_model_card
from webapp.report_view import stability_line
from webapp.wording import ago, video_facts


def render_video(folder: DataFolder, state: VideoState) -> None:
    """The panel of one video."""
    with st.container(border=True):
        picture, work = st.columns([1, 2], gap="large")
        with picture:
            _render_facts(folder, state)
        with work:
            if state.video.is_ready:
                _render_order(folder, state)
                for result in state.results:
                    _render_result(folder, result)
            else:
                _render_import(folder, state)


def _render_facts(folder: DataFolder, state: VideoState) -> None:
    video = state.video
    if video.poster is not None:
        poster(video)
    st.text(video.name)
    if video.is_ready:
        st.caption(video_facts(video))
    if video.note:
        st.text(video.note)
    if st.button("Delete this video", icon=":material/delete:", type="tertiary"):
        ask_to_delete_video(folder, state)


def _render_import(folder: DataFolder, state: VideoState) -> None:
    if state.job is None:
        st.caption("Its import job is gone; upload the file again.")
        return
    has_failed = state.job.state is JobState.FAILED
    st.markdown("**The import failed**" if has_failed else "**Getting the video ready**")
    render_progress(state.job)
    render_verbs(folder, state.job, place="import")


def _render_order(folder: DataFolder, state: VideoState) -> None:
    models = read_models(folder)
    if not models:
        st.info("There is no model yet: import one with `dyncell models import FILE`.")
        return
    choice, order = st.columns([3, 1], vertical_alignment="bottom")
    with choice:
        model = st.selectbox(
            "Model", models, format_func=lambda each: each.name, key="model", width="stretch"
        )
    with order:
        is_wanted = st.button(
            "Segment", type="primary", icon=":material/auto_awesome:", width="stretch"
        )
    st.caption(literal(model_line(model)))
    with st.popover("Model card", type="tertiary"):
        render_model_card(folder, model)
    if is_wanted:
        _order(folder, state.video.id, model)


def _order(folder: DataFolder, video_id: str, model: Model) -> None:
    try:
        queue.add_segmentation(folder, video_id=video_id, model=model.id, options={})
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _render_result(folder: DataFolder, result: Result) -> None:
    segmentation, job = result.segmentation, result.job
    with st.container(border=True):
        what, verbs = st.columns([3, 2], vertical_alignment="center")
        with what, st.container(horizontal=True, vertical_alignment="center"):
            st.text(result.model.name)
            if job is not None and not segmentation.is_ready:
                render_state(job)
            st.caption(ago(time.time() - segmentation.created_at), width="content")
            if segmentation.is_ready:
                st.caption(stability_line(segmentation), width="content")
        with verbs, st.container(horizontal=True, horizontal_alignment="right"):
            if segmentation.is_ready:
                player_button(segmentation.id, place="panel", kind="primary")
            elif job is not None:
                render_verbs(folder, job, place="panel")
            if job is None or job.state.is_finished:
                key = f"delete-{segmentation.id}"
                if st.button("Delete", key=key, icon=":material/delete:", type="tertiary"):
                    ask_to_delete_segmentation(folder, result)
        if job is not None and job.state is not JobState.DONE:
            render_progress(job)
