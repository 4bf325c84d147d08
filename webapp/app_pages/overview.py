"""Overview: what can be done, what runs, what was finished lately."""

import time

import streamlit as st

from core.data_folder import DataFolder
from webapp.disk_use import DiskUse, read_disk_use
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_result import result_button
from webapp.job_view import KIND_NAMES, render_progress, render_searching, render_verbs
from webapp.links import player_button, poster
from webapp.literal import literal
from webapp.overview_best import has_results, render_best
from webapp.overview_data import Overview, read_overview
from webapp.overview_doors import render_doors
from webapp.wording import ago, at_a_time, count, size
from webapp.worker_notice import HOW_TO_START


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Overview", anchor=False)
    render_doors(folder, has_results=has_results(folder))
    seen = read_overview(folder)
    st.fragment(_render_live, run_every=1.5 if seen.is_busy else None)(folder, seen.is_busy)


def _render_live(folder: DataFolder, was_busy: bool) -> None:
    try:
        seen = read_overview(folder)
        if seen.is_busy != was_busy:
            st.rerun()
        now, side = st.columns([2, 1], gap="large")
        with now:
            render_active(folder, seen)
            render_best(folder)
            render_finished(seen)
            render_ended(seen)
        with side:
            render_workers(seen)
            render_disk_use(read_disk_use(folder), seen.videos)
    except Exception as error:
        render_failure(error)


def render_active(folder: DataFolder, seen: Overview) -> None:
    """What runs and waits."""
    st.header("Now", anchor=False)
    if not seen.active:
        st.caption("Nothing is running. Begin with one of the doors above.")
    for line in seen.active:
        job = line.job
        with st.container(border=True):
            if line.search_id:
                render_searching(line, place="overview")
                continue
            what, verbs = st.columns([5, 1], vertical_alignment="center")
            with what:
                st.text(job.title)
                render_progress(job)
            with verbs:
                render_verbs(folder, job, place="overview")


def render_finished(seen: Overview) -> None:
    """What was finished lately."""
    if not seen.finished and not seen.ended:
        return
    st.header("Finished lately", anchor=False)
    for column, (result, video) in zip(st.columns(4), seen.finished, strict=False):
        with column, st.container(border=True):
            poster(video)
            st.text(video.name)
            age = ago(time.time() - result.segmentation.created_at)
            st.caption(literal(f"{result.model.name}, {age}"))
            player_button(result.segmentation.id, place="overview")


def render_ended(seen: Overview) -> None:
    """Trainings, evaluations and the like that were done lately, each with the way to it."""
    for job in seen.ended:
        what, verb = st.columns([5, 1], vertical_alignment="center")
        with what:
            st.text(job.title)
            st.caption(f"{KIND_NAMES[job.kind]}, {ago(time.time() - (job.finished_at or 0.0))}")
        with verb:
            result_button(job, place="overview")


def render_workers(seen: Overview) -> None:
    """Who works, or how to start somebody."""
    st.header("Workers", anchor=False)
    alive = [worker for worker in seen.workers if worker.is_alive]
    if not alive:
        nobody = f"No worker is alive, so nothing would be done: {HOW_TO_START}."
        st.warning(nobody, icon=":material/warning:")
        return
    room = at_a_time(sum(worker.slots for worker in alive), "job")
    trials = at_a_time(sum(worker.search_slots for worker in alive), "trial")
    st.metric(
        "Alive",
        len(alive),
        help="Processes that take jobs from the queue. One job at a time is kept for what somebody "
        "waits for, such as an upload; trials of searches share the others.",
    )
    st.caption(f"{room} · {trials} · {count(seen.queued, 'job')} waiting")


def render_disk_use(use: DiskUse, videos: int) -> None:
    """How much is stored and how much room is left."""
    st.header("Storage", anchor=False)
    stored = "in the object store" if use.stored is None else size(use.stored)
    st.metric("Stored", stored, help="Videos, labels, exports and models.")
    st.caption(f"{count(videos, 'video')} · {size(use.free)} free on this disk")


render()
