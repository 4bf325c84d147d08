"""The pictures of a search: incumbents, rewards, choices over time, entropy, cost."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.search_records import Trial
from core.search_summary import StageCost
from webapp.chart import BLUE, GOLD, GREY, ORANGE, RED, TEAL, count_by_ones
from webapp.search_chart_looks import lay_out_search, told, wide_range
from webapp.search_numbers import (
    FATES,
    Fate,
    Frequencies,
    best_so_far,
    fate,
)
from webapp.search_words import (
    STAGES,
)

_FEW = 3  # points that are drawn beside their line

_LOOKS: dict[Fate, dict[str, Any]] = {
    "done": {"color": TEAL, "symbol": "circle", "size": 8},
    "stopped": {"color": GOLD, "symbol": "triangle-down", "size": 8},
    "shared": {"color": BLUE, "symbol": "circle-open", "size": 8, "line": {"width": 1.5}},
    "failed": {"color": RED, "symbol": "x", "size": 8},
}
_FATE_NAMES: dict[Fate, str] = {
    "done": "trained to the end",
    "stopped": "stopped early",
    "shared": "shares an equal cell's result",
    "failed": "failed",
}


def incumbent_figure(trials: Sequence[Trial], twin: Sequence[Trial], *, ordered: int) -> go.Figure:
    """The best reward so far over the trial number, of a search and of its twin."""
    figure = go.Figure()
    shown: list[float] = []
    for name, found, colour, dash in (
        ("random twin", twin, ORANGE, "dot"),
        ("this search", trials, TEAL, "solid"),
    ):
        numbers, best = best_so_far(found)
        if not numbers:
            continue
        shown += [100 * reward for reward in best]
        figure.add_scatter(
            x=numbers,
            y=[100 * reward for reward in best],
            name=name,
            mode="lines" if len(numbers) > _FEW else "lines+markers",
            line={"color": colour, "width": 2.4, "shape": "hv", "dash": dash},
            hovertemplate="%{y:.2f} %",
        )
    lay_out_search(figure, height=270, across="Trial", up="Best reward so far, %", unified=True)
    figure.update_yaxes(range=wide_range(shown))
    figure.update_xaxes(range=[-0.5, ordered - 0.5])
    count_by_ones(figure, ordered)
    return figure


def reward_figure(
    trials: Sequence[Trial], twin: Sequence[Trial], *, ordered: int, chosen: int | None
) -> go.Figure:
    """Rewards over trial numbers, each with how its trial ended; failures lie on the lower edge.

    Every point of the search carries its number as `customdata`; those of the twin carry none.
    """
    figure = go.Figure()
    low, high = wide_range([100 * t.reward for t in (*trials, *twin) if t.reward is not None])
    floor = low + 0.03 * (high - low)
    shown = [trial for trial in twin if trial.reward is not None]
    if shown:
        figure.add_scatter(
            x=[trial.number for trial in shown],
            y=[100 * (trial.reward or 0.0) for trial in shown],
            name="random twin",
            mode="markers",
            marker={"color": GREY, "size": 5},
            hoverinfo="skip",
        )
    for kind in FATES:
        found = [trial for trial in trials if fate(trial) == kind]
        if not found:
            continue
        figure.add_scatter(
            x=[trial.number for trial in found],
            y=[floor if trial.reward is None else 100 * trial.reward for trial in found],
            customdata=[[trial.number] for trial in found],
            text=[told(trial) for trial in found],
            name=_FATE_NAMES[kind],
            mode="markers",
            marker=_LOOKS[kind],
            hovertemplate="%{text}<extra></extra>",
        )
    if chosen is not None:
        figure.add_vline(x=chosen, line_width=1, line_dash="dot", line_color=GREY)
    lay_out_search(figure, height=270, across="Trial", up="Reward, %")
    figure.update_yaxes(range=[low, high])
    figure.update_xaxes(range=[-0.8, ordered - 0.2])
    count_by_ones(figure, ordered)
    return figure


def frequency_figure(found: Frequencies) -> go.Figure:
    """How often each word was chosen, window after window, and among the best cells."""
    highest = max((share for row in found.shares for share in row), default=1.0)
    figure = go.Figure(
        go.Heatmap(
            x=list(found.windows),
            y=list(found.words),
            z=[list(row) for row in found.shares],
            zmin=0,
            zmax=max(1.0, highest),
            colorscale=[[0, "rgba(15,138,124,0.03)"], [1, "rgba(15,138,124,0.95)"]],
            showscale=False,
            texttemplate="%{z:.0f}",
            xgap=2,
            ygap=2,
            hovertemplate="%{y}: %{z:.1f} % in %{x}<extra></extra>",
        )
    )
    lay_out_search(figure, height=70 + 26 * len(found.words))
    figure.update_yaxes(autorange="reversed", showgrid=False)
    figure.update_xaxes(type="category", tickangle=0)
    return figure


def entropy_figure(entropies: Sequence[float]) -> go.Figure:
    """The controller's mean entropy per choice over its updates."""
    figure = go.Figure()
    figure.add_scatter(
        x=list(range(1, len(entropies) + 1)),
        y=list(entropies),
        mode="lines+markers",
        line={"color": TEAL, "width": 2},
        marker={"size": 5},
        hovertemplate="update %{x}: %{y:.3f} nats<extra></extra>",
    )
    lay_out_search(figure, height=220, across="Update of the controller", up="Nats per choice")
    updates = len(entropies)
    figure.update_xaxes(range=[0.5, updates + 0.5])
    count_by_ones(figure, updates)
    figure.update_yaxes(rangemode="tozero")
    return figure


def cost_figure(costs: Sequence[StageCost]) -> go.Figure:
    """Seconds of work per stage, one bar each, the largest on top."""
    figure = go.Figure()
    rising = sorted(costs, key=lambda cost: cost.seconds)
    for is_gpu, colour, name in ((False, TEAL, "processor"), (True, ORANGE, "GPU")):
        found = [cost for cost in rising if cost.is_gpu is is_gpu]
        if found:
            figure.add_bar(
                y=[STAGES.get(cost.stage, cost.stage) for cost in found],
                x=[cost.seconds / 60 for cost in found],
                orientation="h",
                name=name,
                marker_color=colour,
                hovertemplate="%{y}: %{x:.1f} min<extra></extra>",
            )
    lay_out_search(figure, height=90 + 30 * len(rising), across="Minutes of work")
    figure.update_layout(barmode="stack")
    return figure


def chosen_number(selection: object) -> int | None:
    """The number of the trial whose point was clicked."""
    if not isinstance(selection, dict):
        return None
    points = selection.get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return int(data[0]) if isinstance(data, list | tuple) and data else None
