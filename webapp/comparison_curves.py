"""MIoU by the distance to the last key frame, of the compared rows; what is missing is ordered."""

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from core.board.comparison import Comparison
from core.board.curve_comparison import (
    NOT_MEASURED,
    DistanceCurve,
    distance_curve,
    no_curve,
)
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Job
from tasks import queue
from webapp.chart import count_by_ones, lay_out, plain, render_chart
from webapp.comparison_measuring import Missing, read_missing
from webapp.comparison_rows import COLOURS, row_title
from webapp.failures import render_failure
from webapp.job_view import render_progress
from webapp.literal import literal
from webapp.training_estimate import about
from webapp.wording import count


def render_curves(folder: DataFolder, comparison: Comparison) -> None:
    """The curves that were measured, why others are missing, and the way to have them."""
    st.header("mIoU by the distance to a key frame", anchor=False)
    curves: dict[int, DistanceCurve] = {}
    for place, contender in enumerate(comparison.contenders):
        curve = distance_curve(comparison, place)
        if curve is not None:
            curves[place] = curve
        else:
            name = row_title(place, contender.row)
            st.caption(literal(f"{name} has no curve: {no_curve(comparison, place)}."))
    if curves:
        render_chart(
            curves_figure(comparison, curves),
            key="comparison-curves",
            alt="mIoU over the frames since the last key frame, one line per row",
        )
        for place, curve in curves.items():
            st.caption(literal(curve_text(place, comparison, curve)))
    places = [
        place
        for place in range(len(comparison.contenders))
        if no_curve(comparison, place) == NOT_MEASURED
    ]
    missing = read_missing(folder, comparison, places)
    if missing.is_busy:
        st.fragment(_render_waiting, run_every=2.0)(folder, comparison, places, missing.jobs)
    _render_order(folder, missing)


def curves_figure(comparison: Comparison, curves: dict[int, DistanceCurve]) -> go.Figure:
    """One line per row, with a band where there are at least two seeds."""
    figure = go.Figure()
    for place, curve in curves.items():
        colour = COLOURS[place]
        if None not in curve.low and None not in curve.high:
            figure.add_scatter(
                x=[*curve.d, *reversed(curve.d)],
                y=[*curve.high, *reversed(curve.low)],
                mode="lines",
                fill="toself",
                fillcolor=_see_through(colour),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        figure.add_scatter(
            x=list(curve.d),
            y=list(curve.miou),
            name=plain(row_title(place, comparison.contenders[place].row)),
            mode="lines",
            line={"color": colour, "width": 2.4},
            hovertemplate="%{y:.2f} %",
        )
    across = "Frames since the last key frame"
    lay_out(figure, height=300, across=across, up="mIoU, %", hovermode="x unified")
    count_by_ones(figure, max(curve.d[-1] for curve in curves.values()))
    return figure


def curve_text(place: int, comparison: Comparison, curve: DistanceCurve) -> str:
    """`A: mover: least 52.1 % at d = 12, in the mean 54.0 %, 3 seeds`."""
    name = row_title(place, comparison.contenders[place].row)
    if curve.least is None:
        return f"{name}: its state was no number any more at any distance."
    at, least = curve.least
    mean = "no mean over all distances: its state became no number"
    if curve.mean is not None:
        mean = f"in the mean {curve.mean:.1f} %"
    return f"{name}: least {least:.1f} % at d = {at}, {mean}, {count(curve.seeds, 'seed')}."


def _render_waiting(
    folder: DataFolder, comparison: Comparison, places: Sequence[int], jobs: Sequence[Job]
) -> None:
    try:
        missing = read_missing(folder, comparison, places)
        if [job.id for job in missing.jobs] != [job.id for job in jobs]:
            st.rerun()  # one has ended
        for job in missing.jobs:
            st.caption(literal(job.title))
            render_progress(job)
    except Exception as error:
        render_failure(error)


def _render_order(folder: DataFolder, missing: Missing) -> None:
    if missing.why_not:
        st.caption(literal(missing.why_not))
    if not missing.models:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        models = count(len(missing.models), "model")
        is_wanted = st.button(
            f"Measure {models} over time", key="comparison-measure", icon=":material/timeline:"
        )
        ground = "as fast as the last one here" if missing.is_known else "on one quiet core"
        st.caption(literal(f"About {about(missing.seconds)}, {ground}."), width="content")
    if not is_wanted:
        return
    try:
        for model in missing.models:
            assert missing.ground is not None
            queue.add_dynamics(
                folder,
                model=model.id,
                dataset=missing.ground.dataset.id,
                split=missing.ground.split,
                protocol=missing.ground.protocol,
            )
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _see_through(colour: str) -> str:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.15)"
