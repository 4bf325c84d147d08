"""Where in an evaluation somebody is, as the address says it: all scores, or one frame.

`/evaluate?evaluation=ID&frame=12&mistake=5-1&order=wrong`: the frame's number in the split, the
(truth, predicted) class ids whose pixels are marked, and how the frames are lined up.
"""

import re

import streamlit as st

from webapp.evaluation_details import FRAME_ORDERS, FrameOrder

Cell = tuple[int, int]
"""(truth, predicted) class ids."""

_CELL = re.compile(r"(\d{1,3})-(\d{1,3})")


def asked_evaluation() -> str:
    """The id in the address, as it is written there; empty for none."""
    return st.query_params.get("evaluation", "")


def asked_frame() -> int | None:
    """The number of the frame in the address."""
    text = st.query_params.get("frame", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def asked_mistake(classes: int) -> Cell | None:
    """The cell of the confusion matrix in the address, where it is one of `classes` classes."""
    cell = read_cell(st.query_params.get("mistake", ""))
    return cell if cell is not None and max(cell) < classes else None


def cell_text(cell: Cell) -> str:
    """The form of a cell that `read_cell` reads: `5-1`."""
    return f"{cell[0]}-{cell[1]}"


def read_cell(text: str) -> Cell | None:
    """The cell that `cell_text` wrote; None where the text is none."""
    found = _CELL.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[2]))


def asked_order() -> FrameOrder:
    """How frames shall be lined up."""
    text = st.query_params.get("order", "")
    return next((order for order in FRAME_ORDERS if order == text), "miou")


def set_frame(position: int | None) -> None:
    """Notes the frame that is looked at; None for none."""
    _set("frame", None if position is None else str(position))


def set_mistake(cell: Cell | None) -> None:
    """Notes the cell whose pixels are marked; None for none."""
    _set("mistake", None if cell is None else cell_text(cell))


def set_order(order: FrameOrder) -> None:
    """Notes how frames are lined up."""
    _set("order", None if order == "miou" else order)


def _set(key: str, value: str | None) -> None:
    if value is not None:
        st.query_params[key] = value
    elif key in st.query_params:
        del st.query_params[key]
