"""Effects of features as dots with intervals, the greatest on top."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.document import slope_text, told
from core.insight.features import Feature, Kind
from core.insight.insight import Finding, Insight
from core.insight.slopes import Slope
from webapp.chart import BLUE, GOLD, GREY, ORANGE, TEAL, lay_out

_COLOURS: dict[Kind, str] = {"input": TEAL, "op": BLUE, "combine": ORANGE, "size": GOLD}
_NAMES: dict[Kind, str] = {"input": "inputs", "op": "ops", "combine": "combines", "size": "size"}
_SIZES = {"nodes": "one node more", "depth": "one node deeper", "macs": "MACs, +10 % of static"}


def label(feature: Feature) -> str:
    """What a feature is called beside the plot."""
    if feature.kind == "size":
        return _SIZES[feature.word]
    return f"reads {feature.word}" if feature.kind == "input" else feature.word


def insight_figure(insight: Insight, *, unit: str) -> go.Figure:
    """One line per feature; a filled dot holds after the correction for many comparisons.

    Every dot of a feature that cells have or have not carries its key as `customdata`.
    """
    shown = [each for each in insight.findings if each.shown is not None]
    figure = go.Figure()
    figure.add_vline(x=0, line_width=1, line_color=GREY)
    alone = [each for each in shown if each.beside is not None and each.alone is not None]
    if alone:
        figure.add_scatter(
            x=[each.alone.effect for each in alone if each.alone is not None],
            y=[label(each.feature) for each in alone],
            name="alone",
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 11, "color": GREY, "line": {"width": 2}},
            hoverinfo="skip",
        )
    for kind, colour in _COLOURS.items():
        found = [each for each in shown if each.feature.kind == kind]
        if found:
            _add(figure, found, name=_NAMES[kind], colour=colour)
    across = f"Effect on the score, {unit}, with 95 % intervals"
    lay_out(figure, height=110 + 24 * len(shown), across=across)
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[label(each.feature) for each in reversed(shown)],
        ticklabelstandoff=6,
    )
    return figure


def clicked_feature(selection: object) -> str | None:
    """The key of the feature whose dot was clicked."""
    if not isinstance(selection, dict):
        return None
    points = selection.get("selection", {}).get("points") or []
    data = points[0].get("customdata") if points else None
    return str(data[0]) if isinstance(data, list | tuple) and data else None


def _add(figure: go.Figure, found: Sequence[Finding], *, name: str, colour: str) -> None:
    effects = [each.shown or Slope(0.0, 0.0, 0.0, 1.0) for each in found]
    figure.add_scatter(
        x=[slope.effect for slope in effects],
        y=[label(each.feature) for each in found],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [slope.high - slope.effect for slope in effects],
            "arrayminus": [slope.effect - slope.low for slope in effects],
            "color": colour,
            "thickness": 1.6,
            "width": 0,
        },
        customdata=[[each.feature.key] for each in found],
        text=[_hover(each) for each in found],
        name=name,
        mode="markers",
        marker={
            "color": colour,
            "size": 10,
            "symbol": ["circle" if each.holds else "circle-open" for each in found],
            "line": {"width": 2, "color": colour},
        },
        hovertemplate="%{text}<extra></extra>",
    )


def _hover(finding: Finding) -> str:
    lines = [f"<b>{told(finding, finding.shown)}</b>"]
    if finding.beside is not None:
        lines.append(f"alone {slope_text(finding.alone)}")
    lines.append("holds after correction" if finding.holds else "may be chance")
    return "<br>".join(lines)
