"""What a model is, what it was trained on, how well it did there, and how to make it again."""

import streamlit as st

from core.data_folder import DataFolder
from core.records import Model
from core.registry import command_again, deployed_parameters
from webapp.evaluation_data import read_names
from webapp.literal import literal


def model_line(model: Model) -> str:
    """What a model is and was trained on, on one line."""
    trained = str(model.provenance.get("data") or "unknown data")
    note = str(model.provenance.get("note") or "")
    params = deployed_parameters(model)
    parts = [f"{len(model.classes)} classes", f"{params:,} parameters as deployed"]
    parts.append(f"trained on {trained}")
    return " · ".join([*parts, note] if note else parts)


def render_model_card(folder: DataFolder, model: Model) -> None:
    """The model's provenance; the command is shown as text to copy."""
    with st.container(border=True):
        st.markdown(f"**{literal(model.name)}**")
        st.caption(literal(model_line(model)))
        miou, scored_on = model.metrics.get("miou"), model.metrics.get("scored_on")
        if isinstance(miou, int | float):
            st.caption(literal(f"{miou:.1f} % mIoU on {scored_on}, which it was not trained on"))
        command = command_again(model, read_names(folder))
        if command:
            st.caption("Make it again with")
            st.code(command, language=None)
        st.caption(f"Weights {model.sha256[:12]} · {model.size / 1e6:.1f} MB")
