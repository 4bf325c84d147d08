"""The ranking of the page Frames: frames of evaluations, the worst first, to be ticked."""

from collections.abc import Sequence

import streamlit as st

from core.data_folder import DataFolder
from core.errors import BadInput
from core.frame_document import RankedFrame, labels_text
from core.frame_moments import Moment, moments
from core.frame_ranking import FRAME_METRICS, METRIC_NAMES, Ranking, why_none
from core.records import Dataset, Evaluation
from core.store.basket import LONGEST_NOTE
from webapp.components.frame_grid import FrameItem, frame_grid_event
from webapp.evaluation_data import EvaluationState
from webapp.evaluation_frames import has_pictures, image_address, prediction_address
from webapp.failures import render_failure
from webapp.frame_data import (
    class_names,
    details_of,
    film_clock,
    put_in_basket,
    rank_frames,
    read_judged,
)
from webapp.links import go_to_evaluated_frame
from webapp.listing import choose_listed
from webapp.literal import literal
from webapp.paging import chosen_offset, first_page, render_paging
from webapp.wording import count

_PAGE = 12
_TICKS = "frames-ticked"

Tick = tuple[str, int]
"""Evaluation and number of the frame in the split."""


def render_worst_frames(folder: DataFolder) -> None:
    """The choice of evaluations and metric, a page of frames, and the way into the basket."""
    judged, datasets = read_judged(folder)
    if not judged:
        st.caption("No evaluations with frames yet: evaluate a model first, on the page Evaluate.")
        return
    found = _choose_evaluations(judged, datasets)
    if not found:
        st.caption("Choose at least one evaluation.")
        return
    names = class_names(found)
    ranking = _choose_ranking(names)
    ranked = rank_frames(folder, found, ranking)
    if not ranked:
        every = [frame for each in found for frame in details_of(folder, each).frames]
        st.info(why_none(every, ranking), icon=":material/help:")
        return
    told = _moments(folder, ranked, ranking, datasets)
    offset = chosen_offset(total=len(told), size=_PAGE)
    shown = told[offset : offset + _PAGE]
    _render_keeping(folder, ranked, [each.worst for each in shown], ranking)
    _render_grid(folder, shown, ranking, datasets, several=len(found) > 1)
    if ranking.is_of_steadiness:
        alone = "Of the second around a frame the worst one is shown, the others stand behind it."
        white = "White pixels have another class in this frame than just before and after it. "
        st.caption(white * (ranking.metric == "aba_flicker") + alone)
    render_paging("worst", total=len(told), size=_PAGE, words=("Worse", "Better"))


def _moments(
    folder: DataFolder,
    ranked: Sequence[RankedFrame],
    ranking: Ranking,
    datasets: dict[str, Dataset],
) -> list[Moment]:
    """What is shown: every frame, or the worst of each moment where neighbours are alike."""
    if not ranking.is_of_steadiness:
        return [Moment(each) for each in ranked]
    clocks = {
        each.id: film_clock(folder, each, datasets.get(each.dataset_id or ""))
        for each in {each.evaluation.id: each.evaluation for each in ranked}.values()
    }
    return moments(ranked, lambda each: clocks[each.evaluation.id].get(each.frame.position))


def _choose_evaluations(
    judged: Sequence[Evaluation], datasets: dict[str, Dataset]
) -> list[Evaluation]:
    known = {each.id: each for each in judged}
    asked = [each for each in st.query_params.get("evaluation", "").split(",") if each in known]
    key = "frames-evaluations"
    if asked and st.session_state.get("frames-asked") != asked:
        st.session_state[key] = asked
    st.session_state.setdefault(key, [judged[0].id])
    st.session_state[key] = [each for each in st.session_state[key] if each in known]

    def name(evaluation_id: str) -> str:
        each = known[evaluation_id]
        frames = each.options.get("frames")
        stretch = f", frames {frames[0]}..{frames[1]}" if frames else ""
        labels = labels_text(each, datasets.get(each.dataset_id or ""))
        return f"{each.model_name} on {each.dataset_name} / {each.split}{stretch}, {labels}"

    chosen = st.multiselect(
        "Evaluations", list(known), key=key, format_func=name, on_change=first_page
    )
    st.session_state["frames-asked"] = chosen
    st.query_params["evaluation"] = ",".join(chosen)
    return [known[each] for each in chosen]


def _choose_ranking(names: Sequence[str]) -> Ranking:
    by, truth, predicted = st.columns(3)
    with by:
        by_key = {str(each): each for each in FRAME_METRICS}
        asked = choose_listed(
            "Worst by", list(by_key), name="by", shown_as=lambda each: METRIC_NAMES[by_key[each]]
        )
        metric = by_key[asked]
    if metric not in ("iou", "mistake"):
        return Ranking(metric)
    with truth:
        first = choose_listed("Class", names, name="class")
    if metric == "iou":
        return Ranking(metric, list(names).index(first))
    with predicted:
        others = [name for name in names if name != first]
        second = choose_listed("Taken for", others, name="taken_for")
    return Ranking(metric, list(names).index(first), list(names).index(second))


