"""Genotype: a cell as a graph, what it costs, how long it takes, what another has that it lacks."""

from dataclasses import dataclass

import streamlit as st

from core.cell_description import CellDescription, describe_cell, model_static
from core.data_folder import DataFolder
from core.records import Model
from webapp.cell_training_form import render_cell_training
from webapp.data import read_models
from webapp.folder import current_folder
from webapp.genotype_choice import choose_cell, choose_other, choose_size, choose_static
from webapp.genotype_comparison import comparison_marks, render_comparison
from webapp.genotype_editor import render_editor
from webapp.genotype_facts import cell_facts, uncounted_line
from webapp.genotype_files import render_files
from webapp.genotype_finder import render_finder
from webapp.genotype_graph import Mark, render_cell_graph
from webapp.genotype_parts import render_parts
from webapp.genotype_source import ShownCell
from webapp.genotype_timing import render_timing
from webapp.genotype_timing_data import CellTimes, CellTimings, read_timings
from webapp.genotype_words import is_extended
from webapp.links import go_to_model
from webapp.literal import literal

_LEGEND = (
    "A node joins its halves a and b; below them stand the shape of what it gives, its parameters "
    "(par.), its multiply-accumulates (MACs) with their share of a frame of the cell, and above "
    "its median time once it was timed. Dashed wires come from the frame before. Point at a box "
    "to read what it does."
)
_EDIT = "Edit"
_TABS = ["Cost and time", "Train", _EDIT, "JSON"]
_OPEN_TAB = "genotype-tabs"
_MARKS = "Thick outlines: nodes of both cells. Dashed outlines: nodes of one only."


@dataclass(frozen=True)
class View:
    """What the address asks for, and what is known of it.

    Attributes:
        cell: The cell that is shown.
        described: Its cost and shapes; None where it is no cell yet, or there is no model.
        model: The model whose static network it is on.
        size: Width and height of the frame.
        timings: How long it takes, as far as it was measured.
    """

    cell: ShownCell
    described: CellDescription | None
    model: Model | None
    size: tuple[int, int]
    timings: CellTimings

    @property
    def times(self) -> CellTimes | None:
        """The latest timing."""
        return self.timings.found[0] if self.timings.found else None


def render() -> None:
    """The page."""
    folder = current_folder()
    st.title("Genotype", anchor=False)
    models = read_models(folder)
    problems = st.container()
    bar = st.columns([3, 2, 3, 2, 3], vertical_alignment="bottom")
    with bar[0]:
        cell = choose_cell(folder, models, problems)
    with bar[1]:
        render_finder(folder)
    with bar[2]:
        model = choose_static(models, problems, cell=cell)
    with bar[3]:
        size = choose_size(model, problems)
    with bar[4]:
        other = choose_other(folder, models, problems)
    view = _view(folder, cell, model, size)
    with st.container():  # whatever it holds, the tabs below keep their place and stay open
        if other is None:
            _render_one(view)
        else:
            _render_both(view, _view(folder, other, model, size))
    _render_sections(folder, view)


def _view(folder: DataFolder, cell: ShownCell, model: Model | None, size: tuple[int, int]) -> View:
    if cell.genotype is None or model is None:
        return View(cell, None, model, size, CellTimings())
    width, height = size
    described = describe_cell(
        cell.genotype, model_static(model), height=height, width=width, config=cell.config
    )
    timings = read_timings(folder, described, model, width=width, height=height)
    return View(cell, described, model, size, timings)


def _render_one(view: View) -> None:
    _render_heading(view, title=view.cell.title)
    _render_graph(view, key="graph")
    st.caption(_LEGEND)
    _render_facts(view)


def _render_heading(view: View, *, title: str, is_edited: bool = True) -> None:
    cell = view.cell
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(literal(title), anchor=False, width="content")
        if cell.genotype is not None:
            if cell.genotype.is_light:
                st.badge("light", color="green", help="It never reads high.")
            else:
                st.badge("full", color="blue", help="It reads high.")
            if any(is_extended(word) for word in _words(cell)):
                st.badge("extended", color="gray", help="Not all of it is in the paper's space.")
            st.badge(cell.genotype.key, color="gray", help="The key: the same for equal cells.")
        if cell.model is not None and st.button(
            "Open the model", icon=":material/neurology:", type="tertiary", key=f"model-{title}"
        ):
            go_to_model(cell.model.id)
    if cell.description:
        st.caption(literal(cell.description))
    is_said_below = is_edited and st.session_state.get(_OPEN_TAB) == _EDIT
    if cell.draft.problem and not is_said_below:
        st.error(literal(cell.draft.problem), icon=":material/error:")


def _words(cell: ShownCell) -> set[str]:
    return {word for node in cell.nodes for word in (node.left_op, node.right_op, node.combine)}


def _render_graph(view: View, *, key: str, marks: dict[int, Mark] | None = None) -> None:
    render_cell_graph(
        view.cell.nodes,
        view.described,
        key=key,
        label=f"The graph of {view.cell.title}",
        times=view.times,
        marks=marks,
    )


def _render_both(a: View, b: View) -> None:
    marks_a: dict[int, Mark] | None = None
    marks_b: dict[int, Mark] | None = None
    if a.cell.genotype is not None and b.cell.genotype is not None:
        marks_a, marks_b = comparison_marks(a.cell.genotype, b.cell.genotype)
    for letter, view, marks in (("A", a, marks_a), ("B", b, marks_b)):
        _render_heading(view, title=f"{letter}: {view.cell.title}", is_edited=view is a)
        _render_graph(view, key=f"graph-{letter}", marks=marks)
    st.caption(f"{_LEGEND} {_MARKS}")
    st.subheader("The difference", anchor=False)
    render_comparison(a.cell, b.cell, (a.described, b.described))
    st.subheader(literal(f"A: {a.cell.title}"), anchor=False)


def _render_facts(view: View) -> None:
    if view.described is None:
        return
    with st.container(border=True, horizontal=True, horizontal_alignment="distribute"):
        for fact in cell_facts(view.described):
            st.metric(fact.label, fact.text, help=literal(fact.meaning), width="content")


def _render_sections(folder: DataFolder, view: View) -> None:
    """What can be done with the cell; each has a tab of its own, which is drawn once it is open."""
    costs, train, edit, files = st.tabs(_TABS, key=_OPEN_TAB, on_change="rerun")
    if costs.open:
        with costs:
            _render_costs(folder, view)
    if train.open:
        with train:
            render_cell_training(folder, view.cell, view.model)
    if edit.open:
        with edit:
            render_editor(view.cell)
    if files.open:
        with files:
            render_files(view.cell)


def _render_costs(folder: DataFolder, view: View) -> None:
    if view.model is None:
        st.info("There is no model yet, so nothing can be counted: train or import one on Models.")
    elif view.described is None:
        st.caption("Counted as soon as the nodes are a cell.")
    else:
        render_parts(view.described, view.times)
        timed = " Times are medians; inside the cell the hooks that take them are included."
        told = uncounted_line(view.described) + (timed if view.times is not None else "")
        st.caption(literal(told))
        render_timing(folder, view.described, view.model, view.timings, size=view.size)


render()
