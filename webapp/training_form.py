"""Ordering the training of a static network."""

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Dataset, Model
from core.registry import can_begin_training
from core.street_classes import suit_streets
from tasks import queue
from webapp.choice import choose
from webapp.data import read_models
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.learnt_splits import choose_learnt, trainable_splits
from webapp.literal import literal
from webapp.model_naming import choose_name, offer_another
from webapp.training_data import read_finished_trainings, read_trainings
from webapp.training_estimate import Estimate, about, estimate
from webapp.training_view import order_shown
from webapp.usual_training import EXTRA, STATIC_STEPS

WIDTHS = (0.35, 0.5, 0.75, 1.0, 1.4)
PRECISIONS = {
    "auto": "Whichever is faster here",
    "fp32": "fp32",
    "bf16": "bf16",
}
_LAST_SEED = 2**31 - 1
_ICON = ":material/model_training:"


def render_training_form(folder: DataFolder) -> None:
    """The form; `?dataset=` in the address chooses the dataset beforehand."""
    datasets = [found for found in read_datasets(folder) if trainable_splits(found)]
    if not datasets:
        st.info(
            "There is no labelled dataset yet: import one on the Datasets page, then come back.",
            icon=":material/dataset:",
        )
        return
    first, second = st.columns(2)
    with first:
        asked = st.query_params.get("dataset")
        dataset = choose("Dataset", datasets, key="train-data", asked=asked, noun="dataset")
        if dataset is None:
            st.button("Train", type="primary", icon=_ICON, disabled=True)
            return
        learnt = choose_learnt(dataset, place="train")
    with second:
        name = choose_name(
            folder, key=f"train-name-{dataset.id}", base=f"{dataset.name[:60]} network"
        )
        width = st.segmented_control(
            "Width",
            WIDTHS,
            default=0.5,
            required=True,
            key="train-width",
            help="Channels of the encoder: 0.5 is quick and small, 1.0 about twice as slow and "
            "usually better.",
        )
    width = float(width or 0.5)
    options = _advanced(dataset, learnt, starts=start_choices(read_models(folder), width))
    options |= {"splits": learnt, "width": width}
    _render_order(folder, dataset, name, options)


def score_choices(dataset: Dataset, splits: Sequence[str], learnt: Sequence[str]) -> list[str]:
    """What the finished network can be scored on, the best choice first; empty text for nothing."""
    unseen = [split for split in splits if split not in learnt]
    unseen.sort(key=lambda split: split != "val")
    val = dataset.splits.get("val", {})
    if dataset.layout == "camvid" and val.get("frames") == 101 and "val" in unseen:
        unseen.insert(0, "val:52..100")
    return [*unseen, ""]


def start_choices(models: Sequence[Model], width: float) -> dict[str, str]:
    """Ids of the static networks that a training of this width can begin from, with their names."""
    return {model.id: model.name for model in models if can_begin_training(model, width=width)}


def _advanced(dataset: Dataset, learnt: Sequence[str], *, starts: dict[str, str]) -> dict[str, Any]:
    with st.expander("Steps, seed and more"):
        first, second, third = st.columns(3)
        steps = first.number_input(
            "Steps", 1, 1_000_000, STATIC_STEPS, step=100, key="train-steps",
            help=f"{STATIC_STEPS:,} for a full training; fewer give a worse network sooner.",
        )  # fmt: skip
        seed = second.number_input(
            "Seed", 0, _LAST_SEED, 0, key="train-seed",
            help="The same seed and data give the same network on this machine.",
        )  # fmt: skip
        precision = third.selectbox(
            "Precision", list(PRECISIONS), format_func=PRECISIONS.__getitem__, key="train-precision"
        )
        score = first.selectbox(
            "Score it on",
            score_choices(dataset, trainable_splits(dataset), learnt),
            format_func=lambda each: each.replace(":", ", frames ") or "Nothing",
            key=f"train-score-{dataset.id}-{'-'.join(learnt)}",
        )
        extra = 0.0
        if suit_streets(dataset.classes, layout=dataset.layout):
            extra = second.slider(
                "Synthetic streets",
                0.0,
                0.8,
                EXTRA,
                0.05,
                format="percent",
                key=f"train-extra-{dataset.id}",
                help="Share of crops that are rendered streets: more poles, signs and people. The "
                "streets are rendered once, before the first training that takes them.",
            )
        start = _choose_start(third, starts)
    options = {
        "steps": int(steps),
        "seed": int(seed),
        "precision": precision,
        "score": score,
        "extra": float(extra),
    }
    return options | ({"start": start} if start else {})


def _choose_start(place: DeltaGenerator, starts: dict[str, str]) -> str:
    """Id of the model to begin from; empty text for chance. One that is gone stays chosen."""
    kept = st.session_state.get("train-start", "")
    if kept and kept not in starts:
        starts = {**starts, kept: "A model that does not fit or is gone"}
    chosen: str = place.selectbox(
        "Begin from",
        ["", *starts],
        format_func=lambda each: starts.get(each, "Random weights"),
        key="train-start",
        help="Goes on from a model's weights with half the learning rate. Models of the same width "
        "can be chosen; where their classes are others, the last layer is learnt anew.",
    )
    return chosen


def _render_order(folder: DataFolder, dataset: Dataset, name: str, options: dict[str, Any]) -> None:
    guess = estimate(
        [*read_trainings(folder).unfinished, *read_finished_trainings(folder)],
        width=options["width"],
        steps=options["steps"],
        precision=options["precision"],
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button("Train", type="primary", icon=_ICON, disabled=not options["splits"])
        st.caption(_told(guess, dataset), width="content")
    if not is_wanted:
        return
    try:
        job = queue.add_training(folder, dataset=dataset.id, name=name, options=options)
    except DyncellError as error:
        render_failure(error)
    else:
        order_shown(job)
        offer_another()
        st.rerun()


def _told(guess: Estimate | None, dataset: Dataset) -> str:
    parts = []
    if guess is not None:
        parts.append(
            f"About {about(guess.seconds)}: with this width and precision a step took "
            f"{guess.step_seconds:.2f} s here, in the training of {literal(guess.name)}."
        )
    else:
        parts.append("How long it takes is known once it runs; it can be paused at any time.")
    if not dataset.is_ready:
        parts.append("The dataset is rendered first, once.")
    return " ".join(parts)