def _render_keeping(
    folder: DataFolder,
    ranked: Sequence[RankedFrame],
    shown: Sequence[RankedFrame],
    ranking: Ranking,
) -> None:
    ticked = _ticked()
    chosen = [each for each in ranked if _tick(each) in ticked]
    note, verbs = st.columns(2, vertical_alignment="bottom")
    with note:
        text = st.text_input(
            "Note",
            key="frames-note",
            max_chars=LONGEST_NOTE,
            placeholder="what is to be done with them",
        )
    with verbs, st.container(horizontal=True):
        label = f"Put {count(len(chosen), 'frame')} into the basket"
        if st.button(label, type="primary", disabled=not chosen, icon=":material/add:"):
            _put(folder, chosen, ranking, text)
        if st.button("Tick this page", icon=":material/select_all:"):
            st.session_state[_TICKS] = ticked | {_tick(each) for each in shown}
            st.rerun()
        if st.button("None", disabled=not ticked):
            st.session_state[_TICKS] = set()
            st.rerun()


def _put(folder: DataFolder, chosen: Sequence[RankedFrame], ranking: Ranking, note: str) -> None:
    by_evaluation: dict[str, list[RankedFrame]] = {}
    for each in chosen:
        by_evaluation.setdefault(each.evaluation.id, []).append(each)
    try:
        new = sum(
            put_in_basket(
                folder,
                some[0].evaluation,
                [each.frame for each in some],
                ranking=ranking,
                note=note.strip(),
            )
            for some in by_evaluation.values()
        )
    except BadInput as error:
        render_failure(error)
        return
    st.session_state[_TICKS] = set()
    told = f"{count(new, 'frame')} new in the basket."
    if note.strip() and new < len(chosen):
        told += " The others lay there for the same reason: the note stands below theirs."
    st.toast(told, icon=":material/shopping_basket:")
    st.rerun()


def _render_grid(
    folder: DataFolder,
    told: Sequence[Moment],
    ranking: Ranking,
    datasets: dict[str, Dataset],
    *,
    several: bool,
) -> None:
    ticked = _ticked()
    shown = [each.worst for each in told]
    captions = {_tick(each.worst): _caption(each, ranking, several=several) for each in told}
    first = shown[0].evaluation
    states = {
        each.evaluation.id: EvaluationState(
            each.evaluation, None, None, datasets.get(each.evaluation.dataset_id or "")
        )
        for each in shown
    }
    pictured = [each for each in shown if has_pictures(states[each.evaluation.id])]
    items: list[FrameItem] = [
        {
            "image": image_address(states[each.evaluation.id], each.frame),
            "labels": prediction_address(states[each.evaluation.id], each.frame),
            "title": f"Frame {each.frame.position}",
            "caption": captions[_tick(each)],
            "width": each.frame.width,
            "height": each.frame.height,
            "ticked": _tick(each) in ticked,
        }
        for each in pictured
    ]
    if ranking.metric == "aba_flicker":
        for item, each in zip(items, pictured, strict=True):
            item["around"] = _around(folder, states[each.evaluation.id], each)
    if items:
        state = states[pictured[0].evaluation.id]
        event = frame_grid_event(
            "frames-worst", items=items, names=state.classes, colours=state.colours
        )
        if event.toggled is not None:
            st.session_state[_TICKS] = ticked ^ {_tick(pictured[event.toggled])}
            st.rerun()
        if event.chosen is not None:
            each = pictured[event.chosen]
            go_to_evaluated_frame(each.evaluation.id, each.frame.position)
    for each in shown:
        if each not in pictured:
            _render_unpictured(each, captions[_tick(each)])
    if len(pictured) < len(shown):
        st.caption(
            literal(
                f"The data of {first.dataset_name} that was judged is gone or was imported anew, "
                "so there are no pictures; the scores stay."
            )
        )


def _render_unpictured(each: RankedFrame, caption: str) -> None:
    is_ticked = _tick(each) in _ticked()
    label = literal(f"{each.frame.name}: {caption}")
    key = f"tick-{each.evaluation.id}-{each.frame.position}-{is_ticked}"
    if st.checkbox(label, value=is_ticked, key=key) != is_ticked:
        st.session_state[_TICKS] = _ticked() ^ {_tick(each)}
        st.rerun()


def _around(folder: DataFolder, state: EvaluationState, each: RankedFrame) -> list[str]:
    """The labels one frame before and one behind; a frame that flickers has both."""
    frames = details_of(folder, each.evaluation).frames
    return [
        prediction_address(state, frame)
        for frame in frames
        if abs(frame.index - each.frame.index) == 1
    ]


def _caption(moment: Moment, ranking: Ranking, *, several: bool) -> str:
    each = moment.worst
    text = f"{METRIC_NAMES[ranking.metric]} {ranking.value_text(each.value)}"
    if ranking.truth is not None:
        text = ranking.value_text(each.value)
    if moment.neighbours:
        text += f" · and {count(moment.neighbours, 'neighbour')}"
    evaluation = each.evaluation
    whose = f"{evaluation.model_name}, labels {evaluation.data_key[:8]}"
    return f"{text} · {whose}" if several else text


def _ticked() -> set[Tick]:
    found: set[Tick] = st.session_state.setdefault(_TICKS, set())
    return found


def _tick(each: RankedFrame) -> Tick:
    return each.evaluation.id, each.frame.position
