"""The one look of all charts: colours, letters, margins, legend; and the way to show one."""

from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

TEAL, ORANGE, BLUE, GOLD = "#0f8a7c", "#c7673b", "#5567b8", "#b8860b"
PURPLE, GREEN = "#8a4f8f", "#4f7d3a"
SERIES = (TEAL, ORANGE, BLUE, GOLD, PURPLE, GREEN)
"""What lies beside each other, in this order; all are told from light and from dark ground."""

RED = "#c0392b"
GREY, DIM = "rgba(128,140,140,0.75)", "rgba(128,140,140,0.30)"

LETTERS = 12
"""Pixels of ticks, titles and legends."""

_NUMBERS = 11  # pixels of what is written in cells


def lay_out(
    figure: go.Figure,
    *,
    height: int,
    across: str | None = None,
    up: str | None = None,
    hovermode: Literal["closest", "x unified"] = "closest",
    is_fixed: bool = True,
) -> None:
    """Gives a figure the look of all.

    Args:
        figure: The figure; what it is to have of its own is said afterwards.
        height: Pixels.
        across: Title of the x axis, with its unit.
        up: Title of the y axis, with its unit.
        hovermode: Whether a point is told, or all at one place of the x axis.
        is_fixed: Whether nothing is dragged in it.
    """
    figure.update_layout(
        height=height,
        margin={"l": 4, "r": 4, "t": 8, "b": 4},
        font={"size": LETTERS},
        hovermode=hovermode,
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"size": LETTERS},
        },
    )
    if is_fixed:
        figure.update_layout(dragmode=False)
    axis = {
        "fixedrange": is_fixed,
        "zeroline": False,
        "tickfont": {"size": LETTERS},
        "title": {"font": {"size": LETTERS}},
    }
    figure.update_xaxes(**axis, showgrid=False)
    figure.update_yaxes(**axis)
    figure.update_xaxes(title_text=across)
    figure.update_yaxes(title_text=up)


def count_by_ones(figure: go.Figure, last: float) -> None:
    """No ticks between whole numbers on an x axis that counts up to `last`."""
    if last <= 10:
        figure.update_xaxes(dtick=1)


def number_font(*, is_full: bool) -> dict[str, Any]:
    """Letters in a cell: white on a full colour, else what `static/frame.css` makes of the grey."""
    return {"size": _NUMBERS, "color": "white" if is_full else "rgb(127, 140, 138)"}


def render_chart(
    figure: go.Figure,
    *,
    key: str,
    alt: str,
    selects: Literal["points", "box"] | None = None,
) -> Any:
    """Shows a figure, which `alt` tells those who do not see it.

    Returns:
        What was chosen in it, where `selects` says that something can be.
    """
    chosen: dict[str, Any] = {}
    if selects is not None:
        chosen = {"on_select": "rerun", "selection_mode": selects}
    return st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False}, **chosen)


def plain(text: str) -> str:
    """A name as charts show it literally: they read a few tags in texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unique(names: Sequence[str], *, longest: int = 18) -> list[str]:
    """Names on an axis: short, literal, and apart from each other."""
    short = [plain(n if len(n) <= longest else f"{n[: longest - 1]}…") for n in names]
    return [f"{n} {k}" if short.count(n) > 1 else n for k, n in enumerate(short)]
