"""The picture of a search's Pareto front."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.search.config import Objective
from core.search_front import COSTS, SearchFront
from webapp.chart import GREY, ORANGE, TEAL
from webapp.search_chart_looks import lay_out_search, told, wide_range
from webapp.search_words import OBJECTIVES, axis_title

_LEAST_SPAN = 1.0  # percent; cells of one search lie close together, and many must be told apart


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
            marker={"color": GREY, "size": 5},
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
            text=[told(own.trials[n], costs=_costs(own, n)) for n in found],
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
    lay_out_search(figure, height=400, across=axis_title(across), up=axis_title(up))
    figure.update_xaxes(range=_range_of(across, own, twin))
    figure.update_yaxes(range=_range_of(up, own, twin))
    if others:
        worst_first = ["#b5533c", "#e0c266", TEAL]
        colours = worst_first[::-1] if others[0] in COSTS else worst_first
        title = axis_title(others[0]).replace("of static", "of<br>static")
        least, most = _range_of(others[0], own)
        figure.update_layout(
            coloraxis={
                "cmin": least,
                "cmax": most,
                "colorscale": list(zip((0, 0.5, 1), colours, strict=True)),
                "colorbar": {"title": title, "thickness": 12, "outlinewidth": 0},
            }
        )
    return figure


def _range_of(objective: Objective, *fronts: SearchFront | None) -> list[float]:
    found = [front for front in fronts if front is not None]
    shown = [front.shown(n, objective) for front in found for n in range(len(front.trials))]
    return wide_range(shown, least=_LEAST_SPAN)


def _costs(front: SearchFront, point: int) -> list[str]:
    return [
        f"{OBJECTIVES[each]} {front.shown(point, each):.1f} % of the static network's"
        for each in front.objectives
        if each in COSTS
    ]
