"""Models: train, import, rename, download and delete them; what each is and scores."""

import streamlit as st

from core.data_folder import DataFolder
from core.errors import NotFound
from core.records import Model, is_id
from core.store import models
from webapp.components.uploader import uploader
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.model_library import render_models
from webapp.model_view import render_model
from webapp.training_form import render_training_form
from webapp.training_view import render_just_finished, render_trainings


def render() -> None:
    """The page."""
    folder = current_folder()
    chosen = _chosen_model(folder)
    if chosen is not None:
        render_model(folder, chosen)
        return
    st.title("Models", anchor=False)
    with st.expander(
        "Train a static network",
        icon=":material/model_training:",
        expanded="dataset" in st.query_params,
    ):
        render_training_form(folder)
    with st.expander("Import a model", icon=":material/upload:"):
        model_id = uploader("model-uploader", on_uploaded=_nothing, kind="model")
        if model_id is not None and is_id(model_id):
            st.query_params["model"] = model_id
            st.rerun()
    render_just_finished(folder)
    render_trainings(folder)
    render_models(folder)


def _chosen_model(folder: DataFolder) -> Model | None:
    model_id = st.query_params.get("model", "")
    if not model_id:
        return None
    try:
        if not is_id(model_id):
            raise NotFound("There is no such model; choose one of those below.")
        with folder.database.reading() as session:
            return models.get(session, model_id)
    except NotFound:
        render_failure(NotFound("There is no such model; it may have been deleted."))
        return None


def _nothing() -> None:
    """The run that follows reads the value itself."""


render()
