"""The name that a training will give to its model: a free one is offered."""

import streamlit as st

from core.data_folder import DataFolder
from core.names import free_name
from webapp.data import read_models
from webapp.training_data import read_trainings

_NEXT = "training-next-name"


def choose_name(folder: DataFolder, *, key: str, base: str) -> str:
    """The field for the name; once a training was ordered, another free name is offered.

    Args:
        folder: The data folder.
        key: The field's key on the page.
        base: What the offered names begin with.
    """
    if st.session_state.pop(_NEXT, False) or key not in st.session_state:
        st.session_state[key] = _free_name(folder, base)
    return st.text_input("Name of the model", max_chars=80, key=key)


def offer_another() -> None:
    """Says that the name was used, so that the field offers another one."""
    st.session_state[_NEXT] = True


def _free_name(folder: DataFolder, base: str) -> str:
    taken = {model.name for model in read_models(folder)}
    taken |= {str(job.payload.get("name")) for job in read_trainings(folder).unfinished}
    return free_name(base, taken.__contains__)
