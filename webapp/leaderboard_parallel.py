"""Several numbers of every row side by side; a range of each can be marked."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.board.brush import Brush, Range, rounded
from core.board.columns import COLUMNS, METRICS, possible_columns
from core.board.document import cell
from core.board.row import Row
from core.store.board_drawn import Drawn
from webapp.components.parallel import LineLook, ParallelAxis, ParallelLine, parallel
from webapp.leaderboard_address import set_address, set_brush
from webapp.leaderboard_data import BoardView
from webapp.leaderboard_words import heading

DEFAULT_AXES = (
    "miou",
    "reward",
    "stability",
    "aba_flicker_ratio",
    "latency_p50",
    "macs_steady",
    "params",
)
"""What is drawn unless somebody chooses; those that no row has are left out."""

MOST_AXES = 12

_NUMBERS = [column.key for column in METRICS] + ["nodes", "seeds"]


def render_parallel(view: BoardView, drawn: Drawn) -> None:
    """The plot and the choice of its axes."""
    rows = [*drawn.rows, *drawn.others]
    asked = _asked(view.address.axes_text)
    possible = possible_columns(trials=view.trials)
    shown = asked or [key for key in DEFAULT_AXES if key in possible and _values(rows, key)]
    _render_choice(shown, possible)
    axes = [axis for key in shown if (axis := parallel_axis(rows, key, view.brush)) is not None]
    if len(axes) < 2:
        st.caption("Fewer than two of these numbers are known of the rows that match.")
        return
    marked = parallel(
        "board-parallel",
        axes=axes,
        lines=parallel_lines(drawn, [axis["key"] for axis in axes], view.address.basket),
        label="Rows as lines over several metrics",
    )
    _take_mark(view, axes, marked)
    st.caption(_caption(view, drawn))


def parallel_axis(rows: Sequence[Row], key: str, brush: Brush) -> ParallelAxis | None:
    """The axis of a number over all rows; None where no row has it."""
    values = _values(rows, key)
    if not values:
        return None
    column, marked = COLUMNS[key], brush.of(key)
    return {
        "key": key,
        "label": heading(key),
        "low": min(values),
        "high": max(values),
        "falls": column.better == "lower",
        "digits": column.digits,
        "marked": None if marked is None else [marked.low, marked.high],
    }


def parallel_lines(
    drawn: Drawn, keys: Sequence[str], basket: Collection[str]
) -> list[ParallelLine]:
    """A line per row with a value on any of the axes."""
    others = [_line(row, keys, "others") for row in drawn.others]
    rows = [_line(row, keys, "chosen" if row.id in basket else "plain") for row in drawn.rows]
    return [each for each in (*others, *rows) if any(value is not None for value in each["values"])]


def _line(row: Row, keys: Sequence[str], look: LineLook) -> ParallelLine:
    return {"name": row.texts["name"], "look": look, "values": [_value(row, key) for key in keys]}


def _asked(text: str) -> list[str]:
    keys = (key.strip().lower() for key in text.split(","))
    return [key for key in dict.fromkeys(keys) if key in _NUMBERS][:MOST_AXES]


def _values(rows: Sequence[Row], key: str) -> list[float]:
    found = (_value(row, key) for row in rows)
    return [value for value in found if value is not None]


def _value(row: Row, key: str) -> float | None:
    value = cell(row, key)
    return float(value) if isinstance(value, int | float) else None


def _render_choice(shown: list[str], possible: Collection[str]) -> None:
    if st.session_state.get("board-axes") != shown:
        st.session_state["board-axes"] = shown
    st.multiselect(
        "Numbers side by side",
        [key for key in _NUMBERS if key in possible or key in shown],
        key="board-axes",
        max_selections=MOST_AXES,
        format_func=lambda key: COLUMNS[key].label,
        on_change=lambda: set_address(axes=",".join(st.session_state["board-axes"])),
    )


def _take_mark(
    view: BoardView,
    axes: Sequence[ParallelAxis],
    marked: tuple[str, float | None, float | None] | None,
) -> None:
    """Writes a newly marked range into the address, or takes one out of it."""
    if marked is None:
        return
    key, low, high = marked
    if low is None or high is None:
        brush = view.brush.without(key)
    else:
        (scale,) = ((axis["low"], axis["high"]) for axis in axes if axis["key"] == key)
        found = rounded(key, low, high, scale=scale)
        # A range over the whole axis leaves out rows without the number only: that is a mark, too.
        brush = view.brush.marked(found if found.comparisons else Range(key, scale[0], None))
    if brush != view.brush:
        set_brush(brush)
        st.rerun()


def _caption(view: BoardView, drawn: Drawn) -> str:
    text = (
        "Drag along an axis to mark a range of it, click an axis to take its mark away. The better "
        "values stand above; a gap is a missing number."
    )
    if view.total > len(drawn.rows):
        text += f" Of {view.total:,} rows the first {len(drawn.rows):,} in this order are drawn."
    return text
