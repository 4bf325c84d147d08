"""One search: its heading, where it stands, and its sections; what may change polls."""

from collections.abc import Callable

import streamlit as st

from core.data_folder import DataFolder
from core.errors import NotFound
from core.search_records import SearchState, joint_state
from webapp.failures import render_failure
from webapp.literal import literal
from webapp.search_address import close_search, open_search
from webapp.search_cells import render_cells, render_trial
from webapp.search_choices import render_choices
from webapp.search_cost import render_cost
from webapp.search_data import SearchView, read_search
from webapp.search_final import render_final
from webapp.search_insight import render_search_insight
from webapp.search_list import RESTING_SECONDS, render_search_state
from webapp.search_live import render_curves, render_flight, render_headline
from webapp.search_pareto import render_pareto
from webapp.search_preparing import render_preparation
from webapp.search_verbs import render_verbs
from webapp.search_words import asked_line, budget_line

_LIVE_SECONDS = 2.0
_SECTION_SECONDS = 6.0
_KEPT = "results are kept, and trials that were running begin anew."
_PREPARED = "what is prepared already is kept."

_SECTIONS: dict[str, Callable[[DataFolder, SearchView], None]] = {
    "Cells": render_cells,
    "Pareto front": render_pareto,
    "Choices over time": render_choices,
    "Insight": render_search_insight,
    "Cost": render_cost,
    "Final training": render_final,
}


def render_search(folder: DataFolder, search_id: str) -> None:
    """The view of one search.

    Raises:
        NotFound: There is no such search.
    """
    view = read_search(folder, search_id)
    _render_heading(folder, view)
    may_go_on = any(not state.is_finished for state in view.states)
    poll = _LIVE_SECONDS if view.is_moving else RESTING_SECONDS if may_go_on else None
    st.fragment(_render_live, run_every=poll)(folder, view.search.id, view.states, view.is_moving)
    section = st.segmented_control(
        "Section",
        list(_SECTIONS),
        default="Cells",
        required=True,
        key="search-section",
        label_visibility="collapsed",
    )
    render = _SECTIONS[section or "Cells"]
    if render is render_final:  # it has a form, and polls by itself
        render(folder, view)
        return
    poll = _SECTION_SECONDS if view.is_under_way else None
    st.fragment(_render_section, run_every=poll)(folder, view.search.id, section or "Cells")


def _render_heading(folder: DataFolder, view: SearchView) -> None:
    search = view.search
    name, ways = st.columns([7, 3], vertical_alignment="center")
    with name, st.container(horizontal=True, vertical_alignment="center"):
        st.title(literal(search.name), anchor=False, width="content")
        render_search_state(view.states)
        st.badge(search.strategy, color="gray")
        if search.is_imported:
            st.badge("imported", color="violet")
    with ways, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        other = view.of or view.twin
        told = "The search" if view.of is not None else "Its twin"
        if other is not None and st.button(told, icon=":material/compare_arrows:", key="other"):
            open_search(other.id)
        if st.button("All searches", icon=":material/arrow_back:", key="all-searches"):
            close_search()
    st.caption(literal(f"{asked_line(search, view.config)}. {budget_line(view.config)}."))
    if view.of is not None:
        st.caption(
            literal(f"The random twin of {view.of.name}; what is asked of that is asked of it.")
        )
        return
    with st.container(horizontal=True, gap="small"):
        render_verbs(folder, view)


def _render_live(
    folder: DataFolder, search_id: str, states: tuple[SearchState, ...], was_moving: bool
) -> None:
    try:
        view = read_search(folder, search_id)
        if (view.states, view.is_moving) != (states, was_moving):
            st.rerun()
        _render_message(view)
        if not view.search.is_prepared:
            render_preparation(view)
            return
        render_headline(view)
        render_curves(view)
        render_trial(view)
        render_flight(view)
    except NotFound:
        st.rerun()
    except Exception as error:
        render_failure(error)


def _render_message(view: SearchView) -> None:
    kept = _KEPT if view.search.is_prepared else _PREPARED
    both = [search for search in (view.search, view.twin) if search is not None]
    if joint_state(view.states) is SearchState.PAUSED and not any(each.message for each in both):
        st.caption(f"It rests because somebody paused it. Resume it: {kept}")
    for search in both:
        if not search.message:
            continue
        whose = "" if search is view.search else "The twin: "
        if search.state is SearchState.PAUSED:
            hint = f"Mend that, then resume it: {kept}"
            st.warning(literal(f"{whose}{search.message} {hint}"), icon=":material/pause_circle:")
        else:
            st.caption(literal(f"{whose}{search.message}"))


def _render_section(folder: DataFolder, search_id: str, section: str) -> None:
    try:
        _SECTIONS[section](folder, read_search(folder, search_id))
    except NotFound:
        st.rerun()
    except Exception as error:
        render_failure(error)
