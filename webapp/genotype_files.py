"""A cell as a JSON file: taken home, brought from elsewhere, or pasted."""

import streamlit as st

from core.errors import DyncellError
from core.genotype import InvalidGenotype
from core.genotype_text import MAX_BYTES
from webapp.failures import render_failure
from webapp.genotype_address import CELL, OTHER, nodes_text, set_asked
from webapp.genotype_draft import draft_json, read_draft
from webapp.genotype_source import ShownCell, name_of

_PROBLEM = "genotype-problem"
_PLACES = {"show it": CELL, "compare with it": OTHER}


def render_files(cell: ShownCell) -> None:
    """The file of the cell that is shown, and the ways to bring another."""
    ours, theirs = st.columns(2, gap="large")
    with ours:
        st.markdown("**This cell**")
        name = file_name(cell)
        st.download_button(
            f"Download {name}",
            draft_json(cell.nodes, name=cell.draft.name, indent=2),
            file_name=name,
            mime="application/json",
            icon=":material/download:",
            disabled=cell.genotype is None,
            on_click="ignore",
        )
        st.code(draft_json(cell.nodes, name=cell.draft.name, indent=2), language="json", height=260)
    with theirs:
        st.markdown("**Another cell**")
        place = st.segmented_control(
            "Bring it and", list(_PLACES), default="show it", required=True, key="genotype-place"
        )
        st.file_uploader(
            "A JSON file",
            type=["json"],
            max_upload_size=1,
            key="genotype-file",
            on_change=_take_file,
            args=(place,),
        )
        st.text_area(
            "Or its JSON as text",
            key="genotype-pasted",
            height=120,
            max_chars=MAX_BYTES,
            placeholder='{"version": 1, "nodes": [...]}',
        )
        st.button("Read it", key="read-pasted", on_click=_take_pasted, args=(place,))
        problem = st.session_state.get(_PROBLEM)
        if problem:
            render_failure(InvalidGenotype(problem))


def file_name(cell: ShownCell) -> str:
    """What the file of a cell is called: its name, else its key."""
    if cell.draft.name:
        return f"{cell.draft.name}.json"
    if cell.genotype is None:
        return "genotype.json"
    return f"{name_of(cell.genotype) or cell.genotype.key}.json"


def _take_file(place: str) -> None:
    file = st.session_state["genotype-file"]
    if file is None:
        st.session_state[_PROBLEM] = None
    else:
        _take(file.getvalue()[: MAX_BYTES + 1], place)


def _take_pasted(place: str) -> None:
    _take(st.session_state["genotype-pasted"] or "", place)


def _take(document: str | bytes, place: str) -> None:
    """Shows what was brought; what is wrong with it is said where it was brought."""
    try:
        draft = read_draft(document)
    except DyncellError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_PROBLEM] = None
    set_asked(_PLACES[place], nodes_text(draft.nodes, name=draft.name))
