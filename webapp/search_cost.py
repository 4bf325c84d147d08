"""What a search has cost: work by stage, on GPUs and processors."""

import time

import streamlit as st

from core.data_folder import DataFolder
from core.records import JobState
from core.search_summary import SearchCost, cost_of, work_meaning
from webapp.chart import render_chart
from webapp.literal import literal
from webapp.search_charts import cost_figure
from webapp.search_data import SearchView
from webapp.search_words import work_text
from webapp.wording import duration


def render_cost(folder: DataFolder, view: SearchView) -> None:
    """Bars per stage, with the sums of the search and of its twin."""
    del folder
    own, *twins = (each.cost for each in view.summaries)
    both = cost_of(view.summaries)
    if uncounted := _uncounted(view):
        st.caption(literal(uncounted))
    if not both.seconds:
        if not uncounted:
            st.caption("Nothing was spent yet.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        render_chart(
            cost_figure(both.stages),
            key=f"cost-{view.search.id}",
            alt="Minutes of work per stage, of the search and its twin together",
        )
    with right:
        _render_sums("This search, preparation included", own)
        for twin in twins:
            _render_sums("Its twin", twin)
        if twins:
            _render_sums("Both, as drawn", both)
        st.caption(
            f"{work_meaning(view.summaries)} The method's paper tells of 2 GPU-days for its search."
        )
        if frames := view.search.prepared.get("frames"):
            st.caption(
                literal(
                    f"Frames: {frames['S']} for the static network, {frames['C']} for cells to "
                    f"learn from, {frames['M']} for rewards."
                )
            )


def _uncounted(view: SearchView) -> str:
    """What a preparation at work has spent; empty without one."""
    job = view.preparing
    if job is None or job.state is not JobState.RUNNING or job.started_at is None:
        return ""
    spent = duration(time.time() - job.started_at)
    return f"The preparation has been at work for {spent}; it is counted once it is done."


def _render_sums(title: str, cost: SearchCost) -> None:
    parts = []
    if cost.gpu_days:
        parts.append(f"{cost.gpu_days:.3f} GPU-days ({work_text(cost.gpu_days)})")
    if cost.cpu_days:
        parts.append(f"{cost.cpu_days:.3f} processor-days ({work_text(cost.cpu_days)})")
    st.markdown(f"**{title}**: {' and '.join(parts) or 'nothing yet'}")
