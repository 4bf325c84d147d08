"""The best cells of a search as models: trained to the end, each with several seeds."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Dataset, Job, JobState, Model
from core.search_summary import best_cells
from tasks import queue
from webapp.choice import choose
from webapp.data import read_models
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.learnt_splits import choose_learnt, trainable_splits
from webapp.links import go_to_model
from webapp.literal import literal
from webapp.search_agreement import render_agreement
from webapp.search_data import SearchView
from webapp.search_words import percent
from webapp.usual_training import CELL_STEPS, LENGTH
from webapp.wording import count

_ACTIVE = (JobState.RUNNING, JobState.QUEUED)
_MOST_CELLS = 10
_MOST_SEEDS = 10


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
        _render_form(folder, view)
    render_agreement(folder, view)
    is_busy = any(job.state in _ACTIVE for job in _read(folder, view.search.id))
    poll = 2.0 if is_busy else None
    st.fragment(_render_trainings, run_every=poll)(folder, view.search.id, is_busy)


def final_statics(models: Sequence[Model], dataset: Dataset, *, of_search: str) -> list[Model]:
    """Static networks that know the classes of a dataset; that of the search comes last."""
    fitting = [
        model for model in models if model.kind == "static" and model.classes == dataset.classes
    ]
    return sorted(fitting, key=lambda model: model.id == of_search)


def _render_form(folder: DataFolder, view: SearchView) -> None:
    datasets = [found for found in read_datasets(folder) if trainable_splits(found)]
    if not datasets:
        st.info("There is no labelled dataset: import one on the Datasets page.")
        return
    with st.container(border=True):
        first, second, third = st.columns(3, gap="large")
        with first:
            asked = next((each.id for each in datasets if each.id == view.search.dataset_id), None)
            dataset = choose("Dataset", datasets, key="final-data", asked=asked, noun="dataset")
            if dataset is None:
                return
            learnt = choose_learnt(dataset, place="final")
        with second:
            statics = final_statics(
                read_models(folder), dataset, of_search=view.search.static_id or ""
            )
            if not statics:
                st.info(
                    "No static network knows these classes: train one on the Models page first.",
                    icon=":material/neurology:",
                )
                return
            static = choose(
                "Static network",
                statics,
                key=f"final-static-{dataset.id}",
                asked=None,
                noun="static network",
            )
            steps = st.number_input(
                "Steps", 1, 100_000, CELL_STEPS, step=100, key="final-steps",
                help=f"{CELL_STEPS} for a usual training.",
            )  # fmt: skip
        with third:
            top = st.number_input(
                "Best cells", 1, _MOST_CELLS, 3, key="final-top",
                help="Different cells, by their reward.",
            )  # fmt: skip
            seeds = st.number_input(
                "Seeds of each", queue.LEAST_SEEDS, _MOST_SEEDS, queue.LEAST_SEEDS,
                key="final-seeds", help="Seeds 0, 1, 2, ...",
            )  # fmt: skip
        if static is not None:
            options = {"splits": learnt, "steps": int(steps)}
            _render_order(folder, view, dataset, static, int(top), int(seeds), options)


def _render_order(
    folder: DataFolder,
    view: SearchView,
    dataset: Dataset,
    static: Model,
    top: int,
    seeds: int,
    options: dict[str, Any],
) -> None:
    cells = best_cells(view.trials, most=top)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(
            "Train the best cells",
            type="primary",
            icon=":material/model_training:",
            key="train-best",
            disabled=not options["splits"],
        )
        rewards = ", ".join(percent(trial.reward or 0.0) for trial in cells)
        st.caption(
            f"{count(len(cells), 'cell')} x {seeds} seeds = {len(cells) * seeds} trainings; "
            f"rewards {rewards}. What is trained alike already is left out.",
            width="content",
        )
    if not is_wanted:
        return
    usual = {
        "length": LENGTH,
        "variants": 1,
        "own_head": False,
        "memoryless": False,
        "precision": "fp32",
    }
    try:
        queue.add_final_trainings(
            folder,
            search=view.search.id,
            top=top,
            seeds=range(seeds),
            static=static.id,
            dataset=dataset.id,
            options=usual | options,
        )
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


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
