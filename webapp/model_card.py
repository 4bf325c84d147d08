"""What a model is, what it was trained on, how well it did there, and how to make it again."""

import streamlit as st

from core.cell_description import model_cell
from core.data_folder import DataFolder
from core.records import Model
from core.registry import command_again, deployed_parameters
from webapp.evaluation_data import read_names
from webapp.genotype_source import name_of
from webapp.literal import literal


def model_kind(model: Model) -> str:
    """What a model is, in words: `full dynamic cell blend`."""
    cell = model_cell(model)
    if cell is None:
        return "static network" if model.kind == "static" else "baseline"
    if cell.genotype is None:
        return "copies the labels of key frames"
    name = name_of(cell.genotype) or cell.genotype.key
    if not cell.is_light:
        return f"full dynamic cell {name}"
    return f"light dynamic cell {name}, a key frame every {cell.key_interval}"


def model_line(model: Model) -> str:
    """What a model is and was trained on, on one line."""
    trained = str(model.provenance.get("data") or "unknown data")
    note = str(model.provenance.get("note") or "")
    params = deployed_parameters(model)
    parts = [model_kind(model), f"{len(model.classes)} classes"]
    parts.append(f"{params:,} parameters as deployed")
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
            st.code(command, language=None, wrap_lines=True)
        st.caption(f"Weights {model.sha256[:12]} · {model.size / 1e6:.1f} MB")
