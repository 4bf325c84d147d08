"""Ordering an evaluation: a model, a dataset's split, which of its frames, which class is which."""

import time
from collections.abc import Sequence
from difflib import get_close_matches

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.protocol import Protocol
from core.records import Dataset, Model
from tasks import queue
from webapp.data import read_models
from webapp.evaluation_data import find_evaluation, labelled_splits, read_datasets
from webapp.failures import render_failure
from webapp.links import go_to_evaluation
from webapp.literal import literal
from webapp.wording import ago, count

_ALL, _SELECT, _REPORT, _OTHER = "all", "select", "report", "other"
_CAMVID_VAL = 101
_PARTS = {_SELECT: (0, 49), _REPORT: (52, 100)}
"""The two halves of CamVid's validation clip, two seconds apart."""


def render_evaluation_form(folder: DataFolder) -> None:
    """The form; `?model=` and `?dataset=` in the address choose beforehand."""
    models = read_models(folder)
    datasets = [found for found in read_datasets(folder) if labelled_splits(found)]
    if not models or not datasets:
        _render_nothing(has_models=bool(models))
        return
    with st.container(border=True):
        first, second, third, fourth = st.columns([3, 3, 2, 3])
        with first:
            model = st.selectbox(
                "Model",
                models,
                index=_place(models, st.query_params.get("model")),
                format_func=lambda each: each.name,
            )
        with second:
            dataset = st.selectbox(
                "Dataset",
                datasets,
                index=_place(datasets, st.query_params.get("dataset")),
                format_func=lambda each: each.name,
            )
        splits = labelled_splits(dataset)
        with third:
            wanted = st.query_params.get("split") or "val"
            start = splits.index(wanted) if wanted in splits else 0
            split = st.selectbox("Split", splits, index=start, key=f"split-{dataset.id}")
        with fourth:
            frames = _choose_frames(dataset, split)
        mapping = _choose_mapping(model, dataset)
        if mapping is None:
            st.button("Evaluate", type="primary", disabled=True)
            return
        protocol = Protocol(frames=frames, mapping=tuple(sorted(mapping.items())) or None)
        _render_order(folder, model=model, dataset=dataset, split=split, protocol=protocol)


def counterparts(model: Model, dataset: Dataset) -> dict[str, str | None]:
    """The model's classes that the dataset does not have -> the class they seem to be.

    None where no name comes close: somebody has to say.
    """
    known = {_folded(name): name for name in dataset.classes}
    found: dict[str, str | None] = {}
    for name in model.classes:
        if name in dataset.classes:
            continue
        near = get_close_matches(_folded(name), list(known), n=1, cutoff=0.75)
        found[name] = known[near[0]] if near else None
    return found


def frame_parts(dataset: Dataset, split: str) -> list[str]:
    """Which choices of frames a split offers."""
    is_camvid_val = (
        dataset.layout == "camvid"
        and split == "val"
        and dataset.splits[split]["frames"] == _CAMVID_VAL
    )
    return [_ALL, _SELECT, _REPORT, _OTHER] if is_camvid_val else [_ALL, _OTHER]


def _choose_frames(dataset: Dataset, split: str) -> tuple[int, int] | None:
    total = int(dataset.splits[split]["frames"])
    told = {
        _ALL: f"All {total:,}",
        _SELECT: "0 to 49, to choose by",
        _REPORT: "52 to 100, to report",
        _OTHER: "From ... to ...",
    }
    part = st.selectbox(
        "Frames",
        frame_parts(dataset, split),
        format_func=lambda each: told[each],
        key=f"part-{dataset.id}-{split}",
        help="A number to report comes from frames that nothing was chosen by.",
    )
    if part == _ALL:
        return None
    if part in _PARTS:
        return _PARTS[part]
    with st.container(horizontal=True):
        key = f"{dataset.id}-{split}"
        first = st.number_input("First", 0, total - 1, 0, key=f"first-{key}")
        last = st.number_input("Last", int(first), total - 1, total - 1, key=f"last-{key}")
    return int(first), int(last)


def _choose_mapping(model: Model, dataset: Dataset) -> dict[str, str] | None:
    """The mapping of classes; None while some class has no counterpart."""
    found = counterparts(model, dataset)
    if not found:
        return {}
    st.caption(
        f"{count(len(found), 'class').replace('classs', 'classes')} of the model "
        "have other names in the dataset: say which is which."
    )
    chosen: dict[str, str | None] = {}
    columns = st.columns(4)
    for number, (name, near) in enumerate(found.items()):
        with columns[number % 4]:
            chosen[name] = st.selectbox(
                literal(name),
                dataset.classes,
                index=None if near is None else dataset.classes.index(near),
                placeholder="Choose a class",
                key=f"map-{model.id}-{dataset.id}-{name}",
            )
    complete = {name: target for name, target in chosen.items() if target is not None}
    return complete if len(complete) == len(chosen) else None


def _render_order(
    folder: DataFolder, *, model: Model, dataset: Dataset, split: str, protocol: Protocol
) -> None:
    known = find_evaluation(folder, model=model, dataset=dataset, split=split, protocol=protocol)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Evaluate" if known is None else "Open the scores"
        is_wanted = st.button(label, type="primary", icon=":material/analytics:")
        if known is not None:
            st.caption(
                f"Measured {ago(time.time() - known.created_at)}; the same weights, frames and "
                "protocol give the same scores.",
                width="content",
            )
    if is_wanted:
        try:
            made = queue.add_evaluation(
                folder, model=model.id, dataset=dataset.id, split=split, protocol=protocol
            )
        except DyncellError as error:
            render_failure(error)
        else:
            go_to_evaluation(made.id)


def _render_nothing(*, has_models: bool) -> None:
    if has_models:
        st.info(
            "There is no labelled dataset yet: import one on the Datasets page, then come back.",
            icon=":material/dataset:",
        )
    else:
        st.info("There is no model yet: train or import one on the Models page.")


def _place(known: Sequence[Model | Dataset], wanted: str | None) -> int:
    return next((n for n, each in enumerate(known) if each.id == wanted), 0)


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
