"""Two numbers of every row against each other, with error bars; what is surely beaten is dimmed."""

from collections.abc import Collection, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.board.brush import Brush, Range, rounded
from core.board.columns import COLUMNS, METRICS, possible_columns
from core.board.dominance import Point, points
from core.store.board_drawn import Drawn
from webapp.chart import DIM, ORANGE, TEAL, lay_out, plain, render_chart
from webapp.leaderboard_address import set_address, set_brush
from webapp.leaderboard_data import BoardView
from webapp.leaderboard_words import cell_text, heading

_MARK = "rgba(199,103,59,0.14)"
_BARS_UP_TO = 200  # points; with more the bars hide everything
_NUMBERS = [column.key for column in METRICS]


def render_plot(view: BoardView, drawn: Drawn) -> None:
    """The scatter of the rows that match, and the choice of its axes; a box in it marks rows."""
    left, right = st.columns(2)
    with left:
        _axis(view, "x", "Across", view.x)
    with right:
        _axis(view, "y", "Up", view.y)
    x, y = view.x, view.y
    found = points([*drawn.rows, *drawn.others], x, y)
    if not found:
        st.caption("No row that matches has both numbers.")
        return
    others = frozenset(row.id for row in drawn.others)
    event = render_chart(
        plot_figure(
            found,
            x,
            y,
            is_one_setting=view.setting is not None,
            others=others,
            chosen=frozenset(view.address.basket),
            brush=view.brush,
        ),
        key=f"board-plot-{x}-{y}-{view.brush}",  # what was drawn by hand is in the address now
        selects="box",
        alt="Rows as points in the plane of two metrics, with 95% intervals",
    )
    _take_box(view, found, event)
    st.caption(_caption([each for each in found if each.row.id not in others], view, drawn))


def plot_figure(
    found: Sequence[Point],
    x: str,
    y: str,
    *,
    is_one_setting: bool,
    others: Collection[str] = (),
    chosen: Collection[str] = (),
    brush: Brush = Brush(),  # noqa: B008  (it is frozen)
) -> go.Figure:
    """The scatter: rows, rows that are surely beaten, and the front of the means.

    Args:
        found: The points.
        x: Metric on the x axis.
        y: Metric on the y axis.
        is_one_setting: Whether the rows can be compared; there is no front otherwise.
        others: Ids of rows outside of what is marked.
        chosen: Ids of rows in the basket.
        brush: What is marked.
    """
    figure = go.Figure()
    marked = [p for p in found if p.row.id not in others]
    for name, some, colour in (
        ("not marked", [p for p in found if p.row.id in others], DIM),
        ("beaten beyond doubt", [p for p in marked if p.is_dominated], DIM),
        ("not beaten beyond doubt", [p for p in marked if not p.is_dominated], TEAL),
    ):
        if some:
            figure.add_scatter(**_trace(some, x, y, name=name, colour=colour))
    for trace in figure.data:
        if trace.name == "not marked":
            trace.marker.symbol, trace.marker.size = "circle-open", 6
    basket = [p for p in found if p.row.id in chosen]
    if basket:
        figure.add_scatter(
            x=[p.x for p in basket],
            y=[p.y for p in basket],
            mode="markers",
            name="in the basket",
            marker={"symbol": "circle-open", "size": 14, "color": ORANGE, "line": {"width": 2}},
            hoverinfo="skip",
        )
    front = sorted((p for p in found if p.is_front), key=lambda p: p.x)
    if is_one_setting and len(front) > 1:
        figure.add_scatter(
            x=[p.x for p in front],
            y=[p.y for p in front],
            mode="lines",
            name="front of the means",
            line={"color": ORANGE, "width": 1.5, "dash": "dot", "shape": _step(x)},
            hoverinfo="skip",
        )
    _add_mark(figure, brush.of(x), brush.of(y))
    lay_out(figure, height=420, across=heading(x), up=heading(y), is_fixed=False)
    figure.update_xaxes(**_ticks(x, [p.x for p in found]))
    figure.update_yaxes(**_ticks(y, [p.y for p in found]))
    return figure


def _step(x: str) -> str:
    """How the front goes from row to row: as good as the best row that is no worse across."""
    return {"lower": "hv", "higher": "vh"}.get(COLUMNS[x].better or "", "linear")


