"""The compared rows side by side: which is which, of which setting, which is the base."""

from typing import Any

import streamlit as st

from core.board.columns import COLUMNS
from core.board.comparison import MOST, Comparison
from core.board.comparison_document import LETTERS
from core.board.contender import Contender
from core.board.row import Row
from core.data_folder import DataFolder
from webapp.chart import SERIES
from webapp.comparison_address import set_asked, set_rows
from webapp.comparison_data import ComparisonView, rows_to_add
from webapp.leaderboard_words import cell_text
from webapp.links import go_to_evaluation, go_to_genotype, go_to_model, go_to_search
from webapp.literal import literal

COLOURS = SERIES[:4]
"""Of the rows A, B, C and D, wherever they are drawn."""

_BADGES: tuple[Any, ...] = ("green", "orange", "blue", "yellow")


def row_title(place: int, row: Row) -> str:
    """`A: camvid`."""
    return f"{LETTERS[place]}: {row.texts['name']}"


def setting_words(row: Row) -> str:
    """What a row was judged on: `camvid / val, frames 52..100`."""
    if not row.texts["setting"]:
        return "not judged on a dataset yet"
    what = " / ".join(filter(None, (row.texts["dataset"], row.texts["split"])))
    if row.texts["kind"] == "trial":
        return f"search on {what}, static {row.texts['static'] or 'unknown'}"
    return f"{what}, frames {row.texts['frames']}" if row.texts["frames"] else what


def render_rows(view: ComparisonView) -> None:
    """One card per compared row."""
    comparison = view.comparison
    shown = view.rows[:MOST]
    for place, (column, row) in enumerate(zip(st.columns(max(2, len(shown))), shown, strict=False)):
        with column, st.container(border=True, height="stretch"):
            _render_card(view, place, row, comparison)


def render_adding(folder: DataFolder, view: ComparisonView) -> None:
    """Another row can be added as long as there is room."""
    if len(view.rows) >= MOST:
        return
    found = {row.id: row for row in rows_to_add(folder, view.rows)}
    if not found:
        return

    def take() -> None:
        chosen = st.session_state["comparison-add"]
        if chosen:
            set_rows([*(row.id for row in view.rows), chosen])

    st.session_state["comparison-add"] = None
    st.selectbox(
        "Add a row of the same setting" if view.rows else "Add a row",
        list(found),
        index=None,
        key="comparison-add",
        placeholder="Choose a row of the leaderboard",
        format_func=lambda each: _offered(found[each]),
        on_change=take,
    )


def _offered(row: Row) -> str:
    parts = [row.texts["name"]]
    for key in ("miou", "reward"):
        if key in row.means:
            parts.append(f"{COLUMNS[key].label} {cell_text(row, key)}")
    return " · ".join([*parts, setting_words(row)])


def _render_card(view: ComparisonView, place: int, row: Row, comparison: Comparison | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(LETTERS[place], color=_BADGES[place])
        st.markdown(f"**{literal(row.texts['name'])}**", width="content")
    with st.container(horizontal=True, gap="small"):
        st.badge(_class(row), color="gray")
        if comparison is not None and place == comparison.base:
            st.badge("base", color="green", help="The others are compared with it.")
        if comparison is not None and not comparison.is_alike(place):
            st.badge(
                "not judged" if not row.texts["setting"] else "another setting",
                color="red",
                icon=":material/call_split:",
                help="It was not judged as the base was: its numbers are shown, but no difference.",
            )
    st.caption(literal(setting_words(row)))
    st.caption(literal(_seeds(row, comparison.contenders[place] if comparison else None)))
    with st.container(horizontal=True, gap="small"):
        if (
            comparison is not None
            and place != comparison.base
            and st.button("Make base", key=f"base-{row.id}", icon=":material/flag:")
        ):
            set_asked("base", row.id)
            st.rerun()
        _render_links(row)
        if st.button("Take it out", key=f"out-{row.id}", type="tertiary", icon=":material/close:"):
            set_rows([each.id for each in view.rows if each is not row])
            st.rerun()


def _class(row: Row) -> str:
    if row.texts["kind"] == "baseline":
        return "baseline"
    if row.texts["kind"] == "trial" or row.flags["cell"]:
        kind = "trial" if row.texts["kind"] == "trial" else "cell"
        return f"{'light' if row.flags['light'] else 'full'} {kind}"
    return {"static": "static network"}.get(row.texts["kind"], row.texts["kind"])


def _seeds(row: Row, contender: Contender | None) -> str:
    number = int(row.counts["seeds"] or 0)
    known = [] if contender is None else [run.seed for run in contender.runs]
    named = [str(seed) for seed in sorted(seed for seed in known if seed is not None)]
    seeds = "1 run" if number == 1 else f"{number} seeds"
    if row.texts["kind"] == "trial" or not named or max(map(len, named)) > 6:
        return seeds
    return f"{seeds}, seed {named[0]}" if number == 1 else f"{seeds}: {', '.join(named)}"


def _render_links(row: Row) -> None:
    run: dict[str, Any] = next(iter(row.details.get("runs", [])), {})
    with st.popover("Open", icon=":material/open_in_new:"):
        if run.get("evaluation_id") and st.button("Its scores", key=f"scores-{row.id}"):
            go_to_evaluation(run["evaluation_id"])
        if run.get("model_id") and st.button("Its model", key=f"model-{row.id}"):
            go_to_model(run["model_id"])
        if row.texts["key"] and st.button("Its cell", key=f"cell-{row.id}"):
            go_to_genotype(row.texts["key"])
        if run.get("search_id") and st.button("Its search", key=f"search-{row.id}"):
            go_to_search(run["search_id"])
