"""One evaluated frame, large: source, truth, prediction and what is wrong."""

import streamlit as st

from core.data_folder import DataFolder
from core.frame_ranking import Ranking
from core.frame_scores import FrameScore
from webapp.components.frame_view import frame_view
from webapp.evaluation_address import (
    asked_mistake,
    asked_order,
    cell_text,
    read_cell,
    set_frame,
    set_mistake,
)
from webapp.evaluation_data import EvaluationState
from webapp.evaluation_details import Details, neighbours
from webapp.evaluation_frames import (
    ORDER_TOLD,
    frames_in_line,
    has_pictures,
    image_address,
    labels_address,
    prediction_address,
)
from webapp.frame_data import put_in_basket
from webapp.literal import literal

_LISTED = 6


def render_frame(
    folder: DataFolder, state: EvaluationState, details: Details, position: int
) -> None:
    """The frame with that number in the split, and ways to the one before and after.

    Raises:
        NotFound: The frame was not evaluated.
    """
    frame = details.at(position)
    cell = asked_mistake(len(state.classes))
    line = frames_in_line(details, cell, asked_order())
    if frame not in line:
        line = [frame, *line]
    _render_steps(folder, state, frame, line, cell)
    _render_mistakes(state, frame, cell)
    if has_pictures(state):
        frame_view(
            f"frame-{state.evaluation.id}",
            image=image_address(state, frame),
            labels=labels_address(state, frame),
            prediction=prediction_address(state, frame),
            names=state.classes,
            colours=state.colours,
            highlight=cell,
        )
    else:
        st.info(
            "The dataset this was measured on is gone or was imported anew, so there are no "
            "pictures; the scores stay.",
            icon=":material/image_not_supported:",
        )


def _render_steps(
    folder: DataFolder,
    state: EvaluationState,
    frame: FrameScore,
    line: list[FrameScore],
    cell: tuple[int, int] | None,
) -> None:
    before, place, after = neighbours(line, frame)
    facts, steps = st.columns(2, vertical_alignment="center")
    with facts:
        st.markdown(f"**Frame {frame.position}** · {literal(frame.name)}")
        st.caption(literal(_facts(frame)))
    with (
        steps,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        told = "behind the mistake" if cell is not None else ORDER_TOLD[asked_order()]
        st.caption(f"{place + 1} of {len(line)}, {told}", width="content")
        _step("Previous", before, icon="chevron_left", shortcut="Left")
        _step("Next", after, icon="chevron_right", shortcut="Right")
        _render_keeping(folder, state, frame, cell)
        if st.button("All scores", icon=":material/arrow_back:"):
            set_frame(None)
            st.rerun()


def _render_keeping(
    folder: DataFolder, state: EvaluationState, frame: FrameScore, cell: tuple[int, int] | None
) -> None:
    """The way into the basket: for the mistake that is marked, else for its mIoU."""
    if not st.button("Into the basket", icon=":material/add:", key="frame-into-basket"):
        return
    ranking = Ranking() if cell is None else Ranking("mistake", *cell)
    new = put_in_basket(folder, state.evaluation, [frame], ranking=ranking)
    told = "The frame is in the basket now." if new else "It lies in the basket for that already."
    st.toast(told, icon=":material/shopping_basket:")


def _step(label: str, frame: FrameScore | None, *, icon: str, shortcut: str) -> None:
    is_off = frame is None
    pressed = st.button(label, icon=f":material/{icon}:", disabled=is_off, shortcut=shortcut)
    if pressed and frame is not None:
        set_frame(frame.position)
        st.rerun()


def _render_mistakes(
    state: EvaluationState, frame: FrameScore, cell: tuple[int, int] | None
) -> None:
    found = frame.mistakes[:_LISTED]
    if not found:
        st.caption("Not one pixel of this frame is wrong.")
        return
    labels = {
        cell_text((truth, predicted)): _told(state, truth, predicted, 100 * n / frame.scored)
        for truth, predicted, n in found
    }
    marked = None if cell is None else cell_text(cell)
    if cell is not None and marked not in labels:
        share = 100 * frame.pixels(*cell) / frame.scored
        labels[cell_text(cell)] = _told(state, *cell, share)
    chosen = st.pills(
        "Mark only",
        list(labels),
        default=marked,
        format_func=lambda each: literal(labels[each]),
        key=f"marked-{state.evaluation.id}-{frame.position}-{marked}",
        help="The largest mistakes of this frame, as shares of its scored pixels.",
    )
    if chosen != marked:
        set_mistake(None if chosen is None else read_cell(chosen))
        st.rerun()


def _told(state: EvaluationState, truth: int, predicted: int, share: float) -> str:
    return f"{state.classes[truth]} → {state.classes[predicted]} {share:.1f} %"


def _facts(frame: FrameScore) -> str:
    miou = "n/a" if frame.miou is None else f"{frame.miou:.1f} %"
    share = 100 * frame.wrong / frame.scored if frame.scored else 0.0
    parts = [frame.sequence, f"mIoU {miou}", f"{share:.1f} % of its pixels wrong"]
    return " · ".join([*parts, f"{frame.width} x {frame.height}"])
