"""Choosing one of several records by its id: what was chosen never changes by itself."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from core.records import Dataset, Model
from webapp.literal import literal

Record = TypeVar("Record", Model, Dataset)


def choose(
    label: str,
    found: Sequence[Record],
    *,
    key: str,
    asked: str | None,
    noun: str,
    is_open: bool = False,
) -> Record | None:
    """A select box over records; another name or new neighbours leave the choice as it is.

    Args:
        label: What stands over it.
        found: The records to choose from, at least one; their names differ.
        key: Its key on the page.
        asked: Id of the one chosen beforehand; the first where None.
        noun: What a record is called.
        is_open: Whether none is chosen beforehand where `asked` is None.

    Returns:
        The chosen record. None where none was chosen yet, or the chosen one is gone: the box is
        empty then, and of one that is gone a sentence says so until another is chosen.
    """
    known = {each.id: each for each in found}
    kept, called = f"{key}-chosen", f"{key}-called"
    if key not in st.session_state:  # the form was just opened
        st.session_state[kept] = asked or ("" if is_open else found[0].id)
        st.session_state[called] = ""
    chosen = known.get(st.session_state[kept])
    if chosen is not None:
        st.session_state[called] = chosen.name
    st.session_state[key] = None if chosen is None else chosen.id
    st.selectbox(
        label,
        list(known),
        format_func=lambda each: known[each].name,
        key=key,
        placeholder=f"Choose a {noun}",
        on_change=_take,
        args=(key, frozenset(known)),
    )
    if chosen is None and st.session_state[kept]:
        name = st.session_state[called]
        what = f"The {noun} {name}" if name else f"The {noun} that this address names"
        st.error(literal(f"{what} is gone or cannot be used here; choose another."))
    return chosen


def _take(key: str, ids: frozenset[str]) -> None:
    """Keeps what somebody chose, and nothing else that the box may come up with."""
    chosen = st.session_state[key]
    if chosen in ids:
        st.session_state[f"{key}-chosen"] = chosen
