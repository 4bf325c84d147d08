"""The pages by name, and ways from one to another."""

from typing import Literal, NoReturn

import streamlit as st

OVERVIEW = "app_pages/overview.py"
SEGMENT = "app_pages/segment.py"
PLAYER = "app_pages/player.py"
DATASETS = "app_pages/datasets.py"
MODELS = "app_pages/models.py"
GENOTYPE = "app_pages/genotype.py"
SEARCH = "app_pages/search.py"
EVALUATE = "app_pages/evaluate.py"
JOBS = "app_pages/jobs.py"


def go_to_video(video_id: str) -> NoReturn:
    """Opens a video on the Segment page."""
    st.switch_page(SEGMENT, query_params={"video": video_id})


def go_to_player(segmentation_id: str) -> NoReturn:
    """Opens a result in the Player."""
    st.switch_page(PLAYER, query_params={"segmentation": segmentation_id})


def go_to_model(model_id: str) -> NoReturn:
    """Opens a model's card on the Models page."""
    st.switch_page(MODELS, query_params={"model": model_id})


def go_to_genotype(cell: str) -> NoReturn:
    """Opens a cell, in the form of an address, on the Genotype page."""
    st.switch_page(GENOTYPE, query_params={"genotype": cell})


def go_to_evaluation(evaluation_id: str) -> NoReturn:
    """Opens an evaluation on the Evaluate page."""
    st.switch_page(EVALUATE, query_params={"evaluation": evaluation_id})


def player_button(
    segmentation_id: str, *, place: str, kind: Literal["primary", "secondary"] = "secondary"
) -> None:
    """A button that opens a result in the Player."""
    key = f"play-{place}-{segmentation_id}"
    if st.button("Open in Player", key=key, icon=":material/play_circle:", type=kind):
        go_to_player(segmentation_id)


def poster(video_id: str) -> None:
    """The video's picture, fetched by the browser itself."""
    st.markdown(f"![](/api/v1/videos/{video_id}/poster)")