def _ticks(key: str, values: Sequence[float]) -> dict[str, Any]:
    """Large numbers as the table has them, `1.14 G`; one value alone in the middle of its axis."""
    ticks: dict[str, Any] = {"tickformat": ".4~s"} if COLUMNS[key].digits == 0 else {}
    low, high = min(values), max(values)
    if low == high:
        ticks["range"] = [low - abs(low) / 20 - 0.5, low + abs(low) / 20 + 0.5]
    return ticks


def _take_box(view: BoardView, found: Sequence[Point], event: Any) -> None:
    """Writes a newly drawn box into the address as ranges of both numbers."""
    boxes = event["selection"]["box"] if event else []
    if not boxes:
        return
    x, y, box = view.x, view.y, boxes[-1]
    ranges = [
        rounded(key, min(box[axis]), max(box[axis]), scale=(min(values), max(values)))
        for key, axis, values in (
            (x, "x", [p.x for p in found]),
            (y, "y", [p.y for p in found]),
        )
    ]
    brush = view.brush.marked(*ranges)
    if brush != view.brush:
        set_brush(brush)
        st.rerun()


def _add_mark(figure: go.Figure, across: Range | None, up: Range | None) -> None:
    """Shows what is marked; an open end goes to the edge."""
    if across is None and up is None:
        return
    axes: dict[str, Any] = {}
    for name, found, first in (("x", across, "x"), ("y", up, "y")):
        low, high = (found.low, found.high) if found is not None else (None, None)
        if found is None or (low is None and high is None):
            axes |= {f"{name}ref": "paper", f"{name}0": 0, f"{name}1": 1}
            continue
        values = [value for trace in figure.data for value in trace[first]]
        span = (max(values) - min(values)) or 1.0
        axes |= {
            f"{name}0": min(values) - 0.04 * span if low is None else low,
            f"{name}1": max(values) + 0.04 * span if high is None else high,
        }
    line = {"color": ORANGE, "width": 1, "dash": "dot"}
    figure.add_shape(type="rect", layer="below", fillcolor=_MARK, line=line, **axes)


def _axis(view: BoardView, parameter: str, label: str, value: str) -> None:
    key = f"board-{parameter}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value

    def take() -> None:
        set_address(**{parameter: st.session_state[key]})

    possible = possible_columns(trials=view.trials)
    st.selectbox(
        label,
        [each for each in _NUMBERS if each in possible or each == value],
        key=key,
        format_func=lambda each: COLUMNS[each].label,
        on_change=take,
    )


def _trace(chosen: Sequence[Point], x: str, y: str, *, name: str, colour: str) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "x": [p.x for p in chosen],
        "y": [p.y for p in chosen],
        "mode": "markers",
        "name": name,
        "marker": {"color": colour, "size": 8},
        "text": [_hover(p, x, y) for p in chosen],
        "hovertemplate": "%{text}<extra></extra>",
    }
    if len(chosen) <= _BARS_UP_TO:
        trace["error_x"] = _bars([(p.x, p.x_interval) for p in chosen], colour)
        trace["error_y"] = _bars([(p.y, p.y_interval) for p in chosen], colour)
    return trace


def _bars(ends: Sequence[tuple[float, tuple[float, float] | None]], colour: str) -> dict[str, Any]:
    half = [0.0 if found is None else found[1] - mean for mean, found in ends]
    return {"type": "data", "array": half, "color": colour, "thickness": 1, "width": 2}


def _hover(point: Point, x: str, y: str) -> str:
    name = plain(point.row.texts["name"])
    seeds = f"{point.row.counts['seeds']:.0f} seed(s)"
    shown = [f"{COLUMNS[key].label} {cell_text(point.row, key)}" for key in (x, y)]
    return "<br>".join([name, *shown, seeds])


def _caption(found: Sequence[Point], view: BoardView, drawn: Drawn) -> str:
    beaten = sum(point.is_dominated for point in found)
    text = (
        f"{len(found):,} rows have both numbers. {beaten:,} are dimmed: another row of the same "
        "setting is better in both, with both 95% intervals apart and at least 3 seeds each. "
        "Draw a box to mark rows."
    )
    if view.total > len(drawn.rows):
        text += f" Of {view.total:,} rows the first {len(drawn.rows):,} in this order are drawn."
    if len(found) > _BARS_UP_TO:
        text += f" Bars are drawn for up to {_BARS_UP_TO} points of a kind: mark fewer to see them."
    return text
