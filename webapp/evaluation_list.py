"""Earlier evaluations: a table to sort, a click opens one; above it those not finished."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.data_folder import DataFolder
from core.records import Evaluation, JobState
from webapp.evaluation_data import EvaluationState, count_evaluations, find_evaluations, read_names
from webapp.failures import render_failure
from webapp.job_view import render_progress, render_state, render_verbs
from webapp.links import go_to_evaluation
from webapp.listing import Listing, render_listing, render_nothing_found
from webapp.paging import chosen_offset, render_paging
from webapp.wording import count

_SHOWN = 50
_ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "miou": "best mIoU first",
    "model": "by model",
    "dataset": "by dataset",
}
_COLUMNS = {
    "Model": st.column_config.TextColumn(width="medium"),
    "Dataset": st.column_config.TextColumn(width="medium"),
    "Frames": st.column_config.TextColumn(width="small"),
    "mIoU": st.column_config.ProgressColumn(format="%.1f %%", min_value=0, max_value=100),
    "Pixel accuracy": st.column_config.NumberColumn(format="%.1f %%"),
    "Boundary mIoU": st.column_config.NumberColumn(format="%.1f %%"),
    "Measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm"),
}


def render_evaluations(folder: DataFolder) -> None:
    """The list; polls only while something is under way."""
    listing = render_listing("evaluations", _ORDERS, what="evaluations by model or dataset")
    states, total = _read(folder, listing)
    is_busy = any(state.is_busy for state in states)
    poll = 1.5 if is_busy else None
    st.fragment(_render_unfinished, run_every=poll)(folder, listing, is_busy)
    if not total and render_nothing_found(listing, "evaluation"):
        return
    finished = [state.evaluation for state in states if state.evaluation.is_ready]
    if finished or not states:
        render_evaluation_table(finished, read_names(folder), key="evaluations")
    render_paging("evaluations", total=total, size=_SHOWN)


def render_evaluation_table(
    found: list[Evaluation], names: Mapping[str, tuple[str, ...]], *, key: str
) -> None:
    """Finished evaluations as a table; a click on a row opens it.

    Only what may be sorted by alone is a column: a constant picture wins by the other numbers.

    Args:
        found: The evaluations.
        names: The names that weights have now, by their hash.
        key: Its key on the page.
    """
    if not found:
        nothing = "No evaluations yet: choose a model and a dataset above."
        st.caption(nothing if key == "evaluations" else "Not evaluated yet.")
        return
    st.caption("Click a row to open it.")
    chosen = st.dataframe(
        pd.DataFrame([_row(each, names) for each in found]),
        hide_index=True,
        column_config=_COLUMNS,
        placeholder="-",
        on_select="rerun",
        selection_mode="single-cell",
        key=key,
        alt="Evaluations with their mIoU",
    )
    row = chosen_row(chosen)
    if row is not None and row < len(found):
        go_to_evaluation(found[row].id)


def frames_text(evaluation: Evaluation) -> str:
    """Which frames were scored: `all 101 frames`, `frames 52..100`."""
    frames = evaluation.options.get("frames")
    if frames:
        return f"frames {frames[0]}..{frames[1]}"
    scored = evaluation.scores.get("frames")
    return f"all {count(scored, 'frame')}" if isinstance(scored, int) else "all frames"


def chosen_row(event: Any) -> int | None:
    """The row that was clicked, anywhere in it."""
    cells = (event or {}).get("selection", {}).get("cells")
    return int(cells[0][0]) if cells else None


def _read(folder: DataFolder, listing: Listing) -> tuple[list[EvaluationState], int]:
    total = count_evaluations(folder, listing)
    offset = chosen_offset(total=total, size=_SHOWN)
    return find_evaluations(folder, listing, limit=_SHOWN, offset=offset), total


def _render_unfinished(folder: DataFolder, listing: Listing, was_busy: bool) -> None:
    try:
        found, _ = _read(folder, listing)
        states = [state for state in found if not state.evaluation.is_ready]
        if any(state.is_busy for state in states) != was_busy:
            st.rerun()
        for state in states:
            _render_job(folder, state)
    except Exception as error:
        render_failure(error)


def _render_job(folder: DataFolder, state: EvaluationState) -> None:
    evaluation, job = state.evaluation, state.job
    with st.container(border=True):
        what, verbs = st.columns([4, 1], vertical_alignment="center")
        with what:
            with st.container(horizontal=True, vertical_alignment="center"):
                if job is not None:
                    render_state(job)
                st.text(title(state))
            if job is not None and job.state is not JobState.DONE:
                render_progress(job)
        with verbs:
            if job is not None:
                render_verbs(folder, job, place="evaluations")
            if st.button("Open", key=f"open-{evaluation.id}", type="tertiary"):
                go_to_evaluation(evaluation.id)


def title(state: EvaluationState) -> str:
    """What is evaluated on what, in plain text; weights with two names have both."""
    evaluation = state.evaluation
    data = f"{evaluation.dataset_name} / {evaluation.split}"
    return f"{', '.join(state.names)} on {data}, {frames_text(evaluation)}"


def _row(evaluation: Evaluation, names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    scores = evaluation.scores
    return {
        "Model": ", ".join(names.get(evaluation.model_key, (evaluation.model_name,))),
        "Dataset": f"{evaluation.dataset_name} / {evaluation.split}",
        "Frames": frames_text(evaluation),
        "mIoU": scores.get("miou"),
        "Pixel accuracy": scores.get("pixel_accuracy"),
        "Boundary mIoU": scores.get("boundary_miou"),
        "Measured": datetime.fromtimestamp(evaluation.created_at),
    }
