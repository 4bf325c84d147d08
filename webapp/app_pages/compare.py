"""Compare: two to four rows of the leaderboard side by side, one of them the base."""

from urllib.parse import urlencode

import streamlit as st

from core.board.comparison import Comparison
from core.data_folder import DataFolder
from webapp.comparison_address import read_address, set_asked
from webapp.comparison_cells import render_cells
from webapp.comparison_classes import render_classes
from webapp.comparison_confusion import render_confusion
from webapp.comparison_curves import render_curves
from webapp.comparison_data import ComparisonView, read_view
from webapp.comparison_rows import render_adding, render_rows, row_title
from webapp.comparison_table import render_numbers
from webapp.comparison_trials import is_about_proxies, render_trials
from webapp.comparison_videos import render_videos
from webapp.folder import current_folder
from webapp.links import go_to_leaderboard
from webapp.literal import literal


def render() -> None:
    """The page."""
    folder = current_folder()
    view = read_view(folder, read_address())
    _render_heading(view)
    for problem in view.problems:
        st.warning(literal(problem))
    if view.rows:
        render_rows(view)
    elif not view.problems:
        st.caption(
            "Two to four rows of the leaderboard side by side: differences with their intervals, "
            "classes, what is mistaken for what, and cells. Tick rows on the Leaderboard, put them "
            "into the basket and choose Compare there, or add rows here."
        )
    if len(view.rows) == 1:
        st.info("A comparison takes two to four rows: add another one.")
    render_adding(folder, view)
    if view.comparison is not None:
        _render_comparison(folder, view, view.comparison)


def _render_heading(view: ComparisonView) -> None:
    title, verbs = st.columns([3, 2], vertical_alignment="center")
    with title:
        st.title("Compare", anchor=False)
    with verbs, st.container(horizontal=True, horizontal_alignment="right"):
        ids = [row.id for row in view.rows]
        if st.button("Leaderboard", icon=":material/arrow_back:"):
            go_to_leaderboard(ids)
        if view.comparison is not None:
            shown = view.comparison.contenders
            asked = [("row", each.row.id) for each in shown]
            asked.append(("base", view.comparison.base_contender.row.id))
            address = f"/api/v1/leaderboard/compare?{urlencode(asked)}"
            st.link_button("As JSON", address, icon=":material/data_object:")


def _render_comparison(folder: DataFolder, view: ComparisonView, comparison: Comparison) -> None:
    render_trials(folder, comparison)
    st.header("Numbers", anchor=False)
    render_numbers(comparison)
    are_proxies = is_about_proxies(comparison)
    if not are_proxies:
        render_classes(comparison)
        render_curves(folder, comparison)
    st.header("Closely", anchor=False)
    place = _choose_close(view, comparison)
    if not are_proxies:
        st.markdown("**Confusion**")
        render_confusion(comparison, place)
    st.markdown("**Cells**")
    render_cells(folder, comparison, place)
    if not are_proxies:
        render_videos(folder, comparison, view.address.video)


def _choose_close(view: ComparisonView, comparison: Comparison) -> int:
    """Which row is looked at closely beside the base; only asked where there are several."""
    others = [p for p in range(len(comparison.contenders)) if p != comparison.base]
    base = row_title(comparison.base, comparison.base_contender.row)
    if len(others) == 1:
        other = row_title(others[0], comparison.contenders[others[0]].row)
        st.caption(literal(f"{other} beside {base}"))
        return others[0]

    def take() -> None:
        chosen = st.session_state["comparison-close"]
        if chosen is not None:
            set_asked("close", comparison.contenders[chosen].row.id)

    st.session_state["comparison-close"] = view.close
    st.segmented_control(
        f"Beside {base}",
        others,
        key="comparison-close",
        format_func=lambda each: row_title(each, comparison.contenders[each].row),
        on_change=take,
        required=True,
    )
    return view.close


render()
