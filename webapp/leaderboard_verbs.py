"""What can be done with ticked rows: into the basket, out of sight, deleted, opened."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.board.comparison import FEWEST, MOST
from core.board.row import Row
from core.data_folder import DataFolder
from core.errors import DyncellError
from tasks import queue
from webapp.deletion import delete_for_good
from webapp.failures import render_failure
from webapp.leaderboard_address import MOST_IN_BASKET, BoardAddress, set_basket
from webapp.links import (
    go_to_comparison,
    go_to_evaluation,
    go_to_genotype,
    go_to_model,
    go_to_search,
)
from webapp.literal import literal
from webapp.wording import count


def render_verbs(folder: DataFolder, address: BoardAddress, chosen: Sequence[Row]) -> None:
    """Buttons for the ticked rows."""
    if not chosen:
        return
    ids = tuple(row.id for row in chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(count(len(chosen), "row") + " ticked", width="content")
        if st.button("Into the basket", icon=":material/shopping_basket:", key="board-take"):
            basket = tuple(dict.fromkeys((*address.basket, *ids)))
            if len(basket) > MOST_IN_BASKET:
                st.warning(f"The basket holds {MOST_IN_BASKET} rows; take some out first.")
            else:
                set_basket(basket)
                st.rerun()
        if st.button(
            "Restore" if address.is_archive else "Archive",
            icon=":material/unarchive:" if address.is_archive else ":material/archive:",
            key="board-archive-rows",
        ):
            queue.archive_rows(folder, ids, archived=not address.is_archive)
            st.rerun()
        if len(chosen) == 1:
            _render_links(chosen[0])
            if st.button("Delete", icon=":material/delete:", key="board-delete"):
                _ask_to_delete(folder, chosen[0])


def render_basket(address: BoardAddress, found: Sequence[Row]) -> None:
    """The rows of the basket; a sentence where some are there no more."""
    if not address.basket:
        return
    gone = len(address.basket) - len(found)
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = count(len(found), "row")
        st.caption(f"**Basket** ({rows}; part of this address)", width="content")
        for row in found:
            if st.button(
                literal(row.texts["name"]),
                key=f"basket-{row.id}",
                icon=":material/close:",
                help="Take it out of the basket.",
            ):
                set_basket(tuple(other.id for other in found if other is not row))
                st.rerun()
        _render_compare(found)
        if st.button("Empty it", key="basket-empty", type="tertiary"):
            set_basket(())
            st.rerun()
    if gone:
        st.warning(
            f"{count(gone, 'row')} of the basket {'is' if gone == 1 else 'are'} there no more; "
            "they were deleted, or what they were made of has changed."
        )


def _render_compare(found: Sequence[Row]) -> None:
    """The way to the comparison of the basket's rows, where they are two to four."""
    told = f"Side by side; a comparison takes {FEWEST} to {MOST} rows."
    is_off = not FEWEST <= len(found) <= MOST
    if st.button(
        "Compare",
        key="basket-compare",
        type="primary",
        icon=":material/compare_arrows:",
        disabled=is_off,
        help=told,
    ):
        go_to_comparison([row.id for row in found])


def _render_links(row: Row) -> None:
    run: dict[str, Any] = next(iter(row.details.get("runs", [])), {})
    if row.texts["key"] and st.button("Cell", key="board-cell", icon=":material/schema:"):
        go_to_genotype(row.texts["key"])
    if run.get("evaluation_id") and st.button("Scores", key="board-scores"):
        go_to_evaluation(run["evaluation_id"])
    if run.get("model_id") and st.button("Model", key="board-model"):
        go_to_model(run["model_id"])
    if run.get("search_id") and st.button("Search", key="board-search"):
        go_to_search(run["search_id"])


@st.dialog("Delete this row for good?")
def _ask_to_delete(folder: DataFolder, row: Row) -> None:
    st.text(row.texts["name"])
    runs = row.details.get("runs", [])
    judged = sum("evaluation_id" in run for run in runs)
    models = len({run["model_id"] for run in runs if run.get("model_id")})
    st.caption(f"{count(judged, 'evaluation')} with per-frame results and predictions go for good.")
    its = "its" if models == 1 else "their"
    with_models = (
        models > 0
        and not row.flags["shipped"]
        and st.checkbox(
            f"Delete {count(models, 'model')} with {its} weights, too", key=f"with-models-{row.id}"
        )
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep it", key="board-keep"):
            st.rerun()
        if not delete_for_good(row.id):
            return
    try:
        queue.delete_row(folder, row.id, with_models=with_models)
    except DyncellError as error:
        render_failure(error)
        return
    st.rerun()
