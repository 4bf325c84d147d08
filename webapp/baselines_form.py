"""Ordering the trivial baselines of a static network, from its card."""

from typing import Any

import streamlit as st

from core.baselines.random_cells import drawn_cells
from core.baselines.rows import cell_rows
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.frame_choice import FrameChoice
from core.records import Model
from tasks import queue
from webapp.choice import choose
from webapp.evaluation_data import labelled_splits, read_datasets
from webapp.evaluation_form import choose_frames
from webapp.failures import render_failure
from webapp.learnt_splits import choose_learnt
from webapp.links import LEADERBOARD
from webapp.literal import literal
from webapp.usual_training import CELL_STEPS, LENGTH

ICON = ":material/straighten:"

_ALL_NAMED = 3  # seeds of the named cells and the control
_RANDOM = 20


def render_baselines_button(folder: DataFolder, model: Model) -> None:
    """The button of a static network's card, within a row of the caller's, and its form."""
    if model.kind == "static":
        with st.popover("Add the trivial baselines", icon=ICON):
            _ask_for_baselines(folder, model)


def _ask_for_baselines(folder: DataFolder, model: Model) -> None:
    st.caption(
        literal(
            f"What every cell on {model.name} must beat, as models and as rows of the Leaderboard: "
            "running means of the softmax (as it is, along DIS flow, along one homography), copy "
            "and labels carried along DIS flow. They learn nothing."
        )
    )
    datasets = [found for found in read_datasets(folder) if labelled_splits(found)]
    if not datasets:
        st.info("There is no labelled dataset yet: import one on the Datasets page.")
        return
    dataset = choose("Dataset", datasets, key="base-data", asked=None, noun="dataset")
    if dataset is None:
        return
    splits = labelled_splits(dataset)
    start = splits.index("val") if "val" in splits else 0
    split = st.selectbox("Judged on", splits, index=start, key=f"base-split-{dataset.id}")
    frames = choose_frames(dataset, split, place="base")
    options: dict[str, Any] = {
        "splits": [],
        "steps": CELL_STEPS,
        "length": LENGTH,
        "variants": 1,
        "precision": "fp32",
        "own_head": False,
    }
    seeds = count = 0
    if st.toggle(
        "Train cells too",
        key="base-train",
        help="The named cells, the memoryless control, and random cells whose mean is a row.",
    ):
        options["splits"] = choose_learnt(dataset, place="base")
        left, middle, right = st.columns(3, vertical_alignment="bottom")
        seeds = int(left.number_input("Seeds of each", 1, 20, _ALL_NAMED, key="base-seeds"))
        count = int(middle.number_input("Random cells", 0, 100, _RANDOM, key="base-random"))
        options["steps"] = int(
            right.number_input("Steps", 1, 100_000, CELL_STEPS, step=100, key="base-steps")
        )
        trainings = len(list(cell_rows(seeds=seeds, cohort=None))) + count
        st.caption(
            f"{trainings} trainings of {options['steps']} steps, each some minutes of one core or "
            "more; what is trained already is taken."
        )
    is_ready = not seeds or bool(options["splits"])
    if not st.button("Add them", type="primary", icon=ICON, disabled=not is_ready, key="base-add"):
        return
    try:
        queue.add_baselines(
            folder,
            static=model.id,
            dataset=dataset.id,
            judged=FrameChoice(split, frames),
            seeds=seeds,
            cohort=drawn_cells(count) if count else None,
            options=options,
        )
    except DyncellError as error:
        render_failure(error)
        return
    st.success("They are on their way: Jobs shows how far, the Leaderboard fills by itself.")
    st.page_link(LEADERBOARD, label="Leaderboard", query_params={"filter": "baseline"})
