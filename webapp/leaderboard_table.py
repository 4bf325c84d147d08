"""The page of rows: a click on a heading sorts at the server, ticked rows can be acted on."""

from typing import Any

import pandas as pd
import streamlit as st

from core.board.columns import COLUMNS, RATIO
from core.board.hand_labels import hand_labels_line
from core.board.row import TIMED, Row
from core.board.sort import SORTABLE, Sort
from core.metrics.ranking import COMPANION_KEYS
from webapp.leaderboard_address import ALL, set_address
from webapp.leaderboard_controls import open_setting, setting_name
from webapp.leaderboard_data import PAGE, BoardView
from webapp.leaderboard_words import cell_text, heading, missing_reasons, rank_text
from webapp.literal import literal
from webapp.wording import BUSY_MARK, MACHINE_WAS_BUSY, count

_RANK = "Rank"
_OFFERED = 3  # settings in which rows match where none does here
_CLICKS = "board-clicks"
_TABLE = "board-rows-"
_SORTS = '[role="menu"] > [role="menuitem"]:is(:nth-child(2), :nth-child(3))'
_STYLE = f"""
<style>
[class*="st-key-{_TABLE}"] [data-testid="stElementToolbar"],
[data-testid="stDataFrameColumnMenu"] {_SORTS} {{ display: none; }}
</style>
"""
"""The table's own tools, and the two sorts in the menu of a heading, know the rows of this page
alone; the page has tools for all of them. Streamlit has no option that takes either away."""

_GREY = "color: rgba(128, 140, 140, 0.75)"


def render_table(view: BoardView) -> list[Row]:
    """The table; returns the rows that are ticked."""
    if not view.rows:
        _render_nothing(view)
        return []
    shown = (view.page, view.sort, view.filter_text, view.address.is_archive)
    key = f"{_TABLE}{st.session_state.get(_CLICKS, 0)}-{shown}"
    frame = pd.DataFrame([_cells(view, n) for n in range(len(view.rows))])
    st.html(_STYLE)
    event: Any = st.dataframe(
        frame.style.apply(lambda _: _styles(view, frame), axis=None),
        hide_index=True,
        column_config=_config(view),
        on_select="rerun",
        selection_mode=["multi-row", "single-column"],
        key=key,
        alt="Rows of the leaderboard",
    )
    _sort_by_heading(view, event)
    _render_legend(view)
    _render_turning(view)
    chosen = (event or {}).get("selection", {}).get("rows", [])
    return [view.rows[n].row for n in chosen if n < len(view.rows)]


def _render_nothing(view: BoardView) -> None:
    """Why there is no row, and the settings in which there are some."""
    if view.setting is None or not view.address.filter_text:
        st.caption("No row matches." if view.address.filter_text else "Nothing here yet.")
        return
    if not view.elsewhere:
        st.caption("No row matches, in any setting.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("No row of this setting matches. Others do:", width="content")
        for setting, rows in view.elsewhere[:_OFFERED]:
            label = f"{count(rows, 'row')} in {setting_name(setting) or 'models not judged yet'}"
            if st.button(literal(label), key=f"board-elsewhere-{setting.setting}"):
                open_setting(view.address, view.settings, setting.setting or ALL)
                st.rerun()
        left = sum(rows for _, rows in view.elsewhere[_OFFERED:])
        if left:
            st.caption(f"and {count(left, 'row')} in more settings", width="content")


def _cells(view: BoardView, number: int) -> dict[str, str]:
    each = view.rows[number]
    return {_RANK: rank_text(each), **{key: cell_text(each.row, key) for key in view.columns}}


def _styles(view: BoardView, frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers that a constant picture wins are grey in a row that is greyed."""
    styles = pd.DataFrame("", index=frame.index, columns=frame.columns)
    for number, each in enumerate(view.rows):
        if each.row.flags["greyed"]:
            for key in view.columns:
                if key in COMPANION_KEYS:
                    styles.loc[number, key] = _GREY
        if not each.row.flags["ranked"]:
            styles.loc[number, _RANK] = _GREY
    return styles


def _config(view: BoardView) -> dict[str, Any]:
    config: dict[str, Any] = {
        _RANK: st.column_config.TextColumn(
            width=70,
            help="1 + the rows of the setting whose whole 95% interval lies above; = tied with "
            "another row; * fewer than 3 seeds have no rank.",
        )
    }
    for key in view.columns:
        column = COLUMNS[key]
        better = f" {column.better.capitalize()} is better." if column.better else ""
        config[key] = st.column_config.TextColumn(
            heading(key) + _arrow(view, key),
            help=column.meaning + better,
            alignment="left" if column.kind == "text" else "right",
        )
    return config


def _arrow(view: BoardView, key: str) -> str:
    """Which way the rows are sorted, beside the heading they are sorted by."""
    decides = view.sort.column if view.sort.column in view.columns else view.sort.key
    if key != decides:
        return ""
    return " ↓" if view.sort.descending else " ↑"


def _sort_by_heading(view: BoardView, event: Any) -> None:
    """A click on a heading sorts by it, a second one the other way round."""
    chosen = (event or {}).get("selection", {}).get("columns", [])
    if not chosen or chosen[0] not in SORTABLE:
        return
    st.session_state[_CLICKS] = st.session_state.get(_CLICKS, 0) + 1  # the table begins afresh
    order = Sort.parse(chosen[0])
    if view.sort.key == order.key:
        order = Sort(order.key, not view.sort.descending)
    set_address(sort=str(order), page="")
    st.rerun()


def _render_legend(view: BoardView) -> None:
    several = "" if view.setting else " Rows of several settings cannot be compared."
    st.caption(
        "± half of the 95% interval over seeds · = tied · * fewer than 3 seeds · a click on a "
        f"heading sorts, a tick chooses rows.{several}"
    )
    if any(each.row.flags["busy"] and each.row.means.keys() & TIMED for each in view.rows):
        st.caption(f"{BUSY_MARK} {MACHINE_WAS_BUSY}")
    line = hand_labels_line([each.row for each in view.rows])
    if line and any(key.removesuffix(RATIO) in COMPANION_KEYS for key in view.columns):
        st.caption(literal(line))
    reasons = missing_reasons([each.row for each in view.rows], view.columns)
    if reasons:
        with st.expander("Why numbers are missing on this page"):
            st.text("\n".join(f"{', '.join(labels)}: {why}" for why, labels in reasons.items()))


def _render_turning(view: BoardView) -> None:
    if view.pages == 1:
        return
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        _turn("Previous", view.page - 1, is_off=view.page == 1)
        first = (view.page - 1) * PAGE + 1
        st.caption(
            f"{first:,} to {first + len(view.rows) - 1:,} of {view.total:,}, page {view.page:,} "
            f"of {view.pages:,}",
            width="content",
        )
        _turn("Next", view.page + 1, is_off=view.page == view.pages)


def _turn(label: str, page: int, *, is_off: bool) -> None:
    if st.button(label, key=f"board-{label}", disabled=is_off):
        set_address(page=str(page))
        st.rerun()
