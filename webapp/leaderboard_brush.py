"""What is marked in the plots: one range per number, taken away by a click."""

import streamlit as st

from core.board.brush import Brush, Range, within
from core.board.columns import COLUMNS
from core.board.filter import LONGEST
from webapp.leaderboard_address import set_address, set_brush
from webapp.leaderboard_data import BoardView
from webapp.leaderboard_words import number_text
from webapp.literal import literal


def render_brush(view: BoardView) -> None:
    """The marked ranges, and what can be done with them; nothing where none is."""
    if not view.brush.ranges:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("**Marked** (part of this address)", width="content")
        for each in view.brush.ranges:
            if st.button(
                literal(range_text(each)),
                key=f"brush-{each.column}",
                icon=":material/close:",
                help="Mark it no more.",
            ):
                set_brush(view.brush.without(each.column))
                st.rerun()
        narrowed = within(view.address.filter_text, view.brush)
        if st.button(
            "Into the filter",
            key="brush-keep",
            type="tertiary",
            disabled=len(narrowed) > LONGEST,
            help="What is not marked goes out of the plots, too.",
        ):
            set_address(filter=narrowed, brush="", page="")
            st.rerun()
        if st.button("Mark nothing", key="brush-empty", type="tertiary"):
            set_brush(Brush())
            st.rerun()


def range_text(marked: Range) -> str:
    """A range in words: `mIoU 60.0 to 65.0`, `Parameters up to 2 M`."""
    label = COLUMNS[marked.column].label
    low, high = (
        None if end is None else number_text(end, marked.column)
        for end in (marked.low, marked.high)
    )
    if low is None:
        return f"{label} up to {high}"
    return f"{label} from {low}" if high is None else f"{label} {low} to {high}"
