"""The mIoU of every frame along its sequence."""

from collections.abc import Sequence
from itertools import groupby

import plotly.graph_objects as go

from core.frame_scores import FrameScore
from webapp.chart import GREY, SERIES, lay_out, plain

_FEW = 12  # frames up to which each has its tick


def frames_figure(frames: Sequence[FrameScore], *, mean: float | None) -> go.Figure:
    """The mIoU over the frames of the split, one line per sequence, the pooled mIoU dotted.

    Every point carries the frame's position as `customdata`.
    """
    figure = go.Figure()
    for number, (sequence, run) in enumerate(groupby(frames, key=lambda frame: frame.sequence)):
        line = list(run)
        colour = SERIES[number % len(SERIES)]
        figure.add_scatter(
            x=[frame.position for frame in line],
            y=[frame.miou for frame in line],
            customdata=[[frame.position] for frame in line],
            text=[plain(f"{frame.name} of {sequence}") for frame in line],
            mode="lines+markers" if len(line) <= 400 else "lines",
            marker={"size": 6, "color": colour},
            line={"color": colour, "width": 1.6},
            hovertemplate="Frame %{x}, %{text}<br>mIoU %{y:.1f} %<extra></extra>",
        )
    if mean is not None:
        figure.add_hline(y=mean, line_dash="dot", line_color=GREY, line_width=1)
    lay_out(figure, height=190, across="Frame", up="mIoU, %")
    figure.update_layout(showlegend=False)
    if len(frames) <= _FEW:
        figure.update_xaxes(dtick=1)
    return figure


def chosen_position(selection: object) -> int | None:
    """The position of the frame whose point was clicked."""
    if not isinstance(selection, dict):
        return None
    points = selection.get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return int(data[0]) if isinstance(data, list | tuple) and data else None
