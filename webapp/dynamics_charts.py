"""The pictures of a model's behaviour over time: distance, lag, cuts, drift."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from webapp.chart import BLUE, GREY, ORANGE, TEAL, count_by_ones, lay_out

_HEIGHT = 270
_UNKEYED = "Frames without a key frame"
_VIDEOS = (
    ("still", "a still image", TEAL, "solid"),
    ("clip", "the clip, back and forth", BLUE, "solid"),
    ("noise", "noise", ORANGE, "dot"),
)


def distance_figure(distance: Mapping[str, Any], *, key_interval: int) -> go.Figure:
    """MIoU over the distance to the last key frame, beside the static network and the copy."""
    figure = go.Figure()
    for key, name, colour, dash, width in (
        ("copy", "copy of the key frame", ORANGE, "dot", 1.6),
        ("static", "static network", GREY, "dash", 1.6),
        ("miou", "this model", TEAL, "solid", 2.6),
    ):
        _line(
            figure, distance["d"], distance[key], name=name, colour=colour, dash=dash, width=width
        )
    if key_interval > 1:
        figure.add_vrect(
            x0=-0.3,
            x1=key_interval - 0.7,
            fillcolor=TEAL,
            opacity=0.09,
            line_width=0,
            layer="below",
        )
    across, last = "Frames since the last key frame", distance["d"][-1]
    _lay_out(figure, across=across)
    figure.update_xaxes(range=[-0.5, last])
    count_by_ones(figure, last)
    return figure


def lag_figure(lag: Mapping[str, Any]) -> go.Figure:
    """The mIoU with the truth of k frames earlier, over k; the best one stands out."""
    figure = go.Figure()
    is_best = [k == lag["lag"] for k in lag["k"]]
    figure.add_scatter(
        x=lag["k"],
        y=lag["miou"],
        mode="lines+markers",
        line={"color": GREY, "width": 1.6},
        marker={
            "color": [TEAL if best else GREY for best in is_best],
            "size": [13 if best else 7 for best in is_best],
        },
        hovertemplate="truth of %{x} frames earlier: %{y:.2f} %<extra></extra>",
    )
    lay_out(figure, height=_HEIGHT, across="Truth of so many frames earlier", up="mIoU, %")
    figure.update_layout(showlegend=False)
    figure.update_xaxes(dtick=1)
    return figure


def recovery_figure(recovery: Mapping[str, Any]) -> go.Figure:
    """MIoU behind spliced cuts, with and without their detection, beside the static network."""
    figure = go.Figure()
    blind, used = recovery["without_detection"], recovery["with_detection"]
    for curve, key, name, colour, dash, width in (
        (used, "static", "static network", GREY, "dash", 1.6),
        (blind, "miou", "cuts not looked for", ORANGE, "dot", 2.0),
        (used, "miou", "this model, as used", TEAL, "solid", 2.6),
    ):
        _line(
            figure, curve["offsets"], curve[key], name=name, colour=colour, dash=dash, width=width
        )
    _lay_out(figure, across="Frames since the cut")
    count_by_ones(figure, used["offsets"][-1])
    return figure


def strength_figure(drift: Mapping[str, Any]) -> go.Figure:
    """The state's strength along long videos, as a multiple of that at the early frame."""
    figure = go.Figure()
    for video, name, colour, dash in _VIDEOS:
        rms = drift[video]["rms"]
        frames = [drift["early"] + drift["every"] * n for n in range(len(rms))]
        _line(figure, frames, rms, name=name, colour=colour, dash=dash, width=2.0, unit="")
    for factor in (0.5, 2.0):
        figure.add_hline(y=factor, line_dash="dot", line_color=GREY, line_width=1)
    _lay_out(figure, across=_UNKEYED, up=f"Strength / that of frame {drift['early']}")
    shares = [share for video, *_ in _VIDEOS for share in drift[video]["rms"] if share > 0]
    wide = shares and (max(shares) > 20 or min(shares) < 0.05)
    if wide:
        figure.update_yaxes(type="log", exponentformat="power")
    else:
        figure.update_yaxes(range=[0, max(2.2, *shares, 0) * 1.05])
    return figure


def clip_figure(drift: Mapping[str, Any]) -> go.Figure:
    """MIoU along the clip that is played back and forth without key frames."""
    figure = go.Figure()
    for key, name, colour, dash in (
        ("static", "static network", GREY, "dash"),
        ("miou", "this model, no key frames", TEAL, "solid"),
    ):
        _line(
            figure,
            drift["window_ends"],
            drift[key],
            name=name,
            colour=colour,
            dash=dash,
            width=2.2,
        )
    _lay_out(figure, across=_UNKEYED)
    figure.update_yaxes(rangemode="tozero")
    return figure


def _line(
    figure: go.Figure,
    x: Sequence[float],
    y: Sequence[float | None],
    *,
    name: str,
    colour: str,
    dash: str,
    width: float,
    unit: str = " %",
) -> None:
    figure.add_scatter(
        x=list(x),
        y=list(y),
        name=name,
        mode="lines" if len(y) > 1 else "markers",
        line={"color": colour, "width": width, "dash": dash},
        hovertemplate="%{y:.4~g}" + unit,
    )


def _lay_out(figure: go.Figure, *, across: str, up: str = "mIoU, %") -> None:
    lay_out(figure, height=_HEIGHT, across=across, up=up, hovermode="x unified")
    figure.update_layout(showlegend=True)
