"""How a model behaves over time: numbers, plots, and the way to have them measured."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.data_folder import DataFolder
from core.dynamics.notes import document_notes
from core.metrics.descriptions import BEHAVIOUR
from core.records import Dynamics, Model
from webapp.chart import render_chart
from webapp.dynamics_charts import (
    clip_figure,
    distance_figure,
    lag_figure,
    recovery_figure,
    strength_figure,
)
from webapp.dynamics_data import DynamicsState, read_dynamics
from webapp.dynamics_form import render_dynamics_form
from webapp.dynamics_words import (
    CLASSES,
    distance_sentence,
    drift_sentence,
    number_text,
    past_sentence,
    recovery_sentence,
    recovery_text,
    where_text,
)
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_verbs
from webapp.literal import literal
from webapp.wording import ago

Json = dict[str, Any]

_SHOWN = {
    "baseline": ("lag", "cut_recovery", "cut_recovery_blind"),
    "static": ("miou_d_mean", "lag"),
    "copy": ("miou_d_min", "miou_d_mean", "lag", "cut_recovery", "cut_recovery_blind"),
    "light": (
        *("miou_d_min", "miou_d_mean", "lag"),
        *("cut_recovery", "cut_recovery_blind", "state_drift"),
    ),
    "full": (
        *("miou_d_min", "miou_d_mean", "lag"),
        *("cut_recovery", "cut_recovery_blind", "use_of_past", "state_drift"),
    ),
}
"""The numbers that say something, by what the model is."""


def render_dynamics(folder: DataFolder, model: Model) -> None:
    """The section of a model's page."""
    st.header("Behaviour over time", anchor=False)
    state = read_dynamics(folder, model)
    if state.found:
        _render_measured(_chosen(state, model))
    if state.latest is not None:
        poll = 1.5 if state.is_busy else None
        st.fragment(_render_waiting, run_every=poll)(folder, model, was_busy=state.is_busy)
    if not state.found:
        st.caption(
            "Not measured yet: how the mIoU falls with the distance to a key frame, whether labels "
            "lag behind the picture, how fast it recovers from a cut, and whether its state "
            "drifts over long videos."
        )
        render_dynamics_form(folder, model, is_busy=state.is_busy)
        return
    with st.expander("Measure on other frames", icon=":material/timeline:"):
        render_dynamics_form(folder, model, is_busy=state.is_busy)


def _chosen(state: DynamicsState, model: Model) -> Dynamics:
    if len(state.found) == 1:
        return state.found[0]
    known = {each.id: each for each in state.found}
    chosen = st.selectbox(
        "Measured on",
        list(known),
        format_func=lambda each: where_text(known[each]),
        key=f"dynamics-{model.id}",
    )
    return known[chosen]


def _render_measured(found: Dynamics) -> None:
    document = found.document
    made = ago(time.time() - found.created_at)
    what = CLASSES[document["model_class"]]
    st.caption(literal(f"Measured as {what} on {where_text(found)}, {made}."))
    keys = _SHOWN[document["model_class"]]
    with st.container(border=True):
        for column, key in zip(st.columns(len(keys)), keys, strict=True):
            known = BEHAVIOUR[key]
            is_recovery = key.startswith("cut_recovery")
            text = (
                recovery_text(document, key)
                if is_recovery
                else number_text(key, document["numbers"].get(key))
            )
            column.metric(known.label, text, help=literal(known.meaning))
    plots = list(_plots(document))
    for number in range(0, len(plots), 2):
        for column, plot in zip(st.columns(2), plots[number : number + 2], strict=False):
            with column:
                _render_plot(plot, key=f"{plot.title}-{found.id}")
    if document["past"] is not None:
        st.markdown("**Use of the past**")
        st.caption(literal(past_sentence(document["past"])))
    for note in document_notes(document):
        st.caption(literal(note))


@dataclass(frozen=True)
class _Plot:
    title: str
    figure: go.Figure
    sentence: str


def _plots(document: Json) -> Iterator[_Plot]:
    """What can be drawn of a measurement, in the order in which it is read."""
    if document["distance"] is not None:
        figure = distance_figure(document["distance"], key_interval=document["key_interval"])
        yield _Plot("mIoU by distance to a key frame", figure, distance_sentence(document))
    if document["lag"] is not None:
        yield _Plot("Lag", lag_figure(document["lag"]), BEHAVIOUR["lag"].meaning)
    if document["recovery"] is not None and document["model_class"] != "static":
        figure = recovery_figure(document["recovery"])
        yield _Plot("Recovery from cuts", figure, recovery_sentence(document))
    drift = document["drift"]
    if drift is not None:
        yield _Plot("Drift of the state", strength_figure(drift), drift_sentence(drift))
        sentence = (
            f"{drift['played']} frames played back and forth, the first of them the only key "
            "frame; each point pools 50 frames."
        )
        yield _Plot("mIoU over a long video", clip_figure(drift), sentence)


def _render_plot(plot: _Plot, *, key: str) -> None:
    st.markdown(f"**{plot.title}**")
    render_chart(plot.figure, key=key, alt=plot.title)
    st.caption(literal(plot.sentence))


def _render_waiting(folder: DataFolder, model: Model, *, was_busy: bool) -> None:
    try:
        now = read_dynamics(folder, model)
        if now.latest is None or now.is_busy != was_busy:
            st.rerun()
        render_progress(now.latest)
        render_verbs(folder, now.latest, place="dynamics")
    except Exception as error:
        render_failure(error)
