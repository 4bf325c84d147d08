"""The list of searches: how far each is, and whether it beats its twin."""

import time
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core.data_folder import DataFolder
from core.search.config import SearchConfig
from core.search_preparation import step_text
from core.search_records import SearchState, joint_state, states_text
from webapp.failures import render_failure
from webapp.listing import Listing, render_listing, render_nothing_found
from webapp.literal import literal
from webapp.paging import chosen_offset, render_paging
from webapp.search_address import open_search
from webapp.search_data import Pair, Standing, count_searches, find_searches
from webapp.search_words import asked_line, percent
from webapp.wording import ago, count

RESTING_SECONDS = 5.0
"""How often a page looks whether a search that rests goes on: somebody else may resume it."""

_SHOWN = 10
_ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "best": "best reward first",
    "name": "by name",
}
_COLOURS: dict[SearchState, Literal["blue", "orange", "green", "gray"]] = {
    SearchState.PREPARING: "blue",
    SearchState.RUNNING: "blue",
    SearchState.PAUSED: "orange",
    SearchState.DONE: "green",
    SearchState.STOPPED: "gray",
}


def render_searches(folder: DataFolder) -> None:
    """The list, the newest first; polls only while one is under way, or may go on."""
    title, search = st.columns([2, 3], vertical_alignment="bottom")
    title.header("Searches", anchor=False)
    with search:
        listing = render_listing("searches", _ORDERS, what="searches by name")
    found, _ = _read(folder, listing)
    is_busy = any(each.is_under_way for each in found)
    is_open = any(not each.own.search.state.is_finished for each in found)
    poll = 2.0 if is_busy else RESTING_SECONDS if is_open else None
    st.fragment(_render_list, run_every=poll)(folder, listing, is_busy)


def render_search_state(states: Sequence[SearchState]) -> None:
    """A badge with the state of a search and, where it differs, that of its twin."""
    st.badge(states_text(states), color=_COLOURS[joint_state(states)])


def against_twin(own: Standing, twin: Standing | None) -> str:
    """The best reward beside that of the twin, as markdown; a difference where both had as much."""
    if own.best is None:
        return "no reward yet"
    told = f"**{percent(own.best)}**"
    if twin is None or twin.best is None:
        return told
    if own.finished != twin.finished:
        return f"{told} · its twin {percent(twin.best)}"
    difference = round(100 * (own.best - twin.best), 1)
    if not difference:
        return f"{told} · level with its twin"
    word = "above" if difference > 0 else "below"
    return f"{told} · {abs(difference):.1f} points {word} its twin ({percent(twin.best)})"


def _read(folder: DataFolder, listing: Listing) -> tuple[list[Pair], int]:
    total = count_searches(folder, find=listing.find)
    offset = chosen_offset(total=total, size=_SHOWN)
    return find_searches(folder, listing, limit=_SHOWN, offset=offset), total


def _render_list(folder: DataFolder, listing: Listing, was_busy: bool) -> None:
    try:
        found, total = _read(folder, listing)
        if any(each.is_under_way for each in found) != was_busy:
            st.rerun()
        if not found:
            render_nothing_found(listing, "search")
        for each in found:
            _render_pair(each)
        render_paging("searches", total=total, size=_SHOWN)
    except Exception as error:
        render_failure(error)


def _render_pair(pair: Pair) -> None:
    own, twin = pair.own, pair.twin
    search = own.search
    config = SearchConfig.from_dict(search.config)
    with st.container(border=True):
        what, best, progress = st.columns([5, 4, 3], vertical_alignment="center", gap="medium")
        with what, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(
                    f"**{literal(search.name)}**", key=f"open-{search.id}", type="tertiary"
                ):
                    open_search(search.id)
                render_search_state(pair.states)
                st.badge(search.strategy, color="gray")
                if search.is_imported:
                    st.badge("imported", color="violet")
            st.caption(literal(asked_line(search, config)))
        with best, st.container(gap="xsmall"):
            st.markdown(f"Best: {against_twin(own, twin)}")
            st.caption(literal(_when(pair)))
        with progress:
            st.progress(own.share, text=_told(own))
            if twin is not None:
                st.progress(twin.share, text=f"Twin: {_told(twin)}")


def _told(standing: Standing) -> str:
    told = f"{standing.finished:,} of {count(standing.search.trials, 'trial')}"
    return f"{told}, {standing.failed:,} failed" if standing.failed else told


def _when(pair: Pair) -> str:
    search = pair.own.search
    if joint_state(pair.states).is_finished and search.finished_at is not None:
        return f"ended {ago(time.time() - search.finished_at)}"
    if search.message:
        return search.message
    ordered = f"ordered {ago(time.time() - search.created_at)}"
    if search.state is SearchState.PREPARING:
        return f"{ordered}; {step_text(pair.preparing)}"
    return ordered
