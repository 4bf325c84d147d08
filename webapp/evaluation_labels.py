"""The labels an evaluation was scored by, scoring again by others, and what that changed."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.frame_changes import FrameChange, frame_changes
from core.frame_document import day, labels_text
from core.records import Evaluation
from tasks import queue
from webapp.evaluation_data import EvaluationState
from webapp.evaluation_details import Details
from webapp.failures import render_failure
from webapp.frame_data import details_of, read_other_labels
from webapp.links import go_to_evaluation
from webapp.literal import literal
from webapp.wording import count

_LISTED = 200


def render_labels(folder: DataFolder, state: EvaluationState, details: Details | None) -> None:
    """Which labels it was scored by, other labels beside them, and the button to score again."""
    others = read_other_labels(folder, state.evaluation)
    is_changed = _has_other_labels(folder, state)
    origin = state.evaluation.rescored_from
    if not others and not is_changed and not origin:
        return
    st.header("Labels", anchor=False)
    st.caption(literal(f"Scored by {labels_text(state.evaluation, state.dataset)}."))
    if origin:
        st.caption(literal(_origin_text(origin, others)))
    has_present = is_changed and not any(_is_present(folder, each) for each in others)
    if has_present and state.evaluation.details is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("The dataset of that name has other labels now.", width="content")
            if st.button("Score again", icon=":material/refresh:", type="primary"):
                _score_again(folder, state.evaluation)
        st.caption("What was predicted is judged by the labels of now; these scores stay.")
    for other in others:
        _render_other(folder, state.evaluation, details, other)


def _score_again(folder: DataFolder, evaluation: Evaluation) -> None:
    try:
        made = queue.score_again(folder, evaluation.id)
    except DyncellError as error:
        render_failure(error)
        return
    st.query_params.from_dict({"evaluation": made.id})
    st.rerun()


def _has_other_labels(folder: DataFolder, state: EvaluationState) -> bool:
    digest = _present_digest(folder, state.evaluation)
    return bool(digest) and digest != state.evaluation.data_key


def _is_present(folder: DataFolder, evaluation: Evaluation) -> bool:
    return _present_digest(folder, evaluation) == evaluation.data_key


def _present_digest(folder: DataFolder, evaluation: Evaluation) -> str:
    """The hash of the labels of now; empty where the dataset is gone or not ready."""
    try:
        with folder.database.reading() as session:
            data = queue.present_dataset(session, evaluation)
    except NotFound:
        return ""
    return str((data.splits.get(evaluation.split) or {}).get("digest") or "")


def _origin_text(origin: str, others: Sequence[Evaluation]) -> str:
    """Whose predictions were scored again."""
    known = next((each for each in others if each.id == origin), None)
    if known is None:
        whose = "an evaluation that was deleted since"
    else:
        whose = f"the evaluation on {known.dataset_name} of {day(known.created_at)}, below"
    return f"Scored again: no network ran, the predictions are those of {whose}."


def _render_other(
    folder: DataFolder, evaluation: Evaluation, details: Details | None, other: Evaluation
) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            gain = (other.scores.get("miou") or 0.0) - (evaluation.scores.get("miou") or 0.0)
            where = "" if other.dataset_name == evaluation.dataset_name else other.dataset_name
            named = f"{labels_text(other, None)}{f', dataset {where}' if where else ''}"
            text = f"By {named}: mIoU {other.scores['miou']:.2f} % ({gain:+.2f})"
            st.markdown(literal(text), width="content")
            if st.button("Open", key=f"other-{other.id}", icon=":material/open_in_new:"):
                go_to_evaluation(other.id)
        if details is None or other.details is None:
            return
        is_newer = other.created_at > evaluation.created_at
        both = (details.frames, details_of(folder, other).frames)
        found = frame_changes(*(both if is_newer else both[::-1]))
        which = "these labels to those" if is_newer else "those labels to these"
        st.caption(literal(f"{count(len(found), 'frame')} scored otherwise, from {which}."))
        if found:
            st.dataframe(
                pd.DataFrame([_row(each) for each in found[:_LISTED]]),
                hide_index=True,
                column_config={
                    name: st.column_config.NumberColumn(format="%.2f %%")
                    for name in ("Old mIoU", "New mIoU")
                }
                | {"Change": st.column_config.NumberColumn(format="%+.2f")},
                key=f"changes-{other.id}",
            )


def _row(change: FrameChange) -> dict[str, object]:
    return {
        "Frame": change.frame.position,
        "Name": change.frame.name,
        "Old mIoU": None if change.old is None else change.old.miou,
        "New mIoU": None if change.new is None else change.new.miou,
        "Change": None if change.gain is None else round(change.gain, 2),
        "Labels changed": {True: "yes", False: "no", None: "not known"}[change.is_relabelled],
    }
