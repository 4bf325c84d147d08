"""What can be asked of a dataset: another name, an end; each asked once more."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Dataset
from tasks import queue
from webapp.dataset_data import disk_use
from webapp.deletion import render_choice
from webapp.renaming import ask_for_name
from webapp.wording import size


def render_dataset_verbs(folder: DataFolder, dataset: Dataset, *, place: str) -> None:
    """Buttons for one dataset, within a row of the caller's; `place` keeps their keys apart."""
    if dataset.origin == "shipped":
        return
    key = f"{place}-{dataset.id}"
    if st.button("Rename", key=f"rename-{key}", icon=":material/edit:", type="tertiary"):
        ask_for_name(
            "dataset",
            dataset.id,
            dataset.name,
            lambda name: queue.rename_dataset(folder, dataset.id, name),
        )
    if st.button("Delete", key=f"remove-{key}", icon=":material/delete:", type="tertiary"):
        ask_to_delete_dataset(folder, dataset)


@st.dialog("Delete this dataset?")
def ask_to_delete_dataset(folder: DataFolder, dataset: Dataset) -> None:
    """Asks, then removes a dataset with its frames; one that a job uses stays, with the reason."""
    st.text(dataset.name)
    st.caption(f"Its images and labels, {size(disk_use(folder, dataset))} on disk, go for good.")
    stays = "Models trained on it stay, and evaluations keep their scores."
    if dataset.origin == "folder":
        stays += " The folder it was imported from is not touched."
    st.caption(stays)
    render_choice(
        lambda: queue.delete_dataset(folder, dataset.id), key=dataset.id, parameter="dataset"
    )
