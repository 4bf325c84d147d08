"""What a model is, what it was trained on, how well it did there, and how to make it again."""

import streamlit as st

from core.records import Model
from webapp.literal import literal


def model_line(model: Model) -> str:
    """What a model is and was trained on, on one line."""
    trained = str(model.provenance.get("data") or "unknown data")
    note = str(model.provenance.get("note") or "")
    parts = [f"{len(model.classes)} classes", f"{model.params:,} parameters"]
    parts.append(f"trained on {trained}")
    return " · ".join([*parts, note] if note else parts)


def render_model_card(model: Model) -> None:
    """The model's provenance; the command is shown as text to copy."""
    with st.container(border=True):
        st.markdown(f"**{literal(model.name)}**")
        st.caption(literal(model_line(model)))
        miou, scored_on = model.metrics.get("miou"), model.metrics.get("scored_on")
        if isinstance(miou, int | float):
            st.caption(literal(f"{miou:.1f} % mIoU on {scored_on}, which it was not trained on"))
        command = str(model.provenance.get("command") or "")
        if command:
            st.caption("Make it again with")
            st.code(command, language=None)
        st.caption(f"Weights {model.sha256[:12]} · {model.size / 1e6:.1f} MB")
