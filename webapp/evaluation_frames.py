"""The frames behind the scores: the confusion matrix opens them, the worst come first."""

from collections.abc import Sequence
from typing import get_args
from urllib.parse import quote

import streamlit as st

from core.frame_scores import FrameScore
from webapp.chart import render_chart
from webapp.components.frame_grid import FrameItem, frame_grid
from webapp.evaluation_address import (
    Cell,
    asked_mistake,
    asked_order,
    set_frame,
    set_mistake,
    set_order,
)
from webapp.evaluation_charts import chosen_position, frames_figure
from webapp.evaluation_data import EvaluationState
from webapp.evaluation_details import Details, FrameOrder, behind, ordered
from webapp.evaluation_matrix import MOST_CLASSES, chosen_cell, matrix_figure
from webapp.evaluation_tables import Mistake, confusion_of, mistake_of, worst_mistakes
from webapp.literal import literal
from webapp.wording import count

ORDER_TOLD: dict[FrameOrder, str] = {
    "miou": "lowest mIoU first",
    "wrong": "most wrong first",
    "position": "as filmed",
}
"""The orders within a sentence."""

ORDER_NAMES: dict[FrameOrder, str] = {
    "miou": "Lowest mIoU",
    "wrong": "Most wrong pixels",
    "position": "As filmed",
}
"""What the orders of frames are called."""

_BEHIND = 4
_GRID = 12
_LISTED = 8


def image_address(state: EvaluationState, frame: FrameScore) -> str:
    """Where the picture of a frame is."""
    return f"{_frame_address(state, frame)}/image"


def labels_address(state: EvaluationState, frame: FrameScore) -> str:
    """Where the true labels of a frame are."""
    return f"{_frame_address(state, frame)}/labels"


def prediction_address(state: EvaluationState, frame: FrameScore) -> str:
    """Where the predicted labels of a frame are."""
    return f"/api/v1/evaluations/{state.evaluation.id}/frames/{frame.position}/prediction"


def has_pictures(state: EvaluationState) -> bool:
    """Whether the dataset that was evaluated on is still there, unchanged."""
    dataset, evaluation = state.dataset, state.evaluation
    split = dataset.splits.get(evaluation.split) if dataset is not None else None
    return split is not None and split.get("digest") == evaluation.data_key


def frames_in_line(details: Details, cell: Cell | None, order: FrameOrder) -> list[FrameScore]:
    """The frames to go through: those behind a cell, else all, lined up."""
    if cell is not None:
        return behind(details.frames, truth=cell[0], predicted=cell[1])
    return ordered(details.frames, order)


def render_confusion(state: EvaluationState, details: Details | None) -> None:
    """The confusion matrix; choosing a cell shows the frames behind it."""
    confusion = confusion_of(state.evaluation.scores)
    names = state.classes
    if not confusion:
        st.caption("No confusion matrix was kept.")
        return
    st.header("Confusion", anchor=False)
    matrix, frames = st.columns([3, 2], gap="large")
    with matrix:
        key = f"matrix-{state.evaluation.id}"
        _take_selection(key, chosen_cell(st.session_state.get(key)))  # before it is drawn
        render_chart(
            matrix_figure(confusion, names, chosen=asked_mistake(len(names))),
            key=key,
            selects="points",
            alt="Confusion matrix: rows are the true classes, columns the predicted ones",
        )
        if len(names) > MOST_CLASSES:
            st.caption(f"The {MOST_CLASSES} classes with the most pixels, of {len(names)}.")
    with frames:
        cell = asked_mistake(len(names))
        if cell is None:
            _render_mistakes(confusion, names)
        else:
            _render_behind(state, details, mistake_of(confusion, *cell))


def render_frames(state: EvaluationState, details: Details) -> None:
    """The mIoU along the frames, and the frames themselves, the worst first."""
    st.header("Frames", anchor=False)
    key = f"line-{state.evaluation.id}"
    event = render_chart(
        frames_figure(details.frames, mean=state.evaluation.scores.get("miou")),
        key=key,
        selects="points",
        alt="mIoU of every frame",
    )
    position = chosen_position(event)
    if _is_new(key, position) and position is not None:
        set_mistake(None)
        _open(position)
    order = st.segmented_control(
        "Order",
        list(get_args(FrameOrder)),
        format_func=lambda each: ORDER_NAMES[each],
        default=asked_order(),
        required=True,
        key=f"order-{state.evaluation.id}",
        label_visibility="collapsed",
    )
    set_order(order or "miou")
    shown = int(st.session_state.get(f"shown-{state.evaluation.id}", _GRID))
    line = frames_in_line(details, None, order or "miou")
    chosen = _grid(f"worst-{state.evaluation.id}", state, line[:shown], None)
    if chosen is not None:
        set_mistake(None)
        _open(chosen)
    if shown < len(line) and st.button("Show more frames"):
        st.session_state[f"shown-{state.evaluation.id}"] = shown + 2 * _GRID
        st.rerun()


