"""The mIoU of every frame along its sequence."""

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from core.frame_scores import FrameScore

_COLOURS = ("#0f8a7c", "#c7673b", "#5567b8", "#b8860b", "#8a4f8f", "#4f7d3a")


def frames_figure(frames: Sequence[FrameScore], *, mean: float | None) -> go.Figure:
    """The mIoU over the frames of the split, one line per sequence, the pooled mIoU dotted.

    Every point carries the frame's position as `customdata`.
    """
    figure = go.Figure()
    for number, (sequence, run) in enumerate(groupby(frames, key=lambda frame: frame.sequence)):
        line = list(run)
        colour = _COLOURS[number % len(_COLOURS)]
        figure.add_scatter(
            x=[frame.position for frame in line],
            y=[frame.miou for frame in line],
            customdata=[[frame.position] for frame in line],
            text=[_plain(f"{frame.name} of {sequence}") for frame in line],
            mode="lines+markers" if len(line) <= 400 else "lines",
            marker={"size": 6, "color": colour},
            line={"color": colour, "width": 1.6},
            hovertemplate="Frame %{x}, %{text}<br>mIoU %{y:.1f} %<extra></extra>",
        )
    if mean is not None:
        figure.add_hline(y=mean, line_dash="dot", line_color="gray", line_width=1)
    figure.update_layout(
        margin={"l": 4, "r": 4, "t": 8, "b": 4},
        height=190,
        showlegend=False,
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(title="Frame", fixedrange=True, showgrid=False)
    figure.update_yaxes(title="mIoU, %", fixedrange=True, rangemode="normal")
    return figure


def chosen_position(selection: object) -> int | None:
    """The position of the frame whose point was clicked."""
    if not isinstance(selection, dict):
        return None
    points = selection.get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return int(data[0]) if isinstance(data, list | tuple) and data else None


def _plain(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
