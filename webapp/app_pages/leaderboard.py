"""Leaderboard: genotypes and models by all that was measured, with seeds, intervals and ties."""

from dataclasses import replace

import streamlit as st

from core.data_folder import DataFolder
from core.errors import BadInput
from core.store import board
from webapp.folder import current_folder
from webapp.leaderboard_address import BoardAddress, file_link, read_address, set_address
from webapp.leaderboard_brush import render_brush
from webapp.leaderboard_controls import render_controls
from webapp.leaderboard_data import (
    BoardView,
    chosen_setting,
    of_trials,
    read_basket,
    read_board,
    read_drawn,
    read_last_columns,
    read_saved,
    read_settings,
)
from webapp.leaderboard_parallel import render_parallel
from webapp.leaderboard_plot import render_plot
from webapp.leaderboard_table import render_table
from webapp.leaderboard_verbs import render_basket, render_verbs
from webapp.leaderboard_views import open_default, render_views

_SHOWN = "board-shown"  # what the address asked for when it could be read last


def render() -> None:
    """The page."""
    folder = current_folder()
    saved, settings = read_saved(folder), read_settings(folder)
    open_default(saved)
    address = _with_last_columns(folder, read_address(), settings)
    title, views = st.columns([2, 3], vertical_alignment="bottom")
    with title:
        st.title("Leaderboard", anchor=False)
    with views:
        render_views(folder, address, saved)
    if not settings and not address.is_archive:
        st.caption(
            "Nothing here yet. Every model, every evaluation and every trial of a search becomes a "
            "row; seeds of the same training become one."
        )
    view, problem = _view(folder, address, settings)
    render_controls(folder, address, settings, problem=problem)
    _render_lost_setting(settings, address)
    render_brush(view)
    render_basket(address, read_basket(folder, address))
    render_verbs(folder, address, render_table(view))
    _render_files(view)
    drawn = read_drawn(folder, view)
    st.header("Two numbers against each other", anchor=False)
    render_plot(view, drawn)
    st.header("Several numbers side by side", anchor=False)
    render_parallel(view, drawn)


def _view(
    folder: DataFolder, address: BoardAddress, settings: list[board.Setting]
) -> tuple[BoardView, str]:
    """What the address asks for; where it cannot be read, what was shown last, and why."""
    try:
        view = read_board(folder, address, settings)
    except BadInput as error:
        parts = ("filter_text", "sort_text", "columns_text", "brush_text")
        shown = st.session_state.get(_SHOWN) or dict.fromkeys(parts, "")
        told = f"{error} Below stands what was shown before." if any(shown.values()) else str(error)
        return read_board(folder, replace(address, **shown), settings), told
    st.session_state[_SHOWN] = {
        "filter_text": address.filter_text,
        "sort_text": address.sort_text,
        "columns_text": address.columns_text,
        "brush_text": address.brush_text,
    }
    return view, ""


def _render_lost_setting(settings: list[board.Setting], address: BoardAddress) -> None:
    _, is_lost = chosen_setting(settings, address)
    if is_lost:
        st.warning("The setting that this address names has no rows any more: all are shown.")


def _with_last_columns(
    folder: DataFolder, address: BoardAddress, settings: list[board.Setting]
) -> BoardAddress:
    """The columns that were chosen last, where the address names none; they go into it."""
    if address.columns_text or address.view_id:
        return address
    columns = read_last_columns(folder, trials=of_trials(settings, address))
    set_address(columns=columns)
    return replace(address, columns_text=columns)


def _render_files(view: BoardView) -> None:
    with st.container(horizontal=True):
        for suffix in ("csv", "json"):
            st.link_button(
                f"{_all(view.total)} as {suffix.upper()}",
                file_link(
                    suffix,
                    filter_text=view.filter_text,
                    sort=view.sort,
                    columns=view.columns,
                    is_archive=view.address.is_archive,
                ),
                icon=":material/download:",
                type="tertiary",
                disabled=view.total == 0,
            )


def _all(total: int) -> str:
    return "The one row" if total == 1 else f"All {total:,} rows"


render()
