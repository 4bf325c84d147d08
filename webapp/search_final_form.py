"""Ordering the final trainings of a search: on which data and network, which cells, which seeds."""

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Dataset, Model
from core.search_summary import best_cells
from tasks import queue
from webapp.choice import choose
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.learnt_splits import choose_learnt, trainable_splits
from webapp.links import DATASETS, MODELS
from webapp.literal import literal
from webapp.search_data import SearchView
from webapp.search_words import percent
from webapp.usual_training import CELL_STEPS, LENGTH
from webapp.wording import count

_MOST_CELLS = 10
_MOST_SEEDS = 10

USUAL = {
    "length": LENGTH,
    "variants": 1,
    "own_head": False,
    "memoryless": False,
    "precision": "fp32",
}
"""How cells are trained to the end, but for splits and steps."""


def render_final_form(folder: DataFolder, view: SearchView) -> None:
    """The form; without the search's own dataset it says what is missing and presets none."""
    datasets = [found for found in read_datasets(folder) if trainable_splits(found)]
    own = own_dataset(view, datasets)
    if own is None:
        _tell_missing(view)
    if not datasets:
        return
    with st.container(border=True):
        first, second, third = st.columns(3, gap="large")
        with first:
            asked = None if own is None else own.id
            dataset = choose(
                "Dataset",
                datasets,
                key=f"final-data-{view.search.id}",
                asked=asked,
                noun="dataset",
                is_open=True,
            )
            if dataset is None:
                return
            learnt = choose_learnt(dataset, place=f"final-{view.search.id}")
        with second:
            static, steps = _choose_static(folder, view, dataset, learnt)
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
            options = {"splits": learnt, "steps": steps}
            _render_order(folder, view, dataset, static, int(top), int(seeds), options)


def own_dataset(view: SearchView, datasets: Sequence[Dataset]) -> Dataset | None:
    """The dataset of the search; of an imported one that of the same name."""
    name = PurePath(view.config.dataset).name
    known = [each for each in datasets if each.id == view.search.dataset_id]
    known += [each for each in datasets if view.search.is_imported and each.name == name]
    return next(iter(known), None)


def _tell_missing(view: SearchView) -> None:
    name = PurePath(view.config.dataset).name
    st.info(
        literal(
            f"The dataset {name} that this search stood on is not in this data folder. Import it "
            f"on the Datasets page under the name {name} and come back, or choose another dataset "
            "whose frames these cells shall learn."
        ),
        icon=":material/dataset:",
    )
    st.page_link(DATASETS, label="To the datasets", icon=":material/dataset:")


def _choose_static(
    folder: DataFolder, view: SearchView, dataset: Dataset, learnt: Sequence[str]
) -> tuple[Model | None, int]:
    """The static network and the steps; a network that cannot be taken is not offered."""
    statics = queue.learnt_statics(folder, search=view.search.id, dataset=dataset.id, splits=learnt)
    if not statics:
        split = view.config.split if dataset.id == view.search.dataset_id else ", ".join(learnt)
        st.info(
            literal(
                f"No static network has learnt all of {dataset.name} / {split}; that of the search "
                "has learnt a part. Train one on it, then come back."
            ),
            icon=":material/neurology:",
        )
        if st.button("Train a static network", icon=":material/model_training:", key="to-training"):
            st.switch_page(MODELS, query_params={"dataset": dataset.id})
        return None, CELL_STEPS
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
    return static, int(steps)


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
            "Train the best cell" if len(cells) == 1 else "Train the best cells",
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
    try:
        queue.add_final_trainings(
            folder,
            search=view.search.id,
            top=top,
            seeds=range(seeds),
            static=static.id,
            dataset=dataset.id,
            options=USUAL | options,
        )
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()