def _render_mistakes(confusion: Sequence[Sequence[int]], names: Sequence[str]) -> None:
    st.caption("Click a cell to see the frames behind it, or choose one of the largest mistakes:")
    found = worst_mistakes(confusion, limit=_LISTED)
    if not found:
        st.caption("Not one pixel is wrong.")
    with st.container(gap=None):
        for mistake in found:
            label = f"{names[mistake.truth]} taken for {names[mistake.predicted]}"
            key = f"mistake-{mistake.truth}-{mistake.predicted}"
            text = f"{literal(label)} :gray[{mistake.of_all:.2f} % of all pixels]"
            if st.button(text, key=key, type="tertiary"):
                set_mistake((mistake.truth, mistake.predicted))
                st.rerun()


def _render_behind(state: EvaluationState, details: Details | None, mistake: Mistake) -> None:
    names, cell = state.classes, (mistake.truth, mistake.predicted)
    truth, predicted = (literal(names[number]) for number in cell)
    what = "labelled right" if cell[0] == cell[1] else f"taken for **{predicted}**"
    st.markdown(f"**{truth}** {what}")
    st.caption(f"{mistake.pixels:,} pixels, {mistake.of_truth:.1f} % of all {truth} pixels")
    line = [] if details is None else frames_in_line(details, cell, "miou")
    with st.container(horizontal=True):
        if st.button("All mistakes", icon=":material/arrow_back:"):
            set_mistake(None)
            st.rerun()
        if line and st.button("Go through the frames", icon=":material/search:", type="primary"):
            _open(line[0].position)
    if details is None:
        return
    if not line:
        st.caption("No frame has such pixels.")
        return
    if has_pictures(state):
        chosen = _grid(f"behind-{state.evaluation.id}", state, line[:_BEHIND], cell)
        if chosen is not None:
            _open(chosen)
    if len(line) > _BEHIND:
        st.caption(f"The {_BEHIND} with the most such pixels, of {count(len(line), 'frame')}.")


def _grid(
    key: str, state: EvaluationState, frames: Sequence[FrameScore], cell: Cell | None
) -> int | None:
    """The frames as small pictures; the position of the one that was chosen just now."""
    if not has_pictures(state):
        return _list(key, frames, cell)
    items: list[FrameItem] = [
        {
            "image": image_address(state, frame),
            "labels": prediction_address(state, frame),
            "title": f"Frame {frame.position}",
            "caption": _caption(frame, cell),
            "width": frame.width,
            "height": frame.height,
        }
        for frame in frames
    ]
    chosen = frame_grid(key, items=items, names=state.classes, colours=state.colours)
    return None if chosen is None else frames[chosen].position


def _list(key: str, frames: Sequence[FrameScore], cell: Cell | None) -> int | None:
    """The frames in words, where their pictures are gone."""
    for frame in frames:
        st.text(
            f"Frame {frame.position} of {frame.sequence}, {frame.name}: {_caption(frame, cell)}"
        )
    return None


def _caption(frame: FrameScore, cell: Cell | None) -> str:
    if cell is not None:
        return f"{frame.pixels(*cell):,} pixels"
    miou = "n/a" if frame.miou is None else f"{frame.miou:.1f} %"
    share = 100 * frame.wrong / frame.scored if frame.scored else 0.0
    return f"mIoU {miou} · {share:.1f} % wrong"


def _take_selection(key: str, cell: Cell | None) -> None:
    """A click on the matrix counts once: what was chosen elsewhere since is newer."""
    if _is_new(key, cell) and cell is not None:
        set_mistake(cell)


def _is_new(key: str, chosen: object) -> bool:
    known = st.session_state.get(f"seen-{key}")
    st.session_state[f"seen-{key}"] = chosen
    return chosen != known


def _open(position: int) -> None:
    set_frame(position)
    st.rerun()


def _frame_address(state: EvaluationState, frame: FrameScore) -> str:
    split = quote(state.evaluation.split, safe="")
    return f"/api/v1/datasets/{state.evaluation.dataset_id}/splits/{split}/frames/{frame.position}"
