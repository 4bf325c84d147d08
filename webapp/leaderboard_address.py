"""What the Leaderboard shows, as its address says it: a link to it shows the same.

`/leaderboard?filter=light&sort=miou&page=3&setting=1f0c22aa&columns=name,miou&x=latency_p50
&y=miou&axes=miou,params&brush=miou:60..65&basket=ID,ID&archived=1&view=ID`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from core.board.brush import Brush
from core.board.columns import COLUMNS
from core.board.saved_view import PARTS
from core.board.sort import Sort
from core.records import is_id

ALL = "all"
"""The value of `setting` that means all of them; without a value one is chosen."""

MOST_IN_BASKET = 20


@dataclass(frozen=True)
class BoardAddress:
    """The parameters as they are written, those that cannot be read left blank.

    Attributes:
        filter_text: What somebody wrote; it may be no filter.
        sort_text: What it is sorted by; it may be no order; empty for the usual one.
        columns_text: The columns, with commas between; empty for the usual ones.
        setting: One setting, `ALL`, or empty for the usual one.
        page: The page, from 1.
        x: Metric on the plot's x axis; empty for the usual one.
        y: Metric on its y axis; the same.
        axes_text: Numbers that are drawn side by side, with commas between.
        brush_text: What is marked in the plots; it may be no brush.
        basket: Ids of rows.
        is_archive: Whether what is archived is shown, and nothing else.
        view_id: The saved view that was opened; it may have been changed or deleted since.
    """

    filter_text: str
    sort_text: str
    columns_text: str
    setting: str
    page: int
    x: str
    y: str
    axes_text: str
    brush_text: str
    basket: tuple[str, ...]
    is_archive: bool
    view_id: str

    @property
    def parts(self) -> dict[str, str]:
        """What a saved view keeps of it."""
        found = {
            "setting": self.setting,
            "filter": self.filter_text.strip(),
            "sort": self.sort_text,
            "columns": self.columns_text,
            "x": self.x,
            "y": self.y,
            "axes": self.axes_text,
            "brush": self.brush_text,
            "archived": "1" if self.is_archive else "",
        }
        return {part: text for part, text in found.items() if text}


def read_address() -> BoardAddress:
    """The address as it is now."""
    asked = st.query_params
    number = asked.get("page", "")
    ids = [part for part in asked.get("basket", "").split(",") if is_id(part)]
    return BoardAddress(
        filter_text=asked.get("filter", ""),
        sort_text=asked.get("sort", ""),
        columns_text=asked.get("columns", ""),
        setting=asked.get("setting", ""),
        page=max(1, int(number)) if number.isdecimal() and len(number) < 9 else 1,
        x=_metric(asked.get("x", "")),
        y=_metric(asked.get("y", "")),
        axes_text=asked.get("axes", ""),
        brush_text=asked.get("brush", ""),
        basket=tuple(dict.fromkeys(ids))[:MOST_IN_BASKET],
        is_archive=asked.get("archived", "") == "1",
        view_id=asked.get("view", ""),
    )


def set_address(**values: str) -> None:
    """Writes parameters into the address; an empty value takes one out."""
    for key, value in values.items():
        if value:
            st.query_params[key] = value
        else:
            st.query_params.pop(key, None)


def set_basket(ids: tuple[str, ...]) -> None:
    """Writes the basket into the address."""
    set_address(basket=",".join(dict.fromkeys(ids)))


def set_brush(brush: Brush) -> None:
    """Writes what is marked into the address; the first page of it is shown."""
    set_address(brush=str(brush), page="")


def open_view(parts: Mapping[str, str], view_id: str) -> None:
    """Writes a saved view into the address, in the place of what is shown; the basket stays."""
    set_address(**{part: parts.get(part, "") for part in PARTS}, page="", view=view_id)


def file_link(
    suffix: str, *, filter_text: str, sort: Sort, columns: Sequence[str], is_archive: bool
) -> str:
    """Where all rows that match come as a file."""
    asked = {
        "filter": filter_text,
        "sort": str(sort),
        "columns": ",".join(columns),
        "archived": "true" if is_archive else "false",
    }
    return f"/api/v1/leaderboard/rows.{suffix}?{urlencode(asked)}"


def _metric(text: str) -> str:
    column = COLUMNS.get(text)
    return text if column is not None and column.kind == "number" else ""
