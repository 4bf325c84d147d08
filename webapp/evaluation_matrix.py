"""The confusion matrix as a picture whose cells can be chosen."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from webapp.chart import lay_out, number_font, plain, unique

MOST_CLASSES = 40
"""Classes drawn at most: those with the most pixels."""

_NUMBERED = 14  # classes up to which cells carry their number
_RIGHT = [[0.0, "rgba(15,138,124,0.04)"], [1.0, "rgba(15,138,124,0.95)"]]
_WRONG = [[0.0, "rgba(214,84,48,0.0)"], [1.0, "rgba(214,84,48,1.0)"]]
_CHOSEN = {"width": 3, "color": "#e0a100"}
_WRONG_FULL = 0.3  # a mistake of this share of its class has the full colour


def drawn_classes(confusion: Sequence[Sequence[int]]) -> list[int]:
    """The classes that are drawn, in the order of their ids."""
    by_pixels = sorted(range(len(confusion)), key=lambda number: -sum(confusion[number]))
    return sorted(by_pixels[:MOST_CLASSES])


def matrix_figure(
    confusion: Sequence[Sequence[int]],
    names: Sequence[str],
    *,
    chosen: tuple[int, int] | None = None,
) -> go.Figure:
    """The matrix, rows = truth, each row in shares of itself; pixels are told on hover.

    What is right and what is wrong have scales of their own, or mistakes would not be seen.
    Every cell carries an invisible point with `customdata` (truth, predicted): cells of a heat
    map cannot be chosen, points can.
    """
    drawn = drawn_classes(confusion)
    shares = [[_share(confusion, t, p) for p in drawn] for t in drawn]
    labels = unique([names[number] for number in drawn])
    figure = go.Figure()
    for is_right, scale, full in ((True, _RIGHT, 1.0), (False, _WRONG, _WRONG_FULL)):
        figure.add_heatmap(
            z=[
                [share if (row == column) is is_right else None for column, share in enumerate(r)]
                for row, r in enumerate(shares)
            ],
            x=labels,
            y=labels,
            zmin=0.0,
            zmax=full,
            colorscale=scale,
            showscale=False,
            hoverinfo="skip",
            xgap=1,
            ygap=1,
        )
    figure.add_scatter(**_points(confusion, names, drawn, labels))
    if len(drawn) <= _NUMBERED:
        figure.update_layout(annotations=_numbers(shares))
    lay_out_matrix(figure, classes=len(drawn))
    figure.update_layout(showlegend=False)
    if chosen is not None and {*chosen} <= {*drawn}:
        row, column = drawn.index(chosen[0]), drawn.index(chosen[1])
        figure.add_shape(x0=column - 0.5, x1=column + 0.5, y0=row - 0.5, y1=row + 0.5, line=_CHOSEN)
    return figure


def lay_out_matrix(figure: go.Figure, *, classes: int) -> None:
    """The look of a square of classes, true ones downwards and predicted ones across."""
    height = max(320, min(720, 90 + 36 * classes))
    lay_out(figure, height=height, across="Predicted", up="Truth")
    last = classes - 0.5
    figure.update_xaxes(range=[-0.5, last], tickangle=-40)
    figure.update_yaxes(range=[last, -0.5], ticksuffix=" ")
    for update in (figure.update_xaxes, figure.update_yaxes):
        update(showgrid=False, type="category", ticks="")


def chosen_cell(selection: Any) -> tuple[int, int] | None:
    """The (truth, predicted) of the cell that was clicked, out of what the chart reports."""
    points = (selection or {}).get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    if not isinstance(data, list | tuple) or len(data) < 2:
        return None
    return int(data[0]), int(data[1])


def _points(
    confusion: Sequence[Sequence[int]], names: Sequence[str], drawn: list[int], labels: list[str]
) -> dict[str, Any]:
    cells = [(row, column) for row in range(len(drawn)) for column in range(len(drawn))]
    invisible = {"marker": {"opacity": 0.0}}
    return {
        "x": [labels[column] for _, column in cells],
        "y": [labels[row] for row, _ in cells],
        "customdata": [[drawn[row], drawn[column]] for row, column in cells],
        "text": [_told(confusion, names, drawn[row], drawn[column]) for row, column in cells],
        "mode": "markers",
        "marker": {"symbol": "square", "size": 26, "opacity": 0.0},
        "selected": invisible,
        "unselected": invisible,
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(confusion: Sequence[Sequence[int]], names: Sequence[str], t: int, p: int) -> str:
    share = 100 * _share(confusion, t, p)
    what = "labelled right" if t == p else f"taken for {plain(names[p])}"
    return f"<b>{plain(names[t])}</b> {what}<br>{confusion[t][p]:,} pixels, {share:.2f} % of it"


def _numbers(shares: list[list[float]]) -> list[dict[str, Any]]:
    """Percent in the cells."""
    return [
        {
            "x": column,
            "y": row,
            "text": f"{100 * share:.0f}",
            "showarrow": False,
            "font": number_font(is_full=_is_full(share, row == column)),
        }
        for row, line in enumerate(shares)
        for column, share in enumerate(line)
        if share >= 0.005
    ]


def _is_full(share: float, is_right: bool) -> bool:
    return share > (0.5 if is_right else 0.5 * _WRONG_FULL)


def _share(confusion: Sequence[Sequence[int]], truth: int, predicted: int) -> float:
    total = sum(confusion[truth])
    return confusion[truth][predicted] / total if total else 0.0
