"""Segment: a video comes in, a model is chosen, a segmentation comes out."""

import streamlit as st

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import is_id
from tasks import queue
from webapp.components.uploader import uploader
from webapp.data import VideoState, read_video
from webapp.disk_use import read_disk_use
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.video_library import render_library
from webapp.video_panel import render_video
from webapp.wording import size


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Segment", anchor=False)
    render_ways_in(folder)
    state = _chosen_video(folder)
    if state is not None:
        poll = 1.0 if state.is_busy else None
        st.fragment(_render_chosen, run_every=poll)(folder, state.video.id, state.is_busy)
    render_library(folder)
    use = read_disk_use(folder)
    stored = "Files lie in the object store" if use.stored is None else f"{size(use.stored)} stored"
    st.caption(f"{stored} · {size(use.free)} free on this disk")


def render_ways_in(folder: DataFolder) -> None:
    """Upload a video, or take the sample."""
    upload, sample = st.columns([3, 1], vertical_alignment="center", gap="medium")
    with upload:
        video_id = uploader("uploader", on_uploaded=_nothing)
        if video_id is not None and is_id(video_id):
            st.query_params["video"] = video_id
    with sample, st.container(horizontal_alignment="center"):
        st.caption("No video at hand?", width="content")
        if st.button("Use the sample", icon=":material/movie:"):
            st.query_params["video"] = queue.add_sample(folder).id


def _chosen_video(folder: DataFolder) -> VideoState | None:
    video_id = st.query_params.get("video", "")
    if not video_id:
        return None
    try:
        if not is_id(video_id):
            raise NotFound("There is no such video; choose one of those below.")
        return read_video(folder, video_id)
    except NotFound as error:
        render_failure(error)
        return None


def _render_chosen(folder: DataFolder, video_id: str, was_busy: bool) -> None:
    try:
        state = read_video(folder, video_id)
        if state.is_busy != was_busy:
            st.rerun()
        render_video(folder, state)
    except Exception as error:
        render_failure(error)


def _nothing() -> None:
    """The run that follows reads the value itself."""


render()
