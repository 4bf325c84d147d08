"""Player: a video and its segmentations side by side."""

import time

import streamlit as st

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Video, is_id
from webapp.components.player import player
from webapp.data import Result, count_results, find_results, read_result
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.job_view import render_progress, render_verbs
from webapp.links import SEGMENT, go_to_video, player_button, poster
from webapp.listing import Listing, render_listing, render_nothing_found
from webapp.literal import literal
from webapp.model_card import render_model_card
from webapp.paging import chosen_offset, render_paging
from webapp.player_beside import beside_in_address, read_beside, render_beside, render_waiting
from webapp.report_view import render_report
from webapp.wording import ago, count

_SHOWN = 12
_ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "video": "by video",
    "model": "by model",
}


def render() -> None:
    """The page."""
    folder = current_folder()
    segmentation_id = st.query_params.get("segmentation", "")
    if not segmentation_id:
        _render_choice(folder)
        return
    try:
        if not is_id(segmentation_id):
            raise NotFound("There is no such segmentation; choose one of those below.")
        result, video = read_result(folder, segmentation_id)
    except NotFound as error:
        render_failure(error)
        _render_choice(folder)
        return
    _render_heading(result, video)
    if result.segmentation.is_ready:
        _render_results(folder, video, result)
    else:
        st.fragment(_render_waiting, run_every=1.0)(folder, segmentation_id)


def _render_results(folder: DataFolder, video: Video, first: Result) -> None:
    own = first.segmentation.id
    ids = [each for each in beside_in_address() if each != own]
    beside, waiting, problems = read_beside(folder, video, ids)
    render_beside(folder, video, own, beside)
    for problem in problems:
        render_failure(problem)
    for segmentation_id in waiting:
        st.fragment(render_waiting, run_every=2.0)(folder, video, segmentation_id)
    results = [first, *beside]
    key = "-".join(["player", *(each.segmentation.id for each in results)])
    player(video, [(each.segmentation, each.model) for each in results], key=key)
    st.header("Measured", anchor=False)
    for result in results:
        if len(results) > 1:
            st.markdown(f"**{literal(result.model.name)}**")
        render_report(result.segmentation)
    st.header("Model" if len(results) == 1 else "Models", anchor=False)
    for result in {result.model.id: result for result in results}.values():
        render_model_card(folder, result.model)


def _render_heading(result: Result, video: Video) -> None:
    title, verbs = st.columns([2, 3], vertical_alignment="center")
    with title:
        st.title(literal(video.name), anchor=False)
    with verbs, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("All results", icon=":material/arrow_back:"):
            go_to_video(video.id)
        if result.segmentation.is_ready:
            address = f"/api/v1/segmentations/{result.segmentation.id}"
            st.link_button("Overlay", f"{address}/overlay", icon=":material/download:")
            st.link_button("Labels", f"{address}/labels-video", icon=":material/download:")
            st.link_button("Report", f"{address}/report", icon=":material/data_object:")


def _render_waiting(folder: DataFolder, segmentation_id: str) -> None:
    try:
        result, _ = read_result(folder, segmentation_id)
        if result.segmentation.is_ready:
            st.rerun()
        if result.job is not None:
            render_progress(result.job)
            render_verbs(folder, result.job, place="player")
    except Exception as error:
        render_failure(error)


def _render_choice(folder: DataFolder) -> None:
    st.title("Player", anchor=False)
    if not count_results(folder, Listing("", "newest")):
        st.caption("Nothing has been segmented yet.")
        if st.button("Segment a video", type="primary"):
            st.switch_page(SEGMENT)
        return
    st.caption("Choose a result to play.")
    listing = render_listing("results", _ORDERS, what="results by video or model")
    total = count_results(folder, listing)
    if not total:
        render_nothing_found(listing, "result")
    offset = chosen_offset(total=total, size=_SHOWN)
    found = find_results(folder, listing, limit=_SHOWN, offset=offset)
    for start in range(0, len(found), 4):
        for column, (result, video) in zip(st.columns(4), found[start : start + 4], strict=False):
            with column, st.container(border=True):
                poster(video)
                st.text(video.name)
                st.text(result.model.name)
                made = result.segmentation
                age = ago(time.time() - made.created_at)
                st.caption(f"{count(made.frames, 'frame')} from {made.start} on, {age}")
                player_button(result.segmentation.id, place="choice")
    render_paging("results", total=total, size=_SHOWN)


render()
