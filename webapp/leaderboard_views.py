"""Saved views: opened, saved, renamed, deleted, and the one that the page opens with."""

from collections.abc import Callable, Sequence

import streamlit as st

from core.board.saved_view import SavedView, lost_columns, without_lost
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.names import LONGEST
from tasks import queue
from webapp.deletion import render_choice
from webapp.failures import attempt, render_failure
from webapp.leaderboard_address import BoardAddress, open_view, set_address
from webapp.literal import literal
from webapp.wording import count

NONE = "none"
"""The value of `view` that means none of them, not even the one that the page opens with."""

_LOST = "board-lost-columns"


def open_default(saved: Sequence[SavedView]) -> None:
    """Opens the default view where the address says nothing at all."""
    default = next((view for view in saved if view.is_default), None)
    if default is not None and not st.query_params.to_dict():
        _open(default)


def render_views(folder: DataFolder, address: BoardAddress, saved: Sequence[SavedView]) -> None:
    """The choice of a view, and what can be done with the open one."""
    opened = next((view for view in saved if view.id == address.view_id), None)
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"):
        if saved:
            _render_choice(saved, opened)
        if opened is not None and opened.parts != address.parts:
            _render_change(folder, opened, address)
        if st.button("Save as a view", key="view-save", icon=":material/bookmark_add:"):
            _ask_for_view(folder, address)
        if opened is not None:
            _render_verbs(folder, opened)
    lost = st.session_state.get(_LOST)
    if lost and opened is not None and lost[0] == opened.id:
        st.warning(
            literal(
                f"The view {opened.name!r} names {count(len(lost[1]), 'column')} that there "
                f"{'is' if len(lost[1]) == 1 else 'are'} no more ({', '.join(lost[1])[:200]}): "
                "the others are shown. Save it again to forget them."
            )
        )


def _open(view: SavedView) -> None:
    st.session_state[_LOST] = (view.id, lost_columns(view))
    open_view(without_lost(view), view.id)


def _render_choice(saved: Sequence[SavedView], opened: SavedView | None) -> None:
    names = {view.id: view.name + (" (opens first)" if view.is_default else "") for view in saved}
    chosen = NONE if opened is None else opened.id
    if st.session_state.get("board-view") != chosen:
        st.session_state["board-view"] = chosen

    def take() -> None:
        found = next((view for view in saved if view.id == st.session_state["board-view"]), None)
        if found is None:
            open_view({}, NONE)
        else:
            _open(found)

    st.selectbox(
        "Saved view",
        [NONE, *names],
        key="board-view",
        format_func=lambda key: names.get(key, "none"),
        on_change=take,
        width=280,
    )


def _render_change(folder: DataFolder, opened: SavedView, address: BoardAddress) -> None:
    if st.button("Save changes", key="view-change", icon=":material/save:"):
        _try(lambda: queue.change_view(folder, opened.id, parts=address.parts))


def _render_verbs(folder: DataFolder, opened: SavedView) -> None:
    def turn() -> None:
        is_default = not opened.is_default
        attempt(lambda: queue.change_view(folder, opened.id, is_default=is_default))

    with st.popover("View", icon=":material/more_horiz:"):
        st.toggle(
            "The page opens with it",
            value=opened.is_default,
            key=f"view-default-{opened.id}-{opened.is_default}",
            on_change=turn,
        )
        if st.button("Rename", key="view-rename", icon=":material/edit:", type="tertiary"):
            _ask_for_name(folder, opened)
        if st.button("Delete", key="view-delete", icon=":material/delete:", type="tertiary"):
            _ask_to_delete(folder, opened)


@st.dialog("Save what is shown as a view")
def _ask_for_view(folder: DataFolder, address: BoardAddress) -> None:
    st.caption("Setting, filter, order, columns, axes and what is marked; not the basket.")
    with st.form("view-new", border=False):
        name = st.text_input("Name", max_chars=LONGEST, key="view-name")
        is_default = st.checkbox("Open the page with it", key="view-is-default")
        is_wanted = st.form_submit_button("Save", type="primary")
    if not is_wanted:
        return
    try:
        view = queue.save_view(folder, name, address.parts, is_default=is_default)
    except DyncellError as error:
        render_failure(error)
        return
    set_address(view=view.id)
    st.rerun()


@st.dialog("Rename this view")
def _ask_for_name(folder: DataFolder, view: SavedView) -> None:
    with st.form(f"rename-for-good-{view.id}", border=False):
        name = st.text_input("Name", value=view.name, max_chars=LONGEST, key=f"name-{view.id}")
        is_wanted = st.form_submit_button("Rename", type="primary")
    if is_wanted:
        _try(lambda: queue.change_view(folder, view.id, name=name))


@st.dialog("Delete this view?")
def _ask_to_delete(folder: DataFolder, view: SavedView) -> None:
    st.text(view.name)
    st.caption("The rows that it shows stay as they are.")
    render_choice(lambda: queue.delete_view(folder, view.id), key=view.id, parameter="view")


def _try(change: Callable[[], object]) -> None:
    try:
        change()
    except DyncellError as error:
        render_failure(error)
        return
    st.rerun()
