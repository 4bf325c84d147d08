"""Choosing what the Genotype page shows: every choice goes into the address and comes from it.

What cannot be read in the address is said in the place for `problems`, one sentence each.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.frame_size import frame_size_text, parse_frame_size
from core.genotype_text import shown
from core.records import Model
from webapp.failures import render_failure
from webapp.genotype_address import CELL, OTHER, SIZE, STATIC, asked, set_asked
from webapp.genotype_source import DEFAULT, ShownCell, cell_choices, find_cell
from webapp.model_facts import frame_size

_USUAL_STATIC = "camvid-static"
_USUAL_SIZES = ("480x360", "640x360", "960x540", "1280x720", "1920x1080")
_NOTHING = ""


def choose_cell(folder: DataFolder, models: Sequence[Model], problems: DeltaGenerator) -> ShownCell:
    """The cell of the address; the usual one where that cannot be read, which is said."""
    text = asked(CELL) or DEFAULT
    cell = _found(folder, text, models, problems)
    if cell is None:
        text, cell = DEFAULT, find_cell(folder, DEFAULT, models)
    _select("Cell", CELL, text, cell, choices=cell_choices(models))
    return cell


def choose_other(
    folder: DataFolder, models: Sequence[Model], problems: DeltaGenerator
) -> ShownCell | None:
    """The cell to compare with; None for none."""
    text = asked(OTHER)
    cell = _found(folder, text, models, problems) if text else None
    choices = {_NOTHING: "nothing"} | cell_choices(models)
    _select("Compare with", OTHER, text if cell is not None else _NOTHING, cell, choices=choices)
    return cell


def choose_static(
    models: Sequence[Model], problems: DeltaGenerator, *, cell: ShownCell
) -> Model | None:
    """The model whose static network the cell is on: its own, or the usual one; None without any.

    A model with a cell lends its static network too.
    """
    if not models:
        st.selectbox("Static network", [], placeholder="There is no model yet", key="choose-static")
        return None
    known = {model.name: model for model in models}
    usual = cell.model or known.get(_USUAL_STATIC) or models[0]
    wanted = asked(STATIC)
    chosen = next((each for each in models if wanted in (each.name, each.id)), None)
    if wanted and chosen is None:
        with problems:
            render_failure(NotFound(f"There is no model {shown(wanted)}; choose another network."))
    chosen = chosen or usual
    st.session_state["choose-static"] = chosen.name
    st.selectbox(
        "Static network",
        list(known),
        format_func=lambda name: name if known[name].kind == "static" else f"that of {name}",
        key="choose-static",
        on_change=_take,
        args=(STATIC, "choose-static"),
        help="The network that runs on key frames and lends the cell its early encoder and head.",
    )
    return chosen


def choose_size(model: Model | None, problems: DeltaGenerator) -> tuple[int, int]:
    """Width and height of the frame as the network sees it; any size can be typed."""
    usual = "480x360" if model is None else frame_size_text(*reversed(frame_size(model)))
    text = asked(SIZE) or usual
    try:
        size = parse_frame_size(text)
    except DyncellError as error:
        with problems:
            render_failure(error)
        text, size = usual, parse_frame_size(usual)
    st.session_state["choose-size"] = text
    st.selectbox(
        "Frame",
        list(dict.fromkeys((usual, *_USUAL_SIZES, text))),
        key="choose-size",
        on_change=_take,
        args=(SIZE, "choose-size"),
        accept_new_options=True,
        help="Width and height in pixels as the network sees them; type any other, as in 320x240.",
    )
    return size


def _found(
    folder: DataFolder, text: str, models: Sequence[Model], problems: DeltaGenerator
) -> ShownCell | None:
    try:
        return find_cell(folder, text, models)
    except DyncellError as error:
        with problems:
            render_failure(error)
        return None


def _select(
    label: str, parameter: str, text: str, cell: ShownCell | None, *, choices: dict[str, str]
) -> None:
    """A box that shows what the address names, also where that is none of the choices."""
    if text not in choices and cell is not None:
        choices = choices | {text: cell.title}
    key = f"choose-{parameter}"
    st.session_state[key] = text
    st.selectbox(
        label,
        list(choices),
        format_func=choices.__getitem__,
        key=key,
        on_change=_take,
        args=(parameter, key),
    )


def _take(parameter: str, key: str) -> None:
    set_asked(parameter, str(st.session_state[key] or ""))
