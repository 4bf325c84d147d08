"""The compared rows class by class: bars with intervals, and the differences in numbers."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.board.class_comparison import ClassLine, class_lines, no_classes
from core.board.columns import COLUMNS
from core.board.comparison import Comparison, Verdict
from core.board.comparison_document import LETTERS
from webapp.chart import lay_out, plain, render_chart, unique
from webapp.comparison_rows import COLOURS, row_title
from webapp.comparison_table import TableLine, table_html
from webapp.literal import literal


def render_classes(comparison: Comparison) -> None:
    """IoU of every class, of the rows that were judged as the base was."""
    st.header("Classes", anchor=False)
    for place in range(len(comparison.contenders)):
        why_not = no_classes(comparison, place)
        if why_not:
            name = row_title(place, comparison.contenders[place].row)
            st.caption(literal(f"{name} has no bars: {why_not}."))
    lines = class_lines(comparison)
    if not lines:
        return
    render_chart(
        classes_figure(comparison, lines),
        key="comparison-classes",
        alt="IoU of every class, one bar per row, with 95 % intervals over seeds",
    )
    for line in told_classes(comparison, lines):
        st.markdown(literal(line))
    with st.expander("Class by class in numbers"):
        st.html(table_html(comparison, _table_lines(lines), first="Class"))


def classes_figure(comparison: Comparison, lines: Sequence[ClassLine]) -> go.Figure:
    """Grouped bars: classes in the order of their ids, rows in theirs."""
    figure = go.Figure()
    names = unique([line.name for line in lines])
    for place, contender in enumerate(comparison.contenders):
        standings = [line.standings[place] for line in lines]
        if all(standing.mean is None for standing in standings):
            continue
        half = [0.0 if s.interval is None or s.mean is None else s.interval[1] - s.mean
                for s in standings]  # fmt: skip
        figure.add_bar(
            x=names,
            y=[standing.mean for standing in standings],
            name=plain(row_title(place, contender.row)),
            marker={"color": COLOURS[place]},
            error_y={
                "type": "data",
                "array": half,
                "thickness": 1,
                "width": 2,
                "color": "gray",
                "visible": any(half),
            },
            hovertemplate="%{x}<br>%{y:.1f} %<extra>" + LETTERS[place] + "</extra>",
        )
    lay_out(figure, height=330, up="IoU, %")
    figure.update_layout(barmode="group", bargap=0.28)
    figure.update_yaxes(range=[0, 100])
    figure.update_xaxes(tickangle=-40 if len(names) > 8 else 0)
    return figure


def told_classes(comparison: Comparison, lines: Sequence[ClassLine]) -> list[str]:
    """Which classes a row is surely better and worse in; one sentence per row with intervals."""
    told = []
    for place, contender in enumerate(comparison.contenders):
        standings = {line.name: line.standings[place] for line in lines}
        if not any(s.difference and s.difference.interval for s in standings.values()):
            continue

        def named(verdict: Verdict, of: dict[str, Verdict]) -> str:
            return ", ".join(name for name, found in of.items() if found == verdict) or "none"

        verdicts = {name: standing.verdict for name, standing in standings.items()}
        ties = sum(verdict == "tie" for verdict in verdicts.values())
        told.append(
            f"{row_title(place, contender.row)}: better in {named('better', verdicts)}; worse in "
            f"{named('worse', verdicts)}; {ties} of {len(lines)} classes are tied with "
            f"{LETTERS[comparison.base]}."
        )
    if told:
        told.append(
            f"At 95 % about one in twenty of such verdicts is chance: with {len(lines)} classes, "
            "look for what several say."
        )
    return told


def _table_lines(lines: Sequence[ClassLine]) -> list[TableLine]:
    return [
        TableLine(
            line.name, f"{line.share:.2f} % of the scored pixels", COLUMNS["miou"], line.standings
        )
        for line in lines
    ]
