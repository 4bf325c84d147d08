"""All datasets: what they hold and where they stand."""

import time
from typing import Literal

import streamlit as st

from core.data_folder import DataFolder
from webapp.dataset_data import DatasetState, Stage, count_datasets, find_datasets
from webapp.dataset_frames import frame_address
from webapp.dataset_verbs import render_dataset_verbs
from webapp.dataset_wording import count_classes, layout_name, splits_line
from webapp.failures import render_failure
from webapp.listing import Listing, render_listing, render_nothing_found
from webapp.literal import literal
from webapp.paging import chosen_offset, render_paging
from webapp.wording import ago, size

_SHOWN = 12
_COLUMNS = 4
_ORDERS = {
    "newest": "newest first",
    "oldest": "oldest first",
    "name": "by name",
    "largest": "largest first",
}
_BADGES: dict[Stage, tuple[str, Literal["gray", "blue", "orange", "green", "red"]]] = {
    "ready": ("ready", "green"),
    "looking": ("looking", "blue"),
    "importing": ("importing", "blue"),
    "review": ("to be reviewed", "orange"),
    "failed": ("not imported", "red"),
    "unmade": ("made on first use", "gray"),
}


def render_list(folder: DataFolder) -> None:
    """The list; it polls while a job is at one of them."""
    title, search = st.columns([2, 3], vertical_alignment="bottom")
    title.header("All datasets", anchor=False)
    with search:
        listing = render_listing("datasets", _ORDERS, what="datasets by name")
    found, _ = _read(folder, listing)
    busy = _busy(found)
    st.fragment(_render_cards, run_every=1.5 if busy else None)(folder, listing, busy)


def _read(folder: DataFolder, listing: Listing) -> tuple[list[DatasetState], int]:
    total = count_datasets(folder, listing)
    offset = chosen_offset(total=total, size=_SHOWN)
    return find_datasets(folder, listing, limit=_SHOWN, offset=offset), total


def _busy(found: list[DatasetState]) -> list[str]:
    return [state.dataset.id for state in found if state.is_busy]


def _render_cards(folder: DataFolder, listing: Listing, was_busy: list[str]) -> None:
    try:
        found, total = _read(folder, listing)
        if _busy(found) != was_busy:
            st.rerun()
        if not found and not render_nothing_found(listing, "dataset"):
            st.caption("No datasets yet. Drop a zip archive above to begin.")
        for start in range(0, len(found), _COLUMNS):
            row = found[start : start + _COLUMNS]
            for column, state in zip(st.columns(_COLUMNS), row, strict=False):
                with column:
                    _render_card(folder, state)
        render_paging("datasets", total=total, size=_SHOWN)
    except Exception as error:
        render_failure(error)


def _render_card(folder: DataFolder, state: DatasetState) -> None:
    dataset = state.dataset
    with st.container(border=True):
        if dataset.is_ready:
            first = next(iter(dataset.splits))
            st.markdown(f"![]({frame_address(dataset, first, 0, 'image')})")
        st.text(dataset.name)
        text, colour = _BADGES[state.stage]
        if state.stage != "ready":
            st.badge(text, color=colour)
        if dataset.is_ready:
            st.caption(literal(splits_line(dataset.splits)))
            classes = count_classes(len(dataset.classes))
            st.caption(f"{layout_name(dataset.layout)} · {classes} · {size(dataset.size)}")
        else:
            is_unmade = state.stage == "unmade"
            added = ago(time.time() - dataset.created_at)
            st.caption("Open it to make it now, within some minutes." if is_unmade else added)
        with st.container(horizontal=True):
            if st.button("Open", key=f"open-{dataset.id}"):
                st.query_params.from_dict({"dataset": dataset.id})
                st.rerun()
            render_dataset_verbs(folder, dataset, place="list")
