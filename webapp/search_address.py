"""What the Search page shows, as its address says it: `/search?search=ID&trial=37`."""

from typing import NoReturn

import streamlit as st

SEARCH, TRIAL = "search", "trial"
"""The parameters."""


def asked_search() -> str:
    """The id of the search that the address names; empty for none."""
    return st.query_params.get(SEARCH, "").strip()


def open_search(search_id: str) -> NoReturn:
    """Shows a search and nothing else."""
    st.query_params.from_dict({SEARCH: search_id})
    st.rerun(scope="app")


def close_search() -> NoReturn:
    """Shows the list of searches."""
    st.query_params.clear()
    st.rerun(scope="app")


def asked_trial() -> int | None:
    """The number of the trial that the address names."""
    text = st.query_params.get(TRIAL, "")
    return int(text) if text.isdecimal() and len(text) < 9 else None


def set_trial(number: int | None) -> None:
    """Writes the trial into the address, or takes it out."""
    if number is None:
        st.query_params.pop(TRIAL, None)
    else:
        st.query_params[TRIAL] = str(number)
