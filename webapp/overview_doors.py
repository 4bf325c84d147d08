"""The doors of the Overview: three things that can be done at once, with what comes along."""

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.search.config import SearchConfig, TrialBudget
from tasks import queue
from webapp.failures import render_failure
from webapp.links import (
    DATASETS,
    EVALUATE,
    INSIGHT,
    LEADERBOARD,
    MODELS,
    SEARCH,
    SEGMENT,
    go_to_search,
    go_to_video,
)
from webapp.tour import begin_tour

SMALL_SEARCH = SearchConfig(
    dataset="synthetic",
    space="extended",
    nodes=3,
    trials=8,
    budget=TrialBudget(epochs=2, rungs=(), variants=1),
)
"""A search that a newcomer sees the end of: eight cells and as many by chance, each learnt for a
short time on rendered streets."""

SMALL_STEPS = 200
"""Steps of the static network that it is begun with."""


def render_doors(folder: DataFolder, *, has_results: bool) -> None:
    """Segment a video, search for a cell, compare what was found.

    Args:
        folder: The data folder.
        has_results: Whether the leaderboard has results of this data folder's own.
    """
    segment, search, compare = st.columns(3, border=True)
    with segment:
        _heading("movie", "Segment a video")
        _told("See every frame's classes beside the source: your video, or a sample drive.")
        with _row():
            if st.button("Open the sample", type="primary"):
                go_to_video(queue.add_sample(folder).id)
            if st.button("Choose a video", type="tertiary", icon=":material/upload:"):
                st.switch_page(SEGMENT)
    with search:
        _heading("travel_explore", "Search for a cell")
        _told(
            f"Try {SMALL_SEARCH.trials} cells on rendered streets, beside as many drawn by chance. "
            "That takes ten to twenty minutes on two cores, half of them to prepare; you can watch."
        )
        with _row():
            if st.button("Start a small search", type="primary"):
                _start_small_search(folder)
            if st.button("Choose everything", type="tertiary", icon=":material/tune:"):
                st.switch_page(SEARCH)
    with compare:
        _heading("leaderboard", "Compare what was found")
        _told(
            "All cells and models with seeds, intervals and ties."
            if has_results
            else "The leaderboard, with the 160 cells of a real search on CamVid that come along."
        )
        with _row():
            if st.button("Open the leaderboard", type="primary"):
                if not has_results:
                    queue.add_example_search(folder)
                st.switch_page(LEADERBOARD)
            if st.button("What good cells share", type="tertiary", icon=":material/insights:"):
                if not has_results:
                    queue.add_example_search(folder)
                st.switch_page(INSIGHT)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        if st.button("Take the tour", icon=":material/tour:", help="Six pages, two minutes."):
            begin_tour()
        st.caption("With labelled data of your own:", width="content")
        st.page_link(DATASETS, label="bring it in", icon=":material/dataset:")
        st.page_link(MODELS, label="train a network", icon=":material/model_training:")
        st.page_link(EVALUATE, label="evaluate it", icon=":material/analytics:")


def _start_small_search(folder: DataFolder) -> None:
    name = queue.free_search_name(folder, "small search")
    try:
        made = queue.start_search(folder, name=name, config=SMALL_SEARCH, static_steps=SMALL_STEPS)
    except DyncellError as error:
        render_failure(error)
    else:
        go_to_search(made.id)


def _heading(icon: str, text: str) -> None:
    st.header(f":material/{icon}: {text}", anchor=False)


def _told(text: str) -> None:
    """What a door leads to; as high as the highest, so that the buttons stand on one line."""
    with st.container(height="stretch"):
        st.caption(text)


def _row() -> "st.delta_generator.DeltaGenerator":
    return st.container(horizontal=True, vertical_alignment="center")
