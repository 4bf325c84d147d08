"""A frame of the cell part by part: what each costs and how long it takes."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.cell_description import CellDescription
from core.cost import PartCost
from webapp.genotype_graph import macs_share
from webapp.genotype_timing_data import CellTimes


@dataclass(frozen=True)
class Part:
    """One row of the table.

    Attributes:
        name: What it is.
        does: What it computes.
        cost: Its parameters and MACs.
        milliseconds: Its median time; None where it was not timed.
    """

    name: str
    does: str
    cost: PartCost
    milliseconds: float | None


def cell_parts(cell: CellDescription, times: CellTimes | None) -> list[Part]:
    """The parts that run on a frame of the cell, in their order."""
    static, cost = cell.cost.static, cell.cost
    stages = {} if times is None else times.measured
    parts = [Part("Early encoder", "low", static.low, stages.get("low_p50_ms"))]
    if not cost.is_light:
        parts.append(Part("Deep encoder, decoder", "high", static.high, stages.get("high_p50_ms")))
    projections = f"{', '.join(cell.projected)} to {cell.grid}"
    parts.append(
        Part("Projections", projections, cost.projections, times.projections if times else None)
    )
    for number, node in enumerate(cell.genotype.nodes):
        taken = None if times is None else times.nodes[number]
        parts.append(Part(f"Node {number}", str(node), cost.nodes[number], taken))
    if len(cell.genotype.outputs) > 1 or cell.is_eased_in:
        parts.append(Part("Join", _joining(cell), cost.join, times.join if times else None))
    return [*parts, Part("Head", "logits", static.head, stages.get("head_p50_ms"))]


def render_parts(cell: CellDescription, times: CellTimes | None) -> None:
    """The table."""
    rows = [
        {
            "Part": part.name,
            "Computes": part.does,
            "Parameters": part.cost.parameters,
            "MACs": part.cost.macs,
            "Share of MACs": 100 * macs_share(cell, part.cost),
            "Time p50": part.milliseconds,
        }
        for part in cell_parts(cell, times)
    ]
    columns = ["Part", "Computes", "Parameters", "MACs", "Share of MACs"]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        placeholder="-",
        height="content",
        column_order=[*columns, "Time p50"] if times is not None else columns,
        column_config={
            "Parameters": st.column_config.NumberColumn(format="localized"),
            "MACs": st.column_config.NumberColumn(
                format="localized", help="Multiply-accumulates for one frame."
            ),
            "Share of MACs": st.column_config.ProgressColumn(
                help="Of a frame of the cell.", min_value=0, max_value=100, format="%.1f %%"
            ),
            "Time p50": st.column_config.NumberColumn(
                format="%.2f ms",
                help="Median; inside the cell the hooks that take the times are included.",
            ),
        },
        alt="Cost of every part of a frame of the cell",
    )


def _joining(cell: CellDescription) -> str:
    words = []
    if len(cell.genotype.outputs) > 1:
        words.append(f"conv1x1 of nodes {', '.join(map(str, cell.genotype.outputs))}")
    if cell.is_eased_in:
        words.append(f"let in from {cell.base} by weights per channel")
    return ", ".join(words)
