"""How a job looks wherever it is shown: its state, progress, error and what can be asked of it."""

import time
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Job, JobKind, JobState
from core.search_preparation import STEPS, step_number, whole_share
from core.store import datasets
from core.store.job_lines import JobLine
from tasks import queue
from webapp.failures import render_failure
from webapp.links import go_to_search
from webapp.literal import literal
from webapp.wording import ago, progress_line

_COLOURS: dict[JobState, Literal["gray", "blue", "orange", "green", "red"]] = {
    JobState.QUEUED: "gray",
    JobState.RUNNING: "blue",
    JobState.PAUSED: "orange",
    JobState.DONE: "green",
    JobState.FAILED: "red",
    JobState.CANCELLED: "gray",
}
_WORDS = {JobState.QUEUED: "waiting"}
_LEADING = (
    *(JobState.RUNNING, JobState.QUEUED, JobState.PAUSED),
    *(JobState.FAILED, JobState.CANCELLED, JobState.DONE),
)
KIND_NAMES: dict[JobKind, str] = {
    "import_video": "Import",
    "segment_video": "Segmentation",
    "export_range": "Export",
    "import_dataset": "Dataset",
    "train_static": "Training",
    "train_cell": "Cell training",
    "evaluate": "Evaluation",
    "baselines": "Baselines",
    "time_cell": "Timing",
    "measure_dynamics": "Dynamics",
    "prepare_search": "Search",
    "advance_search": "Search step",
    "trial": "Trial",
}
"""What each kind of job is called."""


def render_state(job: Job) -> None:
    """A badge with the job's state."""
    st.badge(state_text(job), color=_COLOURS[job.state])


def state_text(job: Job) -> str:
    """The job's state in a word or two."""
    if job.state is JobState.RUNNING and job.cancel_requested:
        return "stopping"
    if job.state is JobState.RUNNING and job.pause_requested:
        return "pausing"
    return str(job.state)


def render_searching(line: JobLine, *, place: str) -> None:
    """The jobs of a search on one line, and the way to it; `place` keeps keys apart."""
    name = line.search_name or "a search that was deleted"
    found = [state for state in _LEADING if state in line.states]
    counts = [f"{line.states[each]:,} {_WORDS.get(each, str(each))}" for each in found]
    what, verbs = st.columns([4, 1], vertical_alignment="center")
    with what:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(str(found[0]), color=_COLOURS[found[0]])
            st.text(f"Trials of {name}")
        newest = ago(time.time() - line.job.created_at)
        st.caption(literal(f"{', '.join(counts)} · the newest {newest}"))
    with verbs:
        key = f"search-{place}-{line.search_id}"
        if line.search_name and st.button("Open", key=key, icon=":material/travel_explore:"):
            go_to_search(line.search_id)


def render_progress(job: Job) -> None:
    """Progress of a running job, the place of a waiting one, the error of a failed one."""
    if job.state is JobState.RUNNING:
        share, text = _progress(job)
        st.progress(share, text=literal(text))
    elif job.state is JobState.QUEUED:
        waiting = "Waiting for a worker" if job.attempt == 0 else "Waiting to be tried again"
        st.progress(0.0, text=f"{waiting}, {literal(ago(time.time() - job.created_at))}")
    elif job.state is JobState.FAILED:
        st.error(literal(job.error or "It failed without a reason."), icon=":material/error:")
    elif job.state is JobState.CANCELLED:
        st.caption("Cancelled.")
    elif job.state is JobState.PAUSED:
        st.caption("Paused.")


def _progress(job: Job) -> tuple[float, str]:
    """The share that is done and the words beside it; of steps one after the other the whole."""
    text = progress_line(job.progress)
    number = step_number(job.progress) if job.kind == "prepare_search" else None
    if number is None:
        return job.progress.share, text
    return whole_share(job.progress), f"Step {number} of {len(STEPS)} · {text}"


def can_retry(folder: DataFolder, job: Job) -> bool:
    """Whether trying again can end otherwise; a command that ran in a terminal is run again there.

    What was refused stays what it is; only a folder of this host may be mended meanwhile.
    """
    if not job.state.can_retry or job.payload.get("foreground"):
        return False
    return job.result.get("cause") != "refused" or _is_of_a_folder(folder, job)


def _is_of_a_folder(folder: DataFolder, job: Job) -> bool:
    try:
        with folder.database.reading() as session:
            dataset = datasets.get(session, str(job.payload.get("dataset_id")))
    except NotFound:
        return False
    return job.kind == "import_dataset" and dataset.origin == "folder"


def render_verbs(folder: DataFolder, job: Job, *, place: str) -> None:
    """Buttons for what can be asked of the job; `place` keeps their keys apart."""
    key = f"{place}-{job.id}"
    with st.container(horizontal=True, gap="small"):
        if job.state.can_cancel:
            _button("Cancel", queue.cancel, folder, job, key=f"cancel-{key}", icon="close")
        if can_retry(folder, job):
            _button("Retry", queue.retry, folder, job, key=f"retry-{key}", icon="refresh")
        if queue.can_pause(job) and not job.payload.get("foreground"):
            _button("Pause", queue.pause, folder, job, key=f"pause-{key}", icon="pause")
        if job.state is JobState.PAUSED:
            _button("Resume", queue.resume, folder, job, key=f"resume-{key}", icon="play_arrow")


def _button(
    label: str,
    verb: Callable[[DataFolder, str], Any],
    folder: DataFolder,
    job: Job,
    *,
    key: str,
    icon: str,
) -> None:
    is_off = label == "Cancel" and job.cancel_requested
    if st.button(label, key=key, icon=f":material/{icon}:", disabled=is_off):
        try:
            verb(folder, job.id)
        except DyncellError as error:
            render_failure(error)
        else:
            st.rerun()
