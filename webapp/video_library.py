"""All videos: found by name, shown with their pictures, opened and deleted."""

import streamlit as st

from core.data_folder import DataFolder
from webapp.data import VideoState, count_videos, find_videos
from webapp.deletion import ask_to_delete_video
from webapp.job_view import render_state
from webapp.links import poster
from webapp.listing import render_listing, render_nothing_found
from webapp.paging import chosen_offset, render_paging
from webapp.wording import count, video_facts

_SHOWN = 12
_COLUMNS = 4
_ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "name": "by name",
    "longest": "longest first",
    "largest": "largest first",
}


def render_library(folder: DataFolder) -> None:
    """The list of videos."""
    title, search = st.columns([2, 3], vertical_alignment="bottom")
    title.header("Videos", anchor=False)
    with search:
        listing = render_listing("videos", _ORDERS, what="videos by name")
    total = count_videos(folder, listing)
    if total == 0:
        if not render_nothing_found(listing, "video"):
            st.caption("No videos yet. Drop one above, or use the sample.")
        return
    offset = chosen_offset(total=total, size=_SHOWN)
    found = find_videos(folder, listing, limit=_SHOWN, offset=offset)
    for start in range(0, len(found), _COLUMNS):
        row = found[start : start + _COLUMNS]
        for column, state in zip(st.columns(_COLUMNS), row, strict=False):
            with column:
                _render_card(folder, state)
    render_paging("videos", total=total, size=_SHOWN)


def _render_card(folder: DataFolder, state: VideoState) -> None:
    video = state.video
    with st.container(border=True):
        if video.poster is not None:
            poster(video)
        st.text(video.name)
        if video.is_ready:
            st.caption(video_facts(video))
            st.caption(count(len(state.results), "segmentation"))
        elif state.job is not None:
            render_state(state.job)
        with st.container(horizontal=True):
            if st.button("Open", key=f"open-{video.id}"):
                st.query_params["video"] = video.id
                st.rerun()
            if st.button(
                "Delete", key=f"remove-{video.id}", icon=":material/delete:", type="tertiary"
            ):
                ask_to_delete_video(folder, state)
