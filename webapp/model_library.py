"""The list of models: what each is, learnt from and scores."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Evaluation, Model
from webapp.data import count_models, find_models
from webapp.evaluation_data import read_scores
from webapp.evaluation_list import frames_text
from webapp.listing import render_listing, render_nothing_found
from webapp.literal import literal
from webapp.model_facts import model_facts
from webapp.model_verbs import render_model_verbs
from webapp.paging import chosen_offset, render_paging

_SHOWN = 10
_SCORES = 2
_ORDERS = {
    "usual": "default first",
    "newest": "newest first",
    "name": "by name",
    "smallest": "smallest first",
}


def render_models(folder: DataFolder) -> None:
    """The list, the default model first."""
    title, search = st.columns([2, 3], vertical_alignment="bottom")
    title.header("Models", anchor=False)
    with search:
        listing = render_listing("models", _ORDERS, what="models by name")
    total = count_models(folder, listing)
    if not total and not render_nothing_found(listing, "model"):
        st.caption("No models yet: train one or import one above.")
    scores = read_scores(folder)
    offset = chosen_offset(total=total, size=_SHOWN)
    for model in find_models(folder, listing, limit=_SHOWN, offset=offset):
        _render_model(folder, model, scores.get(model.sha256, []))
    render_paging("models", total=total, size=_SHOWN)


def score_lines(model: Model, evaluations: list[Evaluation]) -> list[str]:
    """The scores that are known of a model as markdown, each with what it was measured on."""
    lines = [
        f"**{each.scores['miou']:.1f} % mIoU** on {_where(each)}"
        for each in evaluations
        if isinstance(each.scores.get("miou"), int | float)
    ][:_SCORES]
    miou = model.metrics.get("miou")
    if isinstance(miou, int | float):
        on = literal(str(model.metrics.get("scored_on")))
        lines.append(f"{miou:.1f} % mIoU on {on} when it was trained")
    return lines or ["Not scored yet"]


def _where(evaluation: Evaluation) -> str:
    data = f"{evaluation.dataset_name} / {evaluation.split}, {frames_text(evaluation)}"
    return literal(data)


def _render_model(folder: DataFolder, model: Model, evaluations: list[Evaluation]) -> None:
    with st.container(border=True):
        what, verbs = st.columns([3, 2], vertical_alignment="center")
        with what, st.container(gap="xsmall"):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(
                    f"**{literal(model.name)}**", key=f"open-model-{model.id}", type="tertiary"
                ):
                    st.query_params["model"] = model.id
                    st.rerun()
                st.badge(model.kind, color="blue")
                if model.is_shipped:
                    st.badge("shipped", color="gray", help="Part of dyncell: it cannot be deleted.")
            facts = literal(" · ".join(fact.told for fact in model_facts(model)))
            data = literal(f"Learnt from {model.provenance.get('data') or 'unknown data'}")
            st.caption("  \n".join([facts, data, *score_lines(model, evaluations)]))
        with verbs, st.container(horizontal=True, horizontal_alignment="right"):
            render_model_verbs(folder, model, place="list")
