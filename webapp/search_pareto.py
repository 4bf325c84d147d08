"""Several objectives at once: the Pareto front of a search and how much it reaches."""

import pandas as pd
import streamlit as st

from core.data_folder import DataFolder
from core.pareto import reference_point, static_macs
from webapp.search_address import asked_trial
from webapp.search_charts import pareto_figure
from webapp.search_data import SearchView
from webapp.search_live import take_click
from webapp.search_numbers import ParetoPoints, pareto_points
from webapp.wording import count

_CHART = {"displayModeBar": False}
_COLUMNS = {
    "Trial": st.column_config.NumberColumn(width=70),
    "Accuracy": st.column_config.NumberColumn(format="%.1f %%"),
    "Stability": st.column_config.NumberColumn(format="%.1f %%"),
    "MACs of static": st.column_config.NumberColumn(format="%.1f %%"),
}


def render_pareto(folder: DataFolder, view: SearchView) -> None:
    """The scatter with its front, the hypervolume of search and twin, and the front as a table."""
    del folder
    macs = static_macs(view.search.prepared)
    own = pareto_points(view.trials, macs or 1, view.config.cell)
    if macs is None or not own.trials:
        st.caption("No cell has a result yet.")
        return
    twin = pareto_points(view.twin_trials, macs, view.config.cell) if view.twin else None
    left, right = st.columns([3, 2], gap="large")
    with left:
        key = f"pareto-{view.search.id}"
        event = st.plotly_chart(
            pareto_figure(own, twin, chosen=asked_trial()),
            key=key,
            on_select="rerun",
            selection_mode="points",
            config=_CHART,
            alt="Accuracy and stability of all cells, their cost as colour, the front marked",
        )
        take_click(key, event)
    with right:
        _render_volumes(view, own, twin)
        st.dataframe(_front(own), hide_index=True, column_config=_COLUMNS, key="front", height=250)


def _render_volumes(view: SearchView, own: ParetoPoints, twin: ParetoPoints | None) -> None:
    with st.container(horizontal=True):
        st.metric(
            "Hypervolume",
            f"{own.volume:.2f} %",
            None if twin is None else f"{own.volume - twin.volume:+.2f} points to the twin",
            width="content",
        )
        if twin is not None:
            st.metric("Of the twin", f"{twin.volume:.2f} %", width="content")
    accuracy, stability, macs = reference_point(view.config.cell)
    cells = count(len(own.front), "cell").replace("cells", "cells are", 1)
    st.caption(
        f"{cells if len(own.front) > 1 else '1 cell is'} beaten by none in accuracy, stability and "
        "MACs together. The hypervolume is measured from a fixed reference, the cell that spares "
        f"nothing: accuracy {accuracy:.0f} %, stability {stability:.0f} %, MACs "
        f"{-100 * macs:.0f} % of the static network's; 100 % would be a cell that is always right "
        "at no cost."
    )


def _front(points: ParetoPoints) -> pd.DataFrame:
    rows = [
        {
            "Trial": points.trials[n].number,
            "Accuracy": 100 * points.gains[n][0],
            "Stability": 100 * points.gains[n][1],
            "MACs of static": -100 * points.gains[n][2],
        }
        for n in sorted(points.front, key=lambda n: -points.gains[n][0])
    ]
    return pd.DataFrame(rows)
