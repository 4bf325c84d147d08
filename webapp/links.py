"""The pages by name, and ways from one to another."""

from collections.abc import Sequence
from typing import Literal, NoReturn
from urllib.parse import urlencode

import streamlit as st

from core.records import Video
from webapp.literal import literal

OVERVIEW = "app_pages/overview.py"
SEGMENT = "app_pages/segment.py"
PLAYER = "app_pages/player.py"
DATASETS = "app_pages/datasets.py"
MODELS = "app_pages/models.py"
GENOTYPE = "app_pages/genotype.py"
SEARCH = "app_pages/search.py"
LEADERBOARD = "app_pages/leaderboard.py"
INSIGHT = "app_pages/insight.py"
COMPARE = "app_pages/compare.py"
EVALUATE = "app_pages/evaluate.py"
FRAMES = "app_pages/frames.py"
JOBS = "app_pages/jobs.py"
GLOSSARY = "app_pages/glossary.py"


def go_to_video(video_id: str) -> NoReturn:
    """Opens a video on the Segment page."""
    st.switch_page(SEGMENT, query_params={"video": video_id})


def go_to_player(segmentation_id: str) -> NoReturn:
    """Opens a result in the Player."""
    st.switch_page(PLAYER, query_params={"segmentation": segmentation_id})


def go_to_model(model_id: str) -> NoReturn:
    """Opens a model's card on the Models page."""
    st.switch_page(MODELS, query_params={"model": model_id})


def go_to_search(search_id: str) -> NoReturn:
    """Opens a search."""
    st.switch_page(SEARCH, query_params={"search": search_id})


def go_to_genotype(cell: str) -> NoReturn:
    """Opens a cell, in the form of an address, on the Genotype page."""
    st.switch_page(GENOTYPE, query_params={"genotype": cell})


def go_to_board(*, filter_text: str, setting: str, sort: str) -> NoReturn:
    """Opens the Leaderboard with a filter."""
    asked = {"filter": filter_text, "setting": setting, "sort": sort}
    st.switch_page(LEADERBOARD, query_params=asked)


def board_link(*, filter_text: str, setting: str, sort: str) -> str:
    """The address of the Leaderboard with a filter."""
    return f"/leaderboard?{urlencode({'filter': filter_text, 'setting': setting, 'sort': sort})}"


def go_to_insight() -> NoReturn:
    """Opens the page Insight."""
    st.switch_page(INSIGHT)


def go_to_evaluation(evaluation_id: str) -> NoReturn:
    """Opens an evaluation on the Evaluate page."""
    st.switch_page(EVALUATE, query_params={"evaluation": evaluation_id})


def go_to_leaderboard(row_ids: Sequence[str]) -> NoReturn:
    """Opens the leaderboard with these rows in its basket."""
    st.switch_page(LEADERBOARD, query_params={"basket": ",".join(row_ids)} if row_ids else {})


def go_to_comparison(row_ids: Sequence[str]) -> NoReturn:
    """Opens the rows of the leaderboard side by side."""
    st.switch_page(COMPARE, query_params={"row": list(row_ids)})


def go_to_evaluated_frame(evaluation_id: str, position: int) -> NoReturn:
    """Opens a frame of an evaluation, large."""
    asked = {"evaluation": evaluation_id, "frame": str(position)}
    st.switch_page(EVALUATE, query_params=asked)


def go_to_worst_frames(evaluation_id: str) -> NoReturn:
    """Opens the worst frames of an evaluation."""
    st.switch_page(FRAMES, query_params={"evaluation": evaluation_id})


def player_button(
    segmentation_id: str, *, place: str, kind: Literal["primary", "secondary"] = "secondary"
) -> None:
    """A button that opens a result in the Player."""
    key = f"play-{place}-{segmentation_id}"
    if st.button("Open in Player", key=key, icon=":material/play_circle:", type=kind):
        go_to_player(segmentation_id)


def poster(video: Video) -> None:
    """The video's picture, fetched by the browser itself."""
    st.markdown(f"![A frame of {literal(video.name)}](/api/v1/videos/{video.id}/poster)")
