"""Finding any cell of the leaderboard: words are looked for at the server, a few are offered."""

from dataclasses import dataclass

import streamlit as st

from core.board.columns import COLUMNS
from core.board.condition import All, Any_, Compare, Filter, Flag, Not
from core.board.row import Row
from core.board.sort import Sort
from core.data_folder import DataFolder
from core.store import board
from webapp.genotype_address import CELL, OTHER, set_asked
from webapp.leaderboard_words import cell_text
from webapp.literal import literal
from webapp.wording import count

OFFERED = 25
"""Cells that are offered at once, at most."""

_WORDS = 10  # of what is typed
_LONGEST = 100  # characters of it
_ROWS = 4 * OFFERED  # a cell may have several rows
_LOOKED_IN = ("name", "key", "search", "inputs", "ops", "combines", "static", "dataset")
_HAS_CELL = Compare("key", "!=", "")


@dataclass(frozen=True)
class FoundCells:
    """Cells of the leaderboard.

    Attributes:
        told: Key -> what is told of the cell, those of the newest results first.
        rows: How many rows of the leaderboard have what was looked for.
    """

    told: dict[str, str]
    rows: int


def find_cells(folder: DataFolder, text: str) -> FoundCells:
    """Cells whose row has every word: in its names, its key, its operations; `light`, `full`."""
    asked = board.in_sight(All((_HAS_CELL, *map(_has, text[:_LONGEST].split()[:_WORDS]))))
    with folder.database.reading() as session:
        rows = board.count(session, asked)
        newest = board.page(session, asked, sort=Sort("created"), limit=_ROWS, spreads_of=())
    told: dict[str, str] = {}
    for row in newest:
        if len(told) < OFFERED:
            told.setdefault(row.texts["key"], _told(row))
    return FoundCells(told, rows)


def render_finder(folder: DataFolder) -> None:
    """The button behind which a cell is looked for; it is shown, or compared with."""
    found = st.popover(
        "Find a cell", icon=":material/search:", key="find-cell", on_change="rerun", width="stretch"
    )
    if not found.open:
        return
    with found:
        text = st.text_input(
            "Words of its row on the leaderboard",
            key="find-cell-words",
            max_chars=_LONGEST,
            placeholder="light conv3x3 camvid",
            help="A name or key or a part of it, a search, inputs, operations, combines, light or "
            "full; each word must be there.",
        )
        cells = find_cells(folder, text or "")
        if not cells.told:
            st.caption("No cell of the leaderboard has all these words.")
            return
        offered = count(len(cells.told), "cell")
        is_all = len(cells.told) == cells.rows
        st.caption(
            offered if is_all else f"{count(cells.rows, 'row')}, the newest {offered} of them"
        )
        with st.container(height=280, border=False):
            chosen = st.radio(
                "Cells",
                list(cells.told),
                index=None,
                format_func=cells.told.__getitem__,
                key="find-cell-chosen",
                label_visibility="collapsed",
            )
        with st.container(horizontal=True):
            for label, parameter in (("Show it", CELL), ("Compare with it", OTHER)):
                st.button(
                    label,
                    key=f"find-cell-{parameter}",
                    type="primary" if parameter == CELL else "secondary",
                    disabled=chosen is None,
                    on_click=set_asked,
                    args=(parameter, chosen or ""),
                )


def _has(word: str) -> Filter:
    if word in ("light", "full"):
        return Flag("light") if word == "light" else Not(Flag("light"))
    return Any_(tuple(Compare(column, "~", word) for column in _LOOKED_IN))


def _told(row: Row) -> str:
    parts = [row.texts["name"], "light" if row.flags["light"] else "full"]
    for key in ("reward", "miou"):
        if key in row.means:
            parts.append(f"{COLUMNS[key].label} {cell_text(row, key)}")
            break
    parts.append(row.texts["search"] or row.texts["dataset"])
    return literal(" · ".join(filter(None, parts)))
