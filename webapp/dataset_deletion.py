"""Deleting a dataset: asked once more, with what goes and what stays."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Dataset
from tasks import queue
from webapp.dataset_data import disk_use
from webapp.deletion import render_choice
from webapp.wording import size


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
