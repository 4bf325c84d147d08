"""Several objectives at once: the Pareto front of a search and how much it reaches."""

from typing import Any

import pandas as pd
import streamlit as st

from core.data_folder import DataFolder
from core.search_front import COSTS, SearchFront, latency_devices, search_fronts
from webapp.chart import render_chart
from webapp.literal import literal
from webapp.search_address import asked_trial
from webapp.search_data import SearchView
from webapp.search_live import take_click
from webapp.search_pareto_chart import pareto_figure
from webapp.search_words import axis_title, objective_words
from webapp.wording import count

_SHOWN = 6  # rows of the front that are seen without scrolling


def render_pareto(folder: DataFolder, view: SearchView) -> None:
    """The scatter with its front, the hypervolume of search and twin, and the front as a table."""
    del folder
    own, *twins = search_fronts(view.summaries, device=_choose_device(view))
    if not own.trials:
        st.caption(
            "No cell has a result in all objectives yet: "
            f"{', '.join(objective_words(own.objectives))}."
        )
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        key = f"pareto-{view.search.id}"
        event = render_chart(
            pareto_figure(own, twins[0] if twins else None, chosen=asked_trial()),
            key=key,
            selects="points",
            alt="All cells as points of the objectives, the front marked",
        )
        take_click(key, event)
    with right:
        ended = {each.finished for each in view.summaries}
        _render_volumes(own, twins, is_even=len(ended) == 1)
        st.dataframe(
            _table(own),
            hide_index=True,
            column_config=_columns(own),
            key="front",
            height=250 if len(own.members) > _SHOWN else "content",
        )


def _choose_device(view: SearchView) -> str | None:
    """The device whose latencies are compared; asked for only where there are several."""
    if "latency" not in view.config.objectives:
        return None
    devices = latency_devices(trial for each in view.summaries for trial in each.trials)
    if len(devices) < 2:
        return None
    return st.selectbox(
        "Latencies of",
        devices,
        key=f"front-device-{view.search.id}",
        width=420,
        help="Times of different devices are never compared.",
    )


def _render_volumes(own: SearchFront, twins: list[SearchFront], *, is_even: bool) -> None:
    """The hypervolumes; a difference only where both had as many trials."""
    with st.container(horizontal=True):
        even = twins if is_even else []
        deltas = (f"{own.volume - twin.volume:+.2f} points to the twin" for twin in even)
        st.metric("Hypervolume", f"{own.volume:.2f} %", next(deltas, None), width="content")
        for twin in twins:
            st.metric("Of the twin", f"{twin.volume:.2f} %", width="content")
    cells = "1 cell is" if len(own.members) == 1 else f"{len(own.members)} cells are"
    names = objective_words(own.objectives)
    reference = ", ".join(
        f"{name} {own.shown(None, each):.0f} %{' of the static network' if each in COSTS else ''}"
        for name, each in zip(names, own.objectives, strict=True)
    )
    st.caption(
        literal(
            f"{cells} beaten by none in {', '.join(names[:-1])} and {names[-1]} together. The "
            "hypervolume is measured from a fixed reference, the worst that such cells may be: "
            f"{reference}; 100 % would be a cell that is always right at no cost."
        )
    )
    if own.device:
        left_out = f" {count(own.left_out, 'cell')} timed elsewhere or not at all left out."
        st.caption(
            literal(
                f"Latency: a steady frame against one of the static network, timed in turns in "
                f"every trial on {own.device} and compared within that device only."
                f"{left_out if own.left_out else ''}"
            )
        )


def _columns(front: SearchFront) -> dict[str, Any]:
    share = st.column_config.NumberColumn(format="%.1f %%")
    names = {axis_title(each, short=True): share for each in front.objectives}
    return {"Trial": st.column_config.NumberColumn(width=60)} | names


def _table(front: SearchFront) -> pd.DataFrame:
    rows = [
        {"Trial": front.trials[n].number}
        | {axis_title(each, short=True): front.shown(n, each) for each in front.objectives}
        | ({"ms": front.trials[n].result["latency_ms"]} if front.device else {})
        for n in sorted(front.members, key=lambda n: -front.gains[n][0])
    ]
    return pd.DataFrame(rows)
