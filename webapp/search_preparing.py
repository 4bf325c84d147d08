"""How far the preparation of a search is: its steps, the one at work, and what comes after."""

import time

import streamlit as st

from core.records import JobState
from core.search_preparation import STEPS, step_number
from webapp.job_view import render_progress, render_state
from webapp.literal import literal
from webapp.search_data import SearchView
from webapp.wording import ago


def render_preparation(view: SearchView) -> None:
    """The steps of the preparation and how far the one at work is; trials come after them."""
    job = view.preparing
    with st.container(border=True):
        if job is None:
            st.markdown("**Preparing**")
            st.caption("Its job is gone; resume the search and it begins anew.")
            return
        number = step_number(job.progress) if job.state is JobState.RUNNING else None
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**Preparing**", width="content")
            render_state(job)
            st.caption(
                literal(f"ordered {ago(time.time() - view.search.created_at)}"), width="content"
            )
        st.caption(steps_line(number))
        render_progress(job)
        st.caption(
            "Made once for the search and its twin; what is there already is taken as it is. "
            "Trials begin after the last step, and how long they take is told once one has ended."
        )


def steps_line(number: int | None) -> str:
    """The steps as markdown, those behind ticked, the one at work bold.

    Args:
        number: The step at work, from 1; None before the first.
    """
    at = 0 if number is None else number
    told = []
    for place, step in enumerate(STEPS, 1):
        if place < at:
            told.append(f":material/check: {step.title}")
        else:
            told.append(f"**{step.title}**" if place == at else step.title)
    return "   →   ".join(told)
