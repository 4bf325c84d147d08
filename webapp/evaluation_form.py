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
from webapp.choice import choose
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

_PARTS_HELP = (
    "Choose between models and settings by the first half, report the score of the second: a "
    "number to report comes from frames that nothing was chosen by. Two seconds between the "
    "halves are left out so that they do not resemble each other."
)
_ICON = ":material/analytics:"


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
            asked = st.query_params.get("model")
            model = choose("Model", models, key="evaluate-model", asked=asked, noun="model")
        with second:
            asked = st.query_params.get("dataset")
            dataset = choose("Dataset", datasets, key="evaluate-data", asked=asked, noun="dataset")
        if model is None or dataset is None:
            _render_grey_button("")
            return
        splits = labelled_splits(dataset)
        with third:
            wanted = st.query_params.get("split") or "val"
            start = splits.index(wanted) if wanted in splits else 0
            split = st.selectbox("Split", splits, index=start, key=f"split-{dataset.id}")
        with fourth:
            frames = choose_frames(dataset, split)
        mapping = choose_mapping(model, dataset)
        missing = [name for name, target in mapping.items() if target is None]
        if missing:
            _render_grey_button(f"Choose first which class of the dataset {_listed(missing)} is.")
            return
        pairs = sorted((name, target) for name, target in mapping.items() if target is not None)
        protocol = Protocol(frames=frames, mapping=tuple(pairs) or None)
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


def choose_frames(dataset: Dataset, split: str, *, place: str = "") -> tuple[int, int] | None:
    """A select box for the frames of a split: first and last one; None for all.

    `place` tells the form from others on the page.
    """
    total = int(dataset.splits[split]["frames"])
    place = f"{dataset.id}-{split}" if not place else f"{place}-{dataset.id}-{split}"
    told = {
        _ALL: f"All {total:,}",
        _SELECT: "First half (0..49), for choosing",
        _REPORT: "Second half (52..100), for reporting",
        _OTHER: "From ... to ...",
    }
    parts = frame_parts(dataset, split)
    part = st.selectbox(
        "Frames",
        parts,
        format_func=lambda each: told[each],
        key=f"part-{place}",
        help=_PARTS_HELP if len(parts) > 2 else None,
    )
    if part == _ALL:
        return None
    if part in _PARTS:
        return _PARTS[part]
    with st.container(horizontal=True):
        first = st.number_input("First", 0, total - 1, 0, key=f"first-{place}")
        last = st.number_input("Last", int(first), total - 1, total - 1, key=f"last-{place}")
    return int(first), int(last)


def choose_mapping(model: Model, dataset: Dataset) -> dict[str, str | None]:
    """The mapping of classes that differ; None for those somebody has yet to say."""
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
    return chosen


def _render_grey_button(reason: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Evaluate", type="primary", icon=_ICON, disabled=True)
        if reason:
            st.caption(literal(reason), width="content")


def _listed(names: Sequence[str]) -> str:
    """Names within a sentence: `Sky`, `each of Sky and Car`, `each of Sky, Car and 3 more`."""
    if len(names) == 1:
        return names[0]
    shown, more = names[:3], len(names) - 3
    last = f"{more} more" if more > 0 else shown[-1]
    return f"each of {', '.join(shown if more > 0 else shown[:-1])} and {last}"


def _render_order(
    folder: DataFolder, *, model: Model, dataset: Dataset, split: str, protocol: Protocol
) -> None:
    known = find_evaluation(folder, model=model, dataset=dataset, split=split, protocol=protocol)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Evaluate" if known is None else "Open the scores"
        is_wanted = st.button(label, type="primary", icon=_ICON)
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


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
