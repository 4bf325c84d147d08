"""The course of a training as a picture: loss over steps, raw and smoothed, and learning rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import plotly.graph_objects as go

from webapp.chart import GREY, ORANGE, TEAL, lay_out

_RATE_TICKS = {"nticks": 4, "tickformat": "~g", "rangemode": "tozero"}
_SMOOTHING = 0.85  # share of the smoothed value that stays from point to point


@dataclass(frozen=True)
class TrainingCurve:
    """Points of a training, at most a few hundred.

    Attributes:
        steps: The last step of each stretch.
        loss: Mean loss of each stretch.
        learning_rate: Learning rate at each point.
    """

    steps: tuple[int, ...]
    loss: tuple[float, ...]
    learning_rate: tuple[float, ...]

    @classmethod
    def of(cls, detail: Mapping[str, Any]) -> Self | None:
        """The curve in a job's progress; None where there is none yet."""
        found = detail.get("curve") or {}
        steps, loss = found.get("steps") or [], found.get("loss") or []
        rates = found.get("learning_rate") or []
        if not steps or len(steps) != len(loss):
            return None
        rates = rates if len(rates) == len(steps) else ()
        return cls(tuple(map(int, steps)), tuple(map(float, loss)), tuple(map(float, rates)))


def smoothed(values: Sequence[float]) -> list[float]:
    """An exponential mean that does not lean on its first value."""
    found: list[float] = []
    mean = weight = 0.0
    for value in values:
        mean = _SMOOTHING * mean + (1 - _SMOOTHING) * value
        weight = _SMOOTHING * weight + (1 - _SMOOTHING)
        found.append(mean / weight)
    return found


def curve_figure(
    curve: TrainingCurve, *, total: int, with_learning_rate: bool = False
) -> go.Figure:
    """Loss over steps, up to all `total` of them; the learning rate on an axis of its own."""
    figure = go.Figure()
    figure.add_scatter(
        x=curve.steps,
        y=curve.loss,
        name="loss",
        mode="lines",
        line={"color": GREY, "width": 1},
        hovertemplate="step %{x:,}: %{y:.4f}<extra>loss</extra>",
    )
    figure.add_scatter(
        x=curve.steps,
        y=smoothed(curve.loss),
        name="smoothed",
        mode="lines",
        line={"color": TEAL, "width": 2.4},
        hovertemplate="step %{x:,}: %{y:.4f}<extra>smoothed</extra>",
    )
    if with_learning_rate and curve.learning_rate:
        figure.add_scatter(
            x=curve.steps,
            y=curve.learning_rate,
            name="learning rate",
            mode="lines",
            line={"color": ORANGE, "width": 1.4, "dash": "dot"},
            yaxis="y2",
            hovertemplate="step %{x:,}: %{y:.2e}<extra>learning rate</extra>",
        )
        figure.update_layout(
            yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "tickmode": "auto"}
            | _RATE_TICKS
        )
    lay_out(figure, height=240, across="Step", hovermode="x unified")
    figure.update_layout(uirevision="curve", yaxis_title_text="Loss")
    figure.update_xaxes(range=[0, max(total, curve.steps[-1])])
    return figure
