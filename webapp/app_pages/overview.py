"""Overview: what can be done, what runs, what was finished lately."""

import time

import streamlit as st

from core.data_folder import DataFolder
from tasks import queue
from webapp.data import DiskUse, Overview, read_disk_use, read_overview
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_view import render_progress, render_verbs
from webapp.links import (
    DATASETS,
    EVALUATE,
    JOBS,
    MODELS,
    SEGMENT,
    go_to_video,
    player_button,
    poster,
)
from webapp.wording import ago, count, size


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Overview", anchor=False)
    render_doors(folder)
    seen = read_overview(folder)
    st.fragment(_render_live, run_every=1.5 if seen.is_busy else None)(folder, seen.is_busy)


def render_doors(folder: DataFolder) -> None:
    """The three ways in with a video, and a line of those with labelled data."""
    sample, upload, work = st.columns(3, border=True)
    with sample:
        st.subheader(":material/movie: Try the sample", anchor=False)
        st.caption("A short drive through a synthetic street, ready to be segmented.")
        if st.button("Open the sample", type="primary"):
            go_to_video(queue.add_sample(folder).id)
    with upload:
        st.subheader(":material/upload: Upload a video", anchor=False)
        st.caption("Any size, any common format; an upload that was cut off goes on later.")
        if st.button("Choose a video"):
            st.switch_page(SEGMENT)
    with work:
        st.subheader(":material/list_alt: See the jobs", anchor=False)
        st.caption("Everything that runs in the background: how far it is, and what it says.")
        if st.button("Open the queue"):
            st.switch_page(JOBS)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        st.caption("Beside videos:", width="content")
        st.page_link(DATASETS, label="bring labelled data", icon=":material/dataset:")
        st.page_link(MODELS, label="train a network", icon=":material/model_training:")
        st.page_link(EVALUATE, label="evaluate it", icon=":material/analytics:")


def _render_live(folder: DataFolder, was_busy: bool) -> None:
    try:
        seen = read_overview(folder)
        if seen.is_busy != was_busy:
            st.rerun()
        now, side = st.columns([2, 1], gap="large")
        with now:
            render_active(folder, seen)
            render_finished(seen)
        with side:
            render_workers(seen)
            render_disk_use(read_disk_use(folder), seen.videos)
    except Exception as error:
        render_failure(error)


def render_active(folder: DataFolder, seen: Overview) -> None:
    """What runs and waits."""
    st.subheader("Now", anchor=False)
    if not seen.active:
        st.caption("Nothing is running. Open the sample or upload a video to begin.")
    for job in seen.active:
        with st.container(border=True):
            what, verbs = st.columns([5, 1], vertical_alignment="center")
            with what:
                st.text(job.title)
                render_progress(job)
            with verbs:
                render_verbs(folder, job, place="overview")


def render_finished(seen: Overview) -> None:
    """What was finished lately."""
    if not seen.finished:
        return
    st.subheader("Finished lately", anchor=False)
    for column, (result, video) in zip(st.columns(4), seen.finished, strict=False):
        with column, st.container(border=True):
            poster(video.id)
            st.text(video.name)
            st.caption(ago(time.time() - result.segmentation.created_at))
            player_button(result.segmentation.id, place="overview")


def render_workers(seen: Overview) -> None:
    """Who works, or how to start somebody."""
    st.subheader("Workers", anchor=False)
    alive = [worker for worker in seen.workers if worker.is_alive]
    if not alive:
        st.warning(
            "No worker is alive, so nothing will be done: start `dyncell up` again, or "
            "`dyncell worker` beside it.",
            icon=":material/warning:",
        )
        return
    slots = sum(worker.slots for worker in alive)
    st.metric("Alive", len(alive), help="Processes that take jobs from the queue.")
    st.caption(f"{count(slots, 'slot')}, {count(seen.queued, 'job')} waiting")


def render_disk_use(use: DiskUse, videos: int) -> None:
    """How much is stored and how much room is left."""
    st.subheader("Storage", anchor=False)
    stored = "in the object store" if use.stored is None else size(use.stored)
    st.metric("Stored", stored, help="Videos, labels, exports and models.")
    st.caption(f"{count(videos, 'video')} · {size(use.free)} free on this disk")


render()
