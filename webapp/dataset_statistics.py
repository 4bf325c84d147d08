"""How often each class occurs, as plots."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from core.records import Dataset
from webapp.chart import GREY, SERIES, lay_out

Colour = tuple[int, int, int]


def shares(split: Mapping[str, Any]) -> list[float]:
    """Percent of the labelled pixels of a split that each class has; pixels of no class apart."""
    labelled = sum(split["pixels"])
    return [100 * pixels / labelled if labelled else 0.0 for pixels in split["pixels"]]


def classes_figure(dataset: Dataset, *, is_logarithmic: bool) -> go.Figure:
    """Share of the labelled pixels per class, one bar per split."""
    figure = go.Figure()
    for number, (name, split) in enumerate(dataset.splits.items()):
        figure.add_bar(
            name=name,
            x=list(dataset.classes),
            y=[share or None for share in shares(split)],
            marker_color=SERIES[number % len(SERIES)],
            hovertemplate="%{x}: %{y:.3~g} % of the labelled pixels<extra>" + name + "</extra>",
        )
    lay_out(figure, height=340)
    figure.update_layout(barmode="group", showlegend=len(dataset.splits) > 1)
    figure.update_xaxes(type="category", tickangle=-40)
    figure.update_yaxes(
        type="log" if is_logarithmic else "linear",
        ticksuffix=" %",
        tickformat="~g",
        dtick=1 if is_logarithmic else None,
        rangemode="normal" if is_logarithmic else "tozero",
    )
    return figure


def preview_figure(
    names: Sequence[str], colours: Sequence[Colour], pixels: Mapping[str, int]
) -> go.Figure:
    """The classes in their colours, each as long as its share of the pixels looked at."""
    total = sum(pixels.get(name, 0) for name in names)
    found = [100 * pixels.get(name, 0) / total if total else 0.0 for name in names]
    figure = go.Figure(
        go.Bar(
            x=found,
            y=list(names),
            orientation="h",
            marker={
                "color": [f"rgb({red},{green},{blue})" for red, green, blue in colours],
                "line": {"width": 1, "color": GREY},
            },
            text=[f"{share:.1f} %" for share in found],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:.3~g} %<extra></extra>",
        )
    )
    lay_out(figure, height=min(900, 60 + 24 * len(names)))
    figure.update_layout(margin_r=48)
    figure.update_yaxes(type="category", autorange="reversed", tickmode="linear")
    figure.update_xaxes(visible=False)
    return figure


def missing_classes(dataset: Dataset) -> dict[str, list[str]]:
    """Per split, the classes that none of its label maps shows; splits without labels left out."""
    found = {
        name: [
            each
            for each, pixels in zip(dataset.classes, split["pixels"], strict=True)
            if not pixels
        ]
        for name, split in dataset.splits.items()
        if split["labelled"]
    }
    return {name: classes for name, classes in found.items() if classes}
