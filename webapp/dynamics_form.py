"""Ordering a measurement of a model over time: on which video, on which of its frames."""

import streamlit as st

from core.data_folder import DataFolder
from core.dynamics.protocol import DynamicsProtocol
from core.errors import DyncellError
from core.records import Dataset, Model
from tasks import queue
from webapp.choice import choose
from webapp.dynamics_data import dense_splits, expected_seconds, read_dense_datasets
from webapp.evaluation_form import choose_frames, choose_mapping
from webapp.failures import render_failure
from webapp.literal import literal
from webapp.training_estimate import about


def render_dynamics_form(folder: DataFolder, model: Model, *, is_busy: bool) -> None:
    """The form; it offers only splits that are video with ground truth."""
    datasets = read_dense_datasets(folder)
    if not datasets:
        st.info(
            "No dataset here holds video with ground truth: import one whose labelled frames "
            "follow each other within 0.2 s, on the Datasets page.",
            icon=":material/dataset:",
        )
        return
    first, second, third = st.columns([3, 2, 3])
    with first:
        dataset = choose("Dataset", datasets, key="dynamics-data", asked=None, noun="dataset")
    if dataset is None:
        return
    splits = dense_splits(dataset)
    with second:
        start = splits.index("val") if "val" in splits else 0
        split = st.selectbox("Split", splits, index=start, key=f"dynamics-split-{dataset.id}")
    with third:
        frames = choose_frames(dataset, split)
    mapping = choose_mapping(model, dataset)
    if any(target is None for target in mapping.values()):
        st.caption("Choose first which class of the dataset each of them is.")
        return
    pairs = sorted((name, target) for name, target in mapping.items() if target is not None)
    protocol = DynamicsProtocol(frames=frames, mapping=tuple(pairs) or None)
    _render_order(folder, model, dataset, split, protocol, is_busy=is_busy)


def _render_order(
    folder: DataFolder,
    model: Model,
    dataset: Dataset,
    split: str,
    protocol: DynamicsProtocol,
    *,
    is_busy: bool,
) -> None:
    seconds, is_known = expected_seconds(folder, model, dataset, split, protocol)
    ground = "as fast as the last one here" if is_known else "on one quiet core at 480x360"
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(
            "Measure over time",
            type="primary",
            icon=":material/timeline:",
            disabled=is_busy,
            key="measure-dynamics",
        )
        st.caption(literal(f"About {about(seconds)}, {ground}."), width="content")
    if is_wanted:
        try:
            queue.add_dynamics(
                folder, model=model.id, dataset=dataset.id, split=split, protocol=protocol
            )
        except DyncellError as error:
            render_failure(error)
        else:
            st.rerun()
