"""The best cells of a search as models: trained to the end, each with several seeds."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Job, JobState
from core.search_summary import best_cells
from tasks import queue
from webapp.data import read_models
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.links import go_to_model
from webapp.literal import literal
from webapp.search_agreement import render_agreement
from webapp.search_data import SearchView
from webapp.search_final_form import render_final_form

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)


def render_final(folder: DataFolder, view: SearchView) -> None:
    """The form that orders the trainings, and the trainings."""
    st.caption(
        "A trial is short and its static network has learnt a part of the split only. Here the "
        "best cells are trained to the end, on a static network that has learnt all of it, with "
        "several seeds, so that a better cell can be told from a luckier training. Every training "
        "ends with a model, on Models and in Segment."
    )
    if not best_cells(view.trials, most=1):
        st.caption("No cell has a reward yet.")
    else:
        render_final_form(folder, view)
    render_agreement(folder, view)
    is_busy = any(job.state in _ACTIVE for job in _read(folder, view.search.id))
    poll = 2.0 if is_busy else None
    st.fragment(_render_trainings, run_every=poll)(folder, view.search.id, is_busy)


def _read(folder: DataFolder, search_id: str) -> list[Job]:
    with folder.database.reading() as session:
        return queue.final_trainings(session, search_id)


def _render_trainings(folder: DataFolder, search_id: str, was_busy: bool) -> None:
    try:
        found = _read(folder, search_id)
        if any(job.state in _ACTIVE for job in found) != was_busy:
            st.rerun()
        if found:
            made = sum(job.state is JobState.DONE for job in found)
            st.markdown(f"**Trainings** · {made} of {len(found)} done")
        by_cell: dict[int, list[Job]] = {}
        for job in found:
            by_cell.setdefault(int(job.payload.get("trial", 0)), []).append(job)
        names = {model.id: model.name for model in read_models(folder)} if found else {}
        for trial, of_cell in by_cell.items():
            _render_cell(folder, trial, of_cell, names)
    except Exception as error:
        render_failure(error)


def _render_cell(folder: DataFolder, trial: int, of_cell: list[Job], names: dict[str, str]) -> None:
    with st.container(border=True):
        st.markdown(f"**Trial {trial}** · top {of_cell[0].payload.get('rank')} when it was ordered")
        columns = st.columns(3)
        for number, job in enumerate(of_cell):
            with columns[number % 3]:
                _render_training(folder, job, names)


def _render_training(folder: DataFolder, job: Job, names: dict[str, str]) -> None:
    model_id = str(job.result.get("model_id") or "")
    with st.container(horizontal=True, vertical_alignment="center"):
        render_state(job)
        if model_id in names:
            if st.button(
                literal(names[model_id]), key=f"final-model-{job.id}", icon=":material/neurology:"
            ):
                go_to_model(model_id)
        else:
            st.caption(literal(str(job.payload.get("name"))), width="content")
    if job.state is not JobState.DONE:
        render_progress(job)
        render_verbs(folder, job, place="final")
    elif model_id not in names:
        st.caption("Its model was deleted.")
