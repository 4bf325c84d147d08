"""What one row takes for what, minus the base: a heat map, and the largest changes in words."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import NDArray

from core.board.class_comparison import ConfusionChange, Shift, confusion_change, no_confusion
from core.board.comparison import Comparison
from core.board.comparison_document import LETTERS
from webapp.chart import number_font, render_chart, unique
from webapp.comparison_rows import row_title
from webapp.comparison_words import VERDICTS, signed
from webapp.evaluation_matrix import MOST_CLASSES, lay_out_matrix
from webapp.literal import literal

_NUMBERED = 14  # classes up to which cells carry their number
_SCALE = [
    [0.0, "rgba(214,84,48,1.0)"],
    [0.5, "rgba(128,140,140,0.03)"],
    [1.0, "rgba(15,138,124,1.0)"],
]
_LISTED = 5
_FULL = 3.0  # points: under them no change has the full colour


def render_confusion(comparison: Comparison, place: int) -> None:
    """The heat map of the row at `place` minus the base, and the largest changes."""
    change = confusion_change(comparison, place)
    base, other = LETTERS[comparison.base], LETTERS[place]
    if change is None:
        st.caption(literal(f"No confusion of {other} minus {base}: "
                           f"{no_confusion(comparison, place)}."))  # fmt: skip
        return
    matrix, words = st.columns([3, 2], gap="large")
    with matrix:
        render_chart(
            change_figure(change),
            key=f"comparison-confusion-{place}",
            alt="Change of the confusion: rows are the true classes, columns the predicted ones",
        )
        st.caption(
            f"Points of the true class's pixels, {other} minus {base}. Green is good, orange bad: "
            "on the diagonal more is labelled right or less, elsewhere less is mistaken or more."
        )
    with words:
        name = literal(row_title(place, comparison.contenders[place].row))
        for title, shifts in (
            (f"{name} mistakes less often", [s for s in change.shifts if s.difference.value < 0]),
            (f"{name} mistakes more often", [s for s in change.shifts if s.difference.value > 0]),
        ):
            st.markdown(f"**{title}**")
            if not shifts:
                st.caption("Nothing.")
            for shift in shifts[:_LISTED]:
                st.markdown(literal(shift_text(shift, change.classes)), help=_help(shift))


def change_figure(change: ConfusionChange) -> go.Figure:
    """The heat map: good changes green, bad ones orange, whichever way they go."""
    drawn = _drawn(change)
    points = change.change[np.ix_(drawn, drawn)]
    good = np.where(np.eye(len(drawn), dtype=bool), points, -points)
    labels = unique([change.classes[n] for n in drawn])
    full = max(_FULL, float(np.abs(points).max(initial=0.0)))
    figure = go.Figure()
    figure.add_heatmap(
        z=good,
        x=labels,
        y=labels,
        zmin=-full,
        zmax=full,
        colorscale=_SCALE,
        showscale=False,
        xgap=1,
        ygap=1,
        customdata=np.dstack([points, change.before[np.ix_(drawn, drawn)]]),
        hovertemplate=(
            "<b>%{y}</b> labelled %{x}<br>%{customdata[1]:.2f} % of it, %{customdata[0]:+.2f} "
            "points<extra></extra>"
        ),
    )
    if len(drawn) <= _NUMBERED:
        figure.update_layout(annotations=_numbers(points, full))
    lay_out_matrix(figure, classes=len(drawn))
    return figure


def shift_text(shift: Shift, classes: Sequence[str]) -> str:
    """`Pedestrian for Building: 1.6 % to 32.9 % of it (+31.38 points)`."""
    word = VERDICTS[shift.verdict]
    told = f", {word}" if word else ""
    return (
        f"{classes[shift.truth]} for {classes[shift.predicted]}: {shift.before:.1f} % to "
        f"{shift.after:.1f} % of it ({signed(shift.difference.value, 'miou')} points{told})"
    )


def _help(shift: Shift) -> str:
    all_pixels = f"{abs(shift.of_all):.2f} % of all scored pixels."
    if shift.difference.interval is None:
        return f"{all_pixels} No interval: {literal(shift.difference.reason or '')}."
    low, high = (signed(end, "miou") for end in shift.difference.interval)
    return literal(f"{all_pixels} 95 % interval {low} to {high} points.")


def _drawn(change: ConfusionChange) -> list[int]:
    """The classes that are drawn: those that change most, in the order of their ids."""
    size = np.abs(change.change)
    by_change = np.argsort(-(size.sum(axis=0) + size.sum(axis=1)), kind="stable")
    return sorted(int(number) for number in by_change[:MOST_CLASSES])


def _numbers(points: NDArray[np.float64], full: float) -> list[dict[str, object]]:
    return [
        {
            "x": int(column),
            "y": int(row),
            "text": f"{points[row, column]:+.0f}",
            "showarrow": False,
            "font": number_font(is_full=abs(points[row, column]) > 0.5 * full),
        }
        for row, column in zip(*np.nonzero(np.abs(points) >= 0.5), strict=True)
    ]
