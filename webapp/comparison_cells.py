"""The cells of two compared rows: both graphs, which nodes both have, and what each costs."""

import streamlit as st

from core.board.comparison import Comparison
from core.board.comparison_document import LETTERS
from core.board.contender import Contender
from core.cell_description import CellDescription, describe_cell, model_cell, model_static
from core.data_folder import DataFolder
from core.errors import NotFound
from core.genotype import Genotype
from core.records import Model
from core.store import models
from webapp.comparison_rows import row_title
from webapp.genotype_comparison import comparison_marks, render_comparison
from webapp.genotype_draft import Draft
from webapp.genotype_graph import render_cell_graph
from webapp.genotype_source import ShownCell, name_of
from webapp.literal import literal
from webapp.model_facts import frame_size

_MARKS = (
    "Thick outlines: nodes of both cells. Dashed outlines: nodes of one only. Dashed wires come "
    "from the frame before."
)


def render_cells(folder: DataFolder, comparison: Comparison, place: int) -> None:
    """The cell of the base beside that of the row at `place`."""
    base, other = comparison.base_contender, comparison.contenders[place]
    for where, each in ((comparison.base, base), (place, other)):
        if each.genotype is None:
            name = row_title(where, each.row)
            st.caption(literal(f"No difference of cells: {name}: {each.no_genotype}."))
    if base.genotype is None and other.genotype is None:
        return
    if base.genotype is None or other.genotype is None:
        where, alone = (place, other) if base.genotype is None else (comparison.base, base)
        _render_graph(folder, where, alone)
        return
    marks = comparison_marks(base.genotype, other.genotype)
    shown = []
    for where, each, of in ((comparison.base, base, marks[0]), (place, other, marks[1])):
        genotype = each.genotype
        assert genotype is not None
        model = row_model(folder, each)
        described = _described(genotype, model)
        shown.append((_cell(where, each, genotype), described))
        st.markdown(f"**{literal(row_title(where, each.row))}** :gray[{literal(_named(genotype))}]")
        render_cell_graph(
            genotype.nodes,
            described,
            key=f"comparison-graph-{where}",
            label=f"The graph of {each.row.texts['name']}",
            marks=of,
        )
    st.caption(_MARKS)
    (a, costs_a), (b, costs_b) = shown
    render_comparison(a, b, (costs_a, costs_b))


def row_model(folder: DataFolder, contender: Contender) -> Model | None:
    """The model of the first counted run that has one; None where all are gone, or of a trial."""
    for run in contender.runs:
        model_id = run.source.get("model_id")
        if not model_id:
            continue
        try:
            with folder.database.reading() as session:
                return models.get(session, model_id)
        except NotFound:
            continue
    return None


def _render_graph(folder: DataFolder, place: int, contender: Contender) -> None:
    assert contender.genotype is not None
    st.markdown(f"**{literal(row_title(place, contender.row))}**")
    render_cell_graph(
        contender.genotype.nodes,
        _described(contender.genotype, row_model(folder, contender)),
        key=f"comparison-graph-{place}",
        label=f"The graph of {contender.row.texts['name']}",
    )


def _described(genotype: Genotype, model: Model | None) -> CellDescription | None:
    """Its shapes and costs on its own static network; None for a trial's, whose size is unknown."""
    if model is None:
        return None
    height, width = frame_size(model)
    return describe_cell(
        genotype, model_static(model), height=height, width=width, config=model_cell(model)
    )


def _cell(place: int, contender: Contender, genotype: Genotype) -> ShownCell:
    title = f"{LETTERS[place]} ({contender.row.texts['name']})"
    return ShownCell(title, Draft.of(genotype.nodes))


def _named(genotype: Genotype) -> str:
    kind = "light" if genotype.is_light else "full"
    known = name_of(genotype)
    return f"{kind} cell{f', the same as {known}' if known else ''}, key {genotype.key}"
