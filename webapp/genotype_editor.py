"""Changing a cell node by node; the drawing follows every choice."""

import streamlit as st

from core.genotype import COMBINES, MAX_NODES, OPS, Node
from webapp.genotype_address import CELL, nodes_text, set_asked
from webapp.genotype_draft import (
    FIELDS,
    source_choices,
    with_another_node,
    with_field,
    without_node,
)
from webapp.genotype_source import ShownCell
from webapp.genotype_words import COMBINE_MEANINGS, is_extended, source_name
from webapp.literal import literal

_CHANGED = "edited-node"
_LABELS = {
    "left": "a reads",
    "left_op": "a through",
    "right": "b reads",
    "right_op": "b through",
    "combine": "joined by",
}


def render_editor(cell: ShownCell) -> None:
    """One row per node; only what is possible at a place can be chosen there.

    What the nodes lack to be a cell is said below the node that was changed last.
    """
    last = len(cell.nodes) - 1
    changed = min(st.session_state.get(_CHANGED, last), last)
    for number in range(len(cell.nodes)):
        _render_node(cell.nodes, number)
        if cell.draft.problem and number == changed:
            st.error(literal(cell.draft.problem), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Add a node",
            icon=":material/add:",
            key="add-node",
            disabled=len(cell.nodes) >= MAX_NODES,
            on_click=_show,
            args=(with_another_node(cell.nodes) if len(cell.nodes) < MAX_NODES else cell.nodes,),
        )
        st.caption(
            f"{len(cell.nodes)} of at most {MAX_NODES} nodes. Choices marked with + are in the "
            "extended space only.",
            width="content",
        )


def _render_node(nodes: tuple[Node, ...], number: int) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.markdown(f"**Node {number}**", width=64)
        for field in FIELDS:
            _render_field(nodes, number, field)
        st.button(
            "Remove",
            icon=":material/delete:",
            type="tertiary",
            key=f"remove-node-{number}",
            disabled=len(nodes) == 1,
            help="What read this node will read what its half a read.",
            on_click=_show,
            args=(without_node(nodes, number) if len(nodes) > 1 else nodes,),
        )


def _render_field(nodes: tuple[Node, ...], number: int, field: str) -> None:
    key = f"edit-{number}-{field}"
    st.session_state[key] = getattr(nodes[number], field)
    st.selectbox(
        _LABELS[field],
        _choices(number, field),
        format_func=_told,
        key=key,
        width=168,
        help=COMBINE_MEANINGS[nodes[number].combine] if field == "combine" else None,
        on_change=_change,
        args=(nodes, number, field, key),
    )


def _choices(number: int, field: str) -> tuple[str, ...]:
    if field == "combine":
        return COMBINES["extended"]
    return OPS["extended"] if field.endswith("_op") else source_choices(number)


def _told(choice: str) -> str:
    return f"{choice} +" if is_extended(choice) else source_name(choice)


def _change(nodes: tuple[Node, ...], number: int, field: str, key: str) -> None:
    st.session_state[_CHANGED] = number
    _show(with_field(nodes, number, field, str(st.session_state[key])))


def _show(nodes: tuple[Node, ...]) -> None:
    set_asked(CELL, nodes_text(nodes))
