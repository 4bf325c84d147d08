"""Datasets: bring a labelled folder, see what is in it, browse it frame by frame."""

from pathlib import Path

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Dataset, is_id
from tasks import queue
from webapp.components.uploader import uploader
from webapp.dataset_data import DatasetState, names_taken, read_dataset
from webapp.dataset_list import render_list
from webapp.dataset_panel import render_dataset
from webapp.dataset_preview import render_coming
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.upload_names import name_for


def render() -> None:
    """The page."""
    folder = current_folder()
    dataset = _ready_dataset(folder)
    if dataset is not None:
        render_dataset(folder, dataset)
        return
    st.title("Datasets", anchor=False)
    _render_ways_in(folder)
    state = _chosen_dataset(folder)
    if state is not None:
        poll = 1.0 if state.is_busy else None
        st.fragment(_render_chosen, run_every=poll)(folder, state.dataset.id, state.is_busy)
    render_list(folder)


def _render_ways_in(folder: DataFolder) -> None:
    folders = queue.import_folders(folder.settings.import_root)
    places = st.columns([2, 1] if folders else 1, vertical_alignment="center")
    with places[0]:
        dataset_id = uploader("dataset-uploader", kind="dataset", on_uploaded=_nothing)
        if dataset_id is not None and is_id(dataset_id):
            st.query_params.from_dict({"dataset": dataset_id})
    if folders:
        with places[1]:
            _render_folders(folder, folders)


def _render_folders(folder: DataFolder, folders: list[Path]) -> None:
    chosen = st.selectbox(
        "Or a folder of this computer", folders, format_func=lambda path: path.name
    )
    if st.button("Look at it", icon=":material/search:") and chosen is not None:
        _look_at(folder, chosen)


def _look_at(folder: DataFolder, path: Path) -> None:
    taken = names_taken(folder)
    try:
        added = queue.add_dataset(
            folder, path, name=name_for(path.name, noun="dataset", taken=taken)
        )
    except DyncellError as error:
        render_failure(error)
        return
    st.query_params.from_dict({"dataset": added.id})
    st.rerun()


def _ready_dataset(folder: DataFolder) -> Dataset | None:
    dataset_id = st.query_params.get("dataset", "")
    try:
        found = read_dataset(folder, dataset_id).dataset if is_id(dataset_id) else None
    except NotFound:
        return None
    return found if found is not None and found.is_ready else None


def _chosen_dataset(folder: DataFolder) -> DatasetState | None:
    dataset_id = st.query_params.get("dataset", "")
    if not dataset_id:
        return None
    try:
        if not is_id(dataset_id):
            raise NotFound("There is no such dataset; choose one of those below.")
        return read_dataset(folder, dataset_id)
    except NotFound as error:
        render_failure(error)
        return None


def _render_chosen(folder: DataFolder, dataset_id: str, was_busy: bool) -> None:
    try:
        state = read_dataset(folder, dataset_id)
        if state.is_busy != was_busy or state.dataset.is_ready:
            st.rerun()
        render_coming(folder, state)
    except Exception as error:
        render_failure(error)


def _nothing() -> None:
    """The run that follows reads the value itself."""


render()
