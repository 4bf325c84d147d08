"""The basket of frames: what was collected, why, and the ways out: undo, files, labelling."""

import time
from collections.abc import Sequence
from urllib.parse import quote, urlencode

import pandas as pd
import streamlit as st

from core.data_folder import DataFolder
from core.frame_document import why_text
from core.store import basket
from core.store.basket import BasketFrame
from webapp.class_colours import class_colours
from webapp.components.frame_grid import FrameItem, frame_grid_event
from webapp.evaluation_data import read_datasets
from webapp.frame_data import count_kept, datasets_kept, find_kept
from webapp.links import go_to_evaluated_frame
from webapp.listing import Listing, choose_listed, render_listing, render_nothing_found
from webapp.literal import literal
from webapp.paging import chosen_offset, render_paging
from webapp.wording import ago, count

_PAGE = 24
_TICKS, _GONE = "basket-ticked", "basket-gone"
_ALL = "All datasets"
_ORDERS = {"newest": "newest first", "frame": "by dataset and frame", "why": "by reason"}


def render_basket(folder: DataFolder) -> None:
    """The frames of the basket with their reasons, and what can be done with them."""
    narrow, look = st.columns([1, 3], vertical_alignment="bottom")
    with narrow:
        dataset = _choose_dataset(folder)
    with look:
        listing = render_listing("basket", _ORDERS, what="frames by name, note, class or model")
    _render_undo(folder)
    total = count_kept(folder, listing, dataset=dataset)
    if not total:
        if not render_nothing_found(listing, "frame"):
            st.caption("The basket is empty: tick frames in the ranking, or open one on Evaluate.")
        return
    offset = chosen_offset(total=total, size=_PAGE)
    found = find_kept(folder, listing, dataset=dataset, limit=_PAGE, offset=offset)
    _render_verbs(folder, found, listing, dataset, total)
    _render_pictures(folder, [each for each in found if each.dataset_id is not None])
    _render_lost([each for each in found if each.dataset_id is None])
    render_paging("basket", total=total, size=_PAGE)
    st.dataframe(pd.DataFrame([_row(each) for each in found]), hide_index=True, key="basket-table")


def _choose_dataset(folder: DataFolder) -> str:
    datasets = datasets_kept(folder)
    if len(datasets) < 2:
        return ""
    chosen = choose_listed(
        "Dataset",
        [_ALL, *datasets],
        name="dataset",
        shown_as=lambda name: name if name == _ALL else f"{name} ({datasets[name]:,})",
    )
    return "" if chosen == _ALL else chosen


def _render_undo(folder: DataFolder) -> None:
    gone: list[str] = st.session_state.get(_GONE, [])
    if not gone:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"{count(len(gone), 'frame')} taken out.", width="content")
        if st.button("Undo", icon=":material/undo:", key="basket-undo"):
            with folder.database.writing() as session:
                basket.restore(session, gone)
            st.session_state[_GONE] = []
            st.rerun()


def _render_verbs(
    folder: DataFolder,
    found: Sequence[BasketFrame],
    listing: Listing,
    dataset: str,
    total: int,
) -> None:
    ticked: set[str] = st.session_state.setdefault(_TICKS, set())
    chosen = [each.id for each in found if each.id in ticked]
    asked = f"?{urlencode({'dataset': dataset})}" if dataset else ""
    with st.container(horizontal=True):
        label = f"Take {count(len(chosen), 'frame')} out"
        if st.button(label, icon=":material/remove:", disabled=not chosen, key="basket-remove"):
            _take_out(folder, chosen)
        if st.button(f"Take all {total:,} out", icon=":material/delete_sweep:", key="basket-clear"):
            every = find_kept(folder, listing, dataset=dataset, limit=None, offset=0)
            _take_out(folder, [each.id for each in every])
        for suffix in ("csv", "json"):
            st.link_button(
                suffix.upper(),
                f"/api/v1/frames/basket.{suffix}{asked}",
                icon=":material/download:",
                type="tertiary",
            )


def _take_out(folder: DataFolder, ids: list[str]) -> None:
    with folder.database.writing() as session:
        basket.remove(session, ids)
    st.session_state[_GONE], st.session_state[_TICKS] = ids, set()
    st.rerun()


def _render_pictures(folder: DataFolder, found: Sequence[BasketFrame]) -> None:
    if not found:
        return
    ticked: set[str] = st.session_state[_TICKS]
    palettes = {each.id: each for each in read_datasets(folder)}
    dataset = palettes.get(str(found[0].dataset_id))
    items: list[FrameItem] = [
        {
            "image": f"{_address(each)}/image",
            "labels": None,
            "title": f"{each.dataset_name} {each.split} {each.position}",
            "caption": why_text(each),
            "note": each.note,
            "width": each.width,
            "height": each.height,
            "ticked": each.id in ticked,
        }
        for each in found
    ]
    names = dataset.classes if dataset is not None else ()
    colours = class_colours(dataset.colours) if dataset is not None else ()
    event = frame_grid_event("basket-grid", items=items, names=names, colours=colours)
    if event.toggled is not None:
        st.session_state[_TICKS] = ticked ^ {found[event.toggled].id}
        st.rerun()
    if event.chosen is not None:
        each = found[event.chosen]
        if each.evaluation_id is not None:
            go_to_evaluated_frame(each.evaluation_id, each.position)
        st.toast("Its evaluation was deleted; the reason stays here.")


def _render_lost(found: Sequence[BasketFrame]) -> None:
    if not found:
        return
    st.caption("The datasets of these frames were deleted, so there are no pictures:")
    ticked: set[str] = st.session_state[_TICKS]
    for each in found:
        text = f"{each.dataset_name} {each.split} {each.position}, {each.frame}: {why_text(each)}"
        was_ticked = each.id in ticked
        key = f"lost-{each.id}-{was_ticked}"
        if st.checkbox(literal(text), value=was_ticked, key=key) != was_ticked:
            st.session_state[_TICKS] = ticked ^ {each.id}
            st.rerun()


def _address(each: BasketFrame) -> str:
    split = quote(each.split, safe="")
    return f"/api/v1/datasets/{each.dataset_id}/splits/{split}/frames/{each.position}"


def _row(each: BasketFrame) -> dict[str, str]:
    where = f"{each.dataset_name} / {each.split}"
    return {
        "Frame": each.frame,
        "Dataset": where if each.dataset_id else f"{where} (deleted)",
        "Why": why_text(each) + ("" if each.evaluation_id else " (evaluation deleted)"),
        "Note": each.note.replace("\n", "; "),
        "Since": ago(time.time() - each.created_at),
    }
