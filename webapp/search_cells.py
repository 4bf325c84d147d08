"""The cells that a search found: the best ones in a table, and one of them in full."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.board.making import trial_setting
from core.cell_description import describe_in_search
from core.data_folder import DataFolder
from core.genotype import Genotype
from core.pareto import static_macs
from core.search_records import Trial, TrialState
from core.search_summary import best_cells
from webapp.genotype_address import nodes_text
from webapp.genotype_graph import render_cell_graph
from webapp.genotype_source import name_of
from webapp.genotype_words import short
from webapp.links import go_to_board, go_to_genotype
from webapp.literal import literal
from webapp.search_address import asked_trial, set_trial
from webapp.search_data import SearchView
from webapp.search_numbers import fate
from webapp.search_words import CAUSES, percent
from webapp.wording import duration

_SHOWN = 20
_TAKEN = "search-row"
_COLUMNS = {
    "Rank": st.column_config.NumberColumn(width=60),
    "Trial": st.column_config.NumberColumn(width=70),
    "Accuracy": st.column_config.NumberColumn(format="%.1f %%"),
    "Stability": st.column_config.NumberColumn(format="%.1f %%"),
    "mIoU": st.column_config.NumberColumn(format="%.1f %%"),
    "MACs of static": st.column_config.NumberColumn(format="%.0f %%"),
    "Frame": st.column_config.NumberColumn(
        format="%.1f ms", help="A steady frame on the device that ran the trial, one thread."
    ),
    "Epochs": st.column_config.NumberColumn(width=80),
    "Nodes": st.column_config.TextColumn(width="large"),
}


def render_cells(folder: DataFolder, view: SearchView) -> None:
    """The best cells, each once; a click on a row shows it."""
    del folder
    found = best_cells(view.trials, most=_SHOWN)
    if not found:
        st.caption("No cell has a reward yet.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        best = "The best cell" if len(found) == 1 else f"The best {len(found)} different cells"
        st.caption(f"{best}. Click a row to see one.", width="content")
        if st.button(
            "All on the leaderboard",
            icon=":material/leaderboard:",
            key=f"board-{view.search.id}",
            type="tertiary",
            help="With the twin's, and with those of other searches that were judged alike.",
        ):
            go_to_board(filter_text="", setting=trial_setting(view.search), sort="reward")
    macs = static_macs(view.search.prepared)
    key = f"cells-{view.search.id}"
    event = st.dataframe(
        pd.DataFrame([_row(rank, trial, macs) for rank, trial in enumerate(found, 1)]),
        hide_index=True,
        column_config=_COLUMNS
        | {"Reward": reward_column([100 * (each.reward or 0.0) for each in found])},
        placeholder="-",
        on_select="rerun",
        selection_mode="single-cell",
        key=key,
        alt="The best cells of the search",
    )
    _take_row(key, event, found)


def render_trial(view: SearchView) -> None:
    """The trial that the address names: its result, its cell as a graph, the way to Genotype."""
    number = asked_trial()
    trial = None if number is None else view.trial(number)
    if trial is None:
        return
    genotype = Genotype.from_dict(trial.genotype)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Trial {trial.number}** · {literal(_fate_told(trial))}", width="content")
            st.badge("light" if genotype.is_light else "full", color="green")
            st.badge(genotype.key, color="gray", help="The key: the same for equal cells.")
            if known := name_of(genotype):
                st.badge(known, color="blue", help="A named cell.")
            if st.button("Open on Genotype", icon=":material/account_tree:", key="open-genotype"):
                name = f"{view.search.name} {trial.number}"
                go_to_genotype(nodes_text(genotype.nodes, name=name))
            if st.button("Close", icon=":material/close:", key="close-trial", type="tertiary"):
                set_trial(None)
                st.rerun(scope="app")
        label = f"The graph of trial {trial.number}"
        cell = describe_in_search(genotype, view.search.prepared)
        render_cell_graph(genotype.nodes, cell, key="trial-graph", label=label)
        lines = trial_lines(trial, static_macs(view.search.prepared))
        half = -(-len(lines) // 2)
        for column, shown in zip(st.columns(2), (lines[:half], lines[half:]), strict=True):
            column.caption("  \n".join(literal(line) for line in shown))


def trial_lines(trial: Trial, macs: int | None) -> list[str]:
    """What is known of a trial, line by line."""
    result, lines = trial.result, list[str]()
    if trial.reward is not None:
        lines.append(
            f"Reward {percent(trial.reward)}: accuracy {percent(result['accuracy'])}, stability "
            f"{percent(result['stability'])}, mIoU {percent(result['miou'])}"
        )
        rungs = [f"{percent(reward)} after {epochs}" for epochs, reward in result.get("rungs", ())]
        lines.append(f"Learnt {result['epochs']} epochs{''.join(f'; {each}' for each in rungs)}")
    for epochs, least in trial.thresholds.items():
        lines.append(f"To be stopped below {percent(least)} after {epochs} epochs")
    if result.get("macs"):
        share = f", {percent(result['macs'] / macs)} of the static network's" if macs else ""
        lines.append(f"{short(result['macs'])} MACs on a steady frame{share}")
    if result.get("latency_ms"):
        of_static = result.get("static_ms")  # older results have none
        share = percent(result["latency_ms"] / of_static) if of_static else ""
        told = f", {share} of the static network's" if share else ""
        lines.append(
            f"{result['latency_ms']:.1f} ms on a steady frame{told}, on {result['latency_device']}"
        )
    if result.get("params"):
        lines.append(f"{short(result['params'])} parameters as deployed")
    if trial.same_as is not None:
        lines.append(f"Equal to trial {trial.same_as}, whose result it shares")
    if trial.seconds > 0:
        where = " on ".join(each for each in (trial.device, trial.host) if each)
        lines.append(f"Took {duration(trial.seconds)}{f', {where}' if where else ''}")
    lines.append(f"Seed {trial.seed}")
    return lines


def _fate_told(trial: Trial) -> str:
    if trial.state is TrialState.FAILED:
        return f"failed: {CAUSES.get(trial.cause, trial.cause)}"
    if trial.reward is None:
        return str(trial.state)
    words = {"stopped": ", stopped early", "shared": ", shared"}
    return percent(trial.reward) + words.get(fate(trial) or "", "")


def _row(rank: int, trial: Trial, macs: int | None) -> dict[str, Any]:
    result = trial.result
    return {
        "Rank": rank,
        "Trial": trial.number,
        "Reward": 100 * (trial.reward or 0.0),
        "Accuracy": 100 * result["accuracy"],
        "Stability": 100 * result["stability"],
        "mIoU": 100 * result["miou"],
        "MACs of static": 100 * result["macs"] / macs if macs and result.get("macs") else None,
        "Frame": result.get("latency_ms") or None,
        "Epochs": result["epochs"],
        "Nodes": "   ".join(str(node) for node in Genotype.from_dict(trial.genotype).nodes),
    }


def reward_column(rewards: Sequence[float]) -> Any:
    """As many digits as tell the rewards of a search apart, up to three."""
    digits = range(1, 4)
    apart = (n for n in digits if len({f"{each:.{n}f}" for each in rewards}) == len(set(rewards)))
    told = f"%.{next(apart, digits[-1])}f %%"
    return st.column_config.ProgressColumn(format=told, min_value=0, max_value=100)


def _take_row(key: str, event: Any, found: list[Trial]) -> None:
    cells = (event or {}).get("selection", {}).get("cells")
    row = int(cells[0][0]) if cells else None
    if st.session_state.get(f"{_TAKEN}-{key}") == row:
        return
    st.session_state[f"{_TAKEN}-{key}"] = row
    if row is not None and row < len(found):
        set_trial(found[row].number)
        st.rerun(scope="app")
