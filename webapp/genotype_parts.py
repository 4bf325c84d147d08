"""A frame of the cell part by part: what each costs and how long it takes."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.cell_description import CellDescription
from core.cost import PartCost
from webapp.genotype_graph import macs_share
from webapp.genotype_timing_data import CellTimes
from webapp.genotype_words import milliseconds_text
from webapp.literal import literal


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
    st.markdown(parts_table(cell, times))


def parts_table(cell: CellDescription, times: CellTimes | None) -> str:
    """The parts in markdown, which needs nothing that the page has not loaded."""
    headings = ["Part", "Computes", "Parameters", "MACs", "Share of MACs"]
    headings += [] if times is None else ["Time p50"]
    lines = [_line(headings), _line([":--", ":--", *["--:"] * (len(headings) - 2)])]
    for part in cell_parts(cell, times):
        share = 100 * macs_share(cell, part.cost)
        cells = [literal(part.name), literal(part.does)]
        cells += [f"{part.cost.parameters:,}", f"{part.cost.macs:,}", f"{share:.1f} %"]
        if times is not None:
            taken = part.milliseconds
            cells.append("-" if taken is None else milliseconds_text(taken))
        lines.append(_line(cells))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _joining(cell: CellDescription) -> str:
    words = []
    if len(cell.genotype.outputs) > 1:
        words.append(f"conv1x1 of nodes {', '.join(map(str, cell.genotype.outputs))}")
    if cell.is_eased_in:
        words.append(f"let in from {cell.base} by weights per channel")
    return ", ".join(words)
