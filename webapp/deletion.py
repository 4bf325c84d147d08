"""Deleting for good: asked once more, with what goes."""

from collections.abc import Callable

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from tasks import queue
from webapp.data import Result, VideoState
from webapp.failures import render_failure
from webapp.wording import count, size

_RED = """
<style>
[class*="st-key-delete-for-good-"] button { background: #b3352a; border-color: #b3352a; }
[class*="st-key-delete-for-good-"] button:hover { background: #962a21; border-color: #962a21; }
</style>
"""


@st.dialog("Delete this video?")
def ask_to_delete_video(folder: DataFolder, state: VideoState) -> None:
    """Asks, then removes a video with everything made from it."""
    st.text(state.video.name)
    results = count(len(state.results), "segmentation")
    st.caption(f"The file and its {results} go for good.")
    render_choice(lambda: queue.delete_video(folder, state.video.id), key=state.video.id)


@st.dialog("Delete this segmentation?")
def ask_to_delete_segmentation(folder: DataFolder, result: Result) -> None:
    """Asks, then removes a segmentation; its video stays."""
    st.text(result.model.name)
    st.caption(f"Labels and exports of {size(result.segmentation.size)} go for good.")
    segmentation_id = result.segmentation.id
    render_choice(lambda: queue.delete_segmentation(folder, segmentation_id), key=segmentation_id)


def delete_for_good(key: str) -> bool:
    """The button that cannot be undone: red, unlike one that saves; whether it was clicked."""
    st.html(_RED)
    return st.button("Delete", key=f"delete-for-good-{key}", type="primary")


def render_choice(delete: Callable[[], object], *, key: str, parameter: str = "video") -> None:
    """Keep or delete; what cannot be deleted says why.

    Args:
        delete: Deletes.
        key: The id of what goes.
        parameter: The query parameter that is forgotten where it names what is gone.
    """
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key=f"keep-{key}"):
            st.rerun()
        if not delete_for_good(key):
            return
    try:
        delete()
    except DyncellError as error:
        render_failure(error)
        return
    if st.query_params.get(parameter) == key:
        del st.query_params[parameter]
    st.rerun()
