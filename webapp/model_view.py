"""One model: its card, scores, speed, and the training that made it."""

from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.board.columns import COLUMNS
from core.data_folder import DataFolder
from core.metrics.descriptions import DESCRIPTIONS
from core.records import Latency, Model
from core.registry import command_again
from webapp.baselines_form import render_baselines_button
from webapp.dynamics_view import render_dynamics
from webapp.evaluation_data import read_names, read_scores
from webapp.evaluation_list import render_evaluation_table
from webapp.genotype_address import MODEL
from webapp.genotype_source import model_genotype
from webapp.links import go_to_genotype
from webapp.literal import literal
from webapp.model_facts import model_facts
from webapp.model_verbs import render_model_verbs
from webapp.training_data import read_latencies, training_of
from webapp.training_view import render_curve
from webapp.wording import duration


def render_model(folder: DataFolder, model: Model) -> None:
    """The model's page."""
    _render_heading(folder, model)
    facts = model_facts(model)
    with st.container(border=True):
        for column, fact in zip(st.columns(len(facts)), facts, strict=True):
            column.metric(fact.label, fact.text, help=literal(fact.meaning))
        _render_origin(folder, model)
    st.header("Scores", anchor=False)
    _render_own_score(model)
    found = read_scores(folder).get(model.sha256, [])
    render_evaluation_table(found, read_names(folder), key=f"scores-{model.id}")
    render_dynamics(folder, model)
    _render_latencies(read_latencies(folder, model))
    _render_training(folder, model)


def _render_heading(folder: DataFolder, model: Model) -> None:
    name, verbs = st.columns([2, 3], vertical_alignment="center")
    with name, st.container(horizontal=True, vertical_alignment="center"):
        st.title(literal(model.name), anchor=False, width="content")
        st.badge(model.kind, color="blue")
        if model.is_shipped:
            st.badge("shipped", color="gray", help="Part of dyncell: it keeps its name and stays.")
    with verbs, st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("All models", icon=":material/arrow_back:"):
            st.query_params.clear()
            st.rerun()
        has_cell = model_genotype(model) is not None
        if has_cell and st.button("Its cell", icon=":material/account_tree:"):
            go_to_genotype(f"{MODEL}{model.id}")
        render_baselines_button(folder, model)
        render_model_verbs(folder, model, place="card")


def _render_origin(folder: DataFolder, model: Model) -> None:
    origin = model.provenance
    seed, steps = origin.get("seed"), origin.get("steps")
    parts = [f"Learnt from {origin.get('data') or 'unknown data'}"]
    if isinstance(steps, int) and steps > 0:
        parts.append(f"{steps:,} steps, seed {seed}")
    parts.append(f"dyncell {origin.get('code_version') or 'of an unknown version'}")
    st.caption(literal(" · ".join(parts)))
    if origin.get("note"):
        st.caption(literal(str(origin["note"])))
    command = command_again(model, read_names(folder))
    if command:
        st.caption("Make it again with")
        st.code(command, language=None, wrap_lines=True)
    keys = f"weights {model.sha256}"
    if origin.get("data_hash"):
        keys += f"\ndata    {origin['data_hash']}"
    with st.expander("Keys and configuration"):
        st.code(keys, language=None, wrap_lines=True)
        st.json(model.config, expanded=False)
        if origin.get("training"):
            st.json(origin["training"], expanded=False)


def _render_own_score(model: Model) -> None:
    miou = model.metrics.get("miou")
    if isinstance(miou, int | float):
        on = model.metrics.get("scored_on")
        st.caption(
            literal(f"When it was trained: {miou:.1f} % mIoU on {on}, which it was not trained on")
        )


def _render_latencies(found: list[Latency]) -> None:
    st.header("Speed", anchor=False)
    if not found:
        st.caption("Not timed yet.")
        return
    st.dataframe(
        pd.DataFrame([_latency_row(each) for each in found]),
        hide_index=True,
        placeholder="-",
        column_config={
            "Frame p50": st.column_config.NumberColumn(
                format="%.1f ms",
                help=f"{DESCRIPTIONS['latency_p50'].meaning} Scaling down, network, labels.",
            ),
            "p95": st.column_config.NumberColumn(
                format="%.1f ms", help=DESCRIPTIONS["latency_p95"].meaning
            ),
            "Network p50": st.column_config.NumberColumn(
                format="%.1f ms", help="Median time per frame of the network alone."
            ),
            "Other work": st.column_config.TextColumn(
                help=f"{COLUMNS['busy'].meaning} Such times are too long."
            ),
            "Measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
        },
        alt="Timings of the model",
    )


def _latency_row(latency: Latency) -> dict[str, Any]:
    setting, measured = latency.setting, latency.measured
    return {
        "Device": setting.get("device"),
        "Backend": setting.get("backend"),
        "Precision": setting.get("precision"),
        "Threads": setting.get("threads"),
        "Frame": f"{setting.get('width')}x{setting.get('height')}",
        "Frame p50": measured.get("latency_p50_ms"),
        "p95": measured.get("latency_p95_ms"),
        "Network p50": measured.get("network_p50_ms"),
        "Frames timed": measured.get("frames_timed"),
        "Other work": "yes" if setting.get("busy") else "no",
        "Measured": datetime.fromtimestamp(latency.created_at),
    }


def _render_training(folder: DataFolder, model: Model) -> None:
    job = training_of(folder, model)
    if job is None:
        return
    st.header("Training", anchor=False)
    if job.fence == 1 and job.started_at is not None and job.finished_at is not None:
        st.caption(f"Took {duration(job.finished_at - job.started_at)}.")
    render_curve(job, place="card")
