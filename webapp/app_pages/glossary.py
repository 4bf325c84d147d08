"""Glossary: what every word and every number on the pages means."""

import streamlit as st

from webapp.glossary_words import Term, glossary
from webapp.literal import literal

_FIND = "glossary-find"
_ONE_LINE = 24  # characters of a name that is not broken


def render() -> None:
    """The page; `?find=` in the address narrows it."""
    st.title("Glossary", anchor=False)
    if _FIND not in st.session_state:
        st.session_state[_FIND] = st.query_params.get("find", "")
    text = st.text_input(
        "Find", key=_FIND, icon=":material/search:", placeholder="a word, or part of its meaning"
    )
    if text:
        st.query_params["find"] = text
    else:
        st.query_params.pop("find", None)
    found = {
        section: [term for term in terms if term.matches(text)]
        for section, terms in glossary().items()
    }
    if not any(found.values()):
        st.caption(literal(f"No word has {text!r} in it; try a shorter part of it."))
    for section, terms in found.items():
        if terms:
            _render_section(section, terms)


def _render_section(section: str, terms: list[Term]) -> None:
    st.header(section, anchor=False)
    columns = (
        ["Word", "Meaning", "Note"] if any(term.note for term in terms) else ["Word", "Meaning"]
    )
    rows = [
        [f"**{_unbroken(term.name)}**", literal(term.meaning), literal(term.note)] for term in terms
    ]
    lines = [columns, ["---"] * len(columns), *(row[: len(columns)] for row in rows)]
    st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _unbroken(name: str) -> str:
    """A name of few words on one line."""
    shown = literal(name)
    return shown.replace(" ", "\u00a0") if len(name) <= _ONE_LINE else shown


render()
