"""What can be asked of a model: another name, a download, an end; each asked once more."""

from urllib.parse import quote

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Model
from tasks import queue
from webapp.deletion import delete_for_good
from webapp.failures import render_failure
from webapp.links import EVALUATE
from webapp.renaming import ask_for_name
from webapp.wording import size


def render_model_verbs(folder: DataFolder, model: Model, *, place: str) -> None:
    """Buttons for one model, within a row of the caller's; `place` keeps their keys apart."""
    key = f"{place}-{model.id}"
    if st.button("Evaluate", key=f"evaluate-{key}", icon=":material/analytics:"):
        st.switch_page(EVALUATE, query_params={"model": model.id})
    st.link_button("Download", download_address(model), icon=":material/download:")
    if model.is_shipped:
        return
    if st.button("Rename", key=f"rename-{key}", icon=":material/edit:", type="tertiary"):
        ask_for_name(
            "model", model.id, model.name, lambda name: queue.rename_model(folder, model.id, name)
        )
    if st.button("Delete", key=f"delete-{key}", icon=":material/delete:", type="tertiary"):
        _ask_to_delete(folder, model)


def download_address(model: Model) -> str:
    """Where the weights file is."""
    return f"/api/v1/models/{quote(model.id, safe='')}/file"


@st.dialog("Delete this model?")
def _ask_to_delete(folder: DataFolder, model: Model) -> None:
    st.text(model.name)
    st.caption(
        f"Its weights ({size(model.size)}) go for good; evaluations of it keep their scores."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key=f"keep-{model.id}"):
            st.rerun()
        if not delete_for_good(model.id):
            return
    try:
        queue.delete_model(folder, model.id)
    except DyncellError as error:
        render_failure(error)
        return
    st.query_params.clear()
    st.rerun()
