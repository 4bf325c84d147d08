"""Choosing what a training learns from."""

import streamlit as st

from core.records import Dataset
from webapp.evaluation_data import labelled_splits

_RENDERED_SPLITS = ("train", "val")  # of the built-in dataset before it is rendered


def trainable_splits(dataset: Dataset) -> list[str]:
    """Splits that can be learnt from; the built-in dataset is rendered when it is needed."""
    if dataset.origin == "shipped" and not dataset.is_ready:
        return list(_RENDERED_SPLITS)
    return labelled_splits(dataset)


def choose_learnt(dataset: Dataset, *, place: str) -> list[str]:
    """The splits to learn, `train` where there is one and nobody chose otherwise.

    Args:
        dataset: The dataset.
        place: Tells the form from others in the keys of the page.
    """
    splits = trainable_splits(dataset)
    chosen = st.pills(
        "Learn from",
        splits,
        default=["train"] if "train" in splits else splits[:1],
        selection_mode="multi",
        key=f"{place}-splits-{dataset.id}",
        help="What was learnt from cannot judge.",
    )
    return list(chosen)
