"""A cell as a graph: boxes and wires that were laid out before, drawn as SVG."""

from collections.abc import Sequence
from typing import Literal, TypedDict

import streamlit as st

from webapp.components.assets import loader, style

_component = st.components.v2.component(
    "dyncell_cell_graph",
    css=style("cell_graph/cell_graph.css"),
    js=loader("cell_graph/cell_graph.js"),
)


class GraphText(TypedDict):
    """A text within a box: its place from the box's upper left corner, and how it looks."""

    x: float
    y: float
    text: str
    look: Literal["title", "word", "plain", "faint", "number"]
    end: bool


class GraphBox(TypedDict):
    """A box.

    `look` says how its outline is drawn, `share` how full its bar is (0..1; None for no bar),
    `told` what is read out and shown when somebody points at it: a heading and lines.
    """

    id: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    look: Literal["plain", "idle", "shared", "own"]
    texts: list[GraphText]
    share: float | None
    told: list[str]


class GraphWire(TypedDict):
    """A wire; see `webapp.genotype_layout.Wire` for its points."""

    source: str
    target: str
    points: list[list[float]]
    is_past: bool


def cell_graph(
    key: str,
    *,
    boxes: Sequence[GraphBox],
    wires: Sequence[GraphWire],
    width: float,
    height: float,
    label: str,
) -> None:
    """Mounts the graph; with the same key another cell appears in the same place.

    Args:
        key: Its key on the page.
        boxes: The boxes, in the order in which the keyboard goes through them.
        wires: The wires between them.
        width: Of the drawing, in pixels at scale 1.
        height: The same.
        label: What it is, for who does not see it.
    """
    data = {
        "boxes": list(boxes),
        "wires": list(wires),
        "width": width,
        "height": height,
        "label": label,
    }
    _component(key=key, data=data)
