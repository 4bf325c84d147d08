"""The pictures of a search: incumbents, rewards, choices over time, fronts, entropy."""

from collections.abc import Sequence
from typing import Any, Literal

import plotly.graph_objects as go

from core.search_front import COSTS, SearchFront
from core.search_records import Trial
from core.search_summary import StageCost
from webapp.chart import BLUE, GOLD, GREY, ORANGE, RED, TEAL, lay_out
from webapp.search_numbers import (
    FATES,
    Fate,
    Frequencies,
    best_so_far,
    fate,
)
from webapp.search_words import (
    CAUSES,
    OBJECTIVES,
    STAGES,
    axis_title,
    cell_lines,
    percent,
)

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
    for name, found, colour, dash in (
        ("random twin", twin, ORANGE, "dot"),
        ("this search", trials, TEAL, "solid"),
    ):
        numbers, best = best_so_far(found)
        if not numbers:
            continue
        figure.add_scatter(
            x=numbers,
            y=[100 * reward for reward in best],
            name=name,
            mode="lines" if len(numbers) > 1 else "markers",
            line={"color": colour, "width": 2.4, "shape": "hv", "dash": dash},
            hovertemplate="%{y:.2f} %",
        )
    _lay_out(figure, height=270, across="Trial", up="Best reward so far, %", unified=True)
    figure.update_xaxes(range=[-0.5, ordered - 0.5])
    return figure


def reward_figure(
    trials: Sequence[Trial], twin: Sequence[Trial], *, ordered: int, chosen: int | None
) -> go.Figure:
    """Rewards over trial numbers, each with how its trial ended; failures lie on the lower edge.

    Every point of the search carries its number as `customdata`; those of the twin carry none.
    """
    figure = go.Figure()
    rewards = [100 * t.reward for t in (*trials, *twin) if t.reward is not None]
    floor = min(rewards, default=0.0) - 0.06 * (max(rewards, default=1.0) - min(rewards, default=0))
    shown = [trial for trial in twin if trial.reward is not None]
    if shown:
        figure.add_scatter(
            x=[trial.number for trial in shown],
            y=[100 * (trial.reward or 0.0) for trial in shown],
            name="random twin",
            mode="markers",
            marker={"color": "rgba(128,140,140,0.45)", "size": 5},
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
            text=[_told(trial) for trial in found],
            name=_FATE_NAMES[kind],
            mode="markers",
            marker=_LOOKS[kind],
            hovertemplate="%{text}<extra></extra>",
        )
    if chosen is not None:
        figure.add_vline(x=chosen, line_width=1, line_dash="dot", line_color=GREY)
    _lay_out(figure, height=270, across="Trial", up="Reward, %")
    figure.update_xaxes(range=[-0.8, ordered - 0.2])
    return figure


def pareto_figure(own: SearchFront, twin: SearchFront | None, *, chosen: int | None) -> go.Figure:
    """Cells over the first two objectives, the third one as colour, the front of all ringed."""
    across, up, *others = own.objectives

    def at(front: SearchFront, points: Sequence[int]) -> dict[str, list[float]]:
        return {
            "x": [front.shown(n, across) for n in points],
            "y": [front.shown(n, up) for n in points],
        }

    figure = go.Figure()
    if twin is not None and twin.trials:
        figure.add_scatter(
            **at(twin, range(len(twin.trials))),
            name="random twin",
            mode="markers",
            marker={"color": "rgba(128,140,140,0.45)", "size": 5},
            hoverinfo="skip",
        )
    for name, is_front in (("beaten by another", False), ("on the front", True)):
        found = [n for n in range(len(own.trials)) if (n in own.members) is is_front]
        look: dict[str, Any] = {
            "size": 13 if is_front else 7,
            "opacity": 1.0 if is_front else 0.6,
            "line": {"width": 2 if is_front else 0, "color": ORANGE},
        }
        colour: dict[str, Any] = {"color": TEAL}
        if others:
            colour = {"color": [own.shown(n, others[0]) for n in found], "coloraxis": "coloraxis"}
        figure.add_scatter(
            **at(own, found),
            customdata=[[own.trials[n].number] for n in found],
            text=[_told(own.trials[n], costs=_costs(own, n)) for n in found],
            name=name,
            mode="markers",
            marker={**colour, **look},
            hovertemplate="%{text}<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(  # what the legend shows: points coloured by an axis are black there
            x=[None],
            y=[None],
            name=name,
            mode="markers",
            marker={"color": TEAL, **look},
        )
    if chosen is not None:
        figure.add_scatter(
            **at(own, [n for n, trial in enumerate(own.trials) if trial.number == chosen]),
            mode="markers",
            marker={"symbol": "circle-open", "size": 22, "color": GREY, "line": {"width": 2}},
            showlegend=False,
            hoverinfo="skip",
        )
    _lay_out(figure, height=400, across=axis_title(across), up=axis_title(up))
    if others:
        worst_first = ["#b5533c", "#e0c266", TEAL]
        colours = worst_first[::-1] if others[0] in COSTS else worst_first
        title = axis_title(others[0]).replace("of static", "of<br>static")
        figure.update_layout(
            coloraxis={
                "colorscale": list(zip((0, 0.5, 1), colours, strict=True)),
                "colorbar": {"title": title, "thickness": 12, "outlinewidth": 0},
            }
        )
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
            colorscale=[[0, "rgba(15,138,124,0.03)"], [1, "rgba(15,138,124,0.8)"]],
            showscale=False,
            texttemplate="%{z:.0f}",
            xgap=2,
            ygap=2,
            hovertemplate="%{y}: %{z:.1f} % in %{x}<extra></extra>",
        )
    )
    _lay_out(figure, height=70 + 26 * len(found.words))
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
    _lay_out(figure, height=220, across="Update of the controller", up="Nats per choice")
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
    _lay_out(figure, height=90 + 30 * len(rising), across="Minutes of work")
    figure.update_layout(barmode="stack")
    return figure


def chosen_number(selection: object) -> int | None:
    """The number of the trial whose point was clicked."""
    if not isinstance(selection, dict):
        return None
    points = selection.get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return int(data[0]) if isinstance(data, list | tuple) and data else None


def _costs(front: SearchFront, point: int) -> list[str]:
    return [
        f"{OBJECTIVES[each]} {front.shown(point, each):.1f} % of the static network's"
        for each in front.objectives
        if each in COSTS
    ]


def _told(trial: Trial, *, costs: Sequence[str] = ()) -> str:
    lines = [f"<b>Trial {trial.number}</b>"]
    if trial.reward is not None:
        lines[0] += f": {percent(trial.reward)}"
        result = trial.result
        lines.append(
            f"accuracy {percent(result['accuracy'])}, stability {percent(result['stability'])}"
        )
    else:
        lines[0] += f": {CAUSES.get(trial.cause, trial.cause)}"
    lines += costs
    if trial.same_as is not None:
        lines.append(f"equal to trial {trial.same_as}")
    return "<br>".join([*lines, *cell_lines(trial.genotype)])


def _lay_out(
    figure: go.Figure,
    *,
    height: int,
    across: str | None = None,
    up: str | None = None,
    unified: bool = False,
) -> None:
    hovermode: Literal["closest", "x unified"] = "x unified" if unified else "closest"
    lay_out(figure, height=height, across=across, up=up, hovermode=hovermode)
    figure.update_layout(uirevision="search")
