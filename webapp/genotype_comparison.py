"""Two cells side by side: which nodes both have, which only one, and what each costs."""

from collections.abc import Sequence

import streamlit as st

from core.cell_description import CellDescription
from core.genotype import Genotype
from core.genotype_diff import GenotypeDiff, diff_genotypes
from webapp.genotype_facts import cell_facts
from webapp.genotype_graph import Mark
from webapp.genotype_source import ShownCell
from webapp.literal import literal

_BOTH, _ONE = Mark("shared", "in both"), Mark("own", "only here")


def comparison_marks(a: Genotype, b: Genotype) -> tuple[dict[int, Mark], dict[int, Mark]]:
    """How the nodes of either cell stand to the other."""
    diff = diff_genotypes(a, b)
    in_a = {number: _BOTH for number, _ in diff.same} | dict.fromkeys(diff.only_a, _ONE)
    in_b = {number: _BOTH for _, number in diff.same} | dict.fromkeys(diff.only_b, _ONE)
    return in_a, in_b


def comparison_lines(a: ShownCell, b: ShownCell, diff: GenotypeDiff) -> dict[str, list[str]]:
    """The nodes in words under their headings, every node named once."""
    return {
        f"In both ({len(diff.same)})": [f"{_numbers(i, j)}: {a.nodes[i]}" for i, j in diff.same],
        f"Only in {a.title} ({len(diff.only_a)})": _told(a, diff.only_a),
        f"Only in {b.title} ({len(diff.only_b)})": _told(b, diff.only_b),
    }


def render_comparison(
    a: ShownCell,
    b: ShownCell,
    costs: tuple[CellDescription | None, CellDescription | None],
) -> None:
    """The difference in words, and the costs of both."""
    if a.genotype is None or b.genotype is None:
        st.caption("The nodes are compared once both are cells.")
        return
    diff = diff_genotypes(a.genotype, b.genotype)
    if not diff.only_a and not diff.only_b:
        st.success("Both are the same cell, however their nodes are numbered.")
    columns = st.columns(3)
    for column, (title, lines) in zip(columns, comparison_lines(a, b, diff).items(), strict=True):
        column.markdown(f"**{literal(title)}**")
        column.caption("  \n".join(literal(line) for line in lines) or "None")
    if costs[0] is not None and costs[1] is not None:
        _render_costs(a, b, (costs[0], costs[1]))


def _render_costs(
    a: ShownCell, b: ShownCell, costs: tuple[CellDescription, CellDescription]
) -> None:
    first, second = (cell_facts(cost) for cost in costs)
    are_told_apart = a.title != b.title
    names = [a.title, b.title] if are_told_apart else [f"A: {a.title}", f"B: {b.title}"]
    classes = ["light" if cost.cost.is_light else "full" for cost in costs]
    rows = [("Cost", *map(literal, names)), (":--", "--:", "--:"), ("Class", *classes)]
    rows += [(left.label, left.text, right.text) for left, right in zip(first, second, strict=True)]
    st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))


def _numbers(i: int, j: int) -> str:
    return f"node {i}" if i == j else f"node {i} = node {j}"


def _told(cell: ShownCell, numbers: Sequence[int]) -> list[str]:
    return [f"node {number}: {cell.nodes[number]}" for number in numbers]
