"""Starting a search: what is searched, how, for how long."""

from collections.abc import Sequence
from typing import Any, cast, get_args

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Dataset, Model
from core.search.config import (
    AUTO,
    LIGHT_SHARE,
    USUAL_OBJECTIVES,
    Device,
    Objective,
    SearchConfig,
    Strategy,
    TrialBudget,
)
from core.search.static_fit import IMAGES, STATIC_STEPS
from core.space import CellClass, Space, SpaceName
from core.space import size as space_size
from tasks import queue
from webapp.choice import choose
from webapp.data import read_models
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.learnt_splits import trainable_splits
from webapp.search_address import open_search
from webapp.search_data import trial_room
from webapp.search_words import CELLS, OBJECTIVES, SPACES, STRATEGIES
from webapp.wording import at_a_time

_ICON = ":material/travel_explore:"
_NAME = "search-name"
_LAST_SEED = 2**31 - 1
_MOST_NODES = 8
_EARLY = 2
_TRIALS = 80


def render_search_form(folder: DataFolder) -> None:
    """The form; `?dataset=` in the address chooses the dataset beforehand."""
    datasets = [found for found in read_datasets(folder) if trainable_splits(found)]
    if not datasets:
        st.info(
            "There is no labelled dataset yet: import one on the Datasets page, then come back.",
            icon=":material/dataset:",
        )
        return
    first, second = st.columns(2, gap="large")
    with first:
        asked = st.query_params.get("dataset")
        dataset = choose("Dataset", datasets, key="search-data", asked=asked, noun="dataset")
        if dataset is None:
            st.button("Start the search", type="primary", icon=_ICON, disabled=True)
            return
        values = _choose_data(folder, dataset)
    with second:
        values |= _choose_cells()
        _tell_size(values)
        values["objectives"] = _choose_objectives()
    values |= _choose_strategy(folder)
    name, twin = _choose_name(folder), values.pop("twin")
    steps = values.pop("static_steps")
    if not st.button("Start the search", type="primary", icon=_ICON, key="start-search"):
        return
    try:
        config = SearchConfig(**values)
        made = queue.start_search(folder, name=name, config=config, twin=twin, static_steps=steps)
    except DyncellError as error:
        render_failure(error)
    else:
        st.session_state.pop(_NAME, None)
        open_search(made.id)


def static_choices(models: Sequence[Model], dataset: Dataset) -> dict[str, str]:
    """Names of static networks a search on the dataset may stand on -> what people read.

    Only those that say what they have learnt; whether that leaves out the frames that cells are
    judged by is looked at when the search is prepared.
    """
    known = [
        model.name
        for model in models
        if model.kind == "static"
        and model.classes == dataset.classes
        and IMAGES in model.provenance.get("training", {})
    ]
    return {AUTO: "One that fits; where there is none, train it first"} | {
        name: name for name in known
    }


def _choose_data(folder: DataFolder, dataset: Dataset) -> dict[str, Any]:
    splits = trainable_splits(dataset)
    split = st.selectbox(
        "Split",
        splits,
        index=splits.index("train") if "train" in splits else 0,
        key=f"search-split-{dataset.id}",
        help="It is divided by time: 60 % for the static network, 25 % for cells to learn from, "
        "15 % for rewards. Other splits are never looked at.",
    )
    choices = static_choices(read_models(folder), dataset)
    static = st.selectbox(
        "Static network",
        list(choices),
        format_func=choices.__getitem__,
        key=f"search-static-{dataset.id}",
        help="It stays as it is; cells live in its features. One that has seen the frames that "
        "give rewards is refused: cells would learn to trust it.",
    )
    return {"dataset": dataset.name, "split": split, "static": static}


def _choose_cells() -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        space = _segments("Space", SpaceName, "extended", key="search-space", told=SPACES)
        st.caption(SPACES[space])
    with right:
        cell = _segments("Class of cell", CellClass, "light", key="search-cell", told=CELLS)
        st.caption(CELLS[cell])
    nodes = left.slider(
        "Nodes", 1, _MOST_NODES, 4, key="search-nodes",
        help="Each joins two halves; more nodes make cells that can do more and cost more.",
    )  # fmt: skip
    is_light = cell == "light"
    share = right.slider(
        "Most MACs of a frame, % of the static network's",
        *((5, 100, round(100 * LIGHT_SHARE)) if is_light else (100, 400, 200)),
        step=5,
        key=f"search-macs-{is_light}",
        help="Dearer cells are never proposed; of those below the Pareto front shows which are "
        "worth their cost.",
    )
    return {"space": space, "cell": cell, "nodes": int(nodes), "macs_share": share / 100}


def _segments(label: str, choices: Any, default: str, *, key: str, told: dict[str, str]) -> str:
    names = get_args(choices)
    lines = [f"**{name}**: {told[name]}" for name in names]
    found = st.segmented_control(
        label, names, default=default, required=True, key=key, help="  \n".join(lines)
    )
    return str(found or default)


def _tell_size(values: dict[str, Any]) -> None:
    number = _size(values["space"], values["nodes"], values["cell"])
    st.caption(f"{_rounded(number)} different cells.")


def _choose_objectives() -> tuple[Objective, ...]:
    chosen: list[Objective] = st.pills(
        "Objectives",
        list(OBJECTIVES),
        selection_mode="multi",
        default=list(USUAL_OBJECTIVES),
        format_func=lambda each: OBJECTIVES[each],
        key="search-objectives",
        help="What the Pareto front and its hypervolume are over. The reward that strategies learn "
        "from is always sqrt(accuracy * stability), and MACs are bounded above. Latency: "
        "the time of a steady frame, measured in every trial and compared within one device.",
    )
    return tuple(each for each in OBJECTIVES if each in chosen)


@st.cache_data(max_entries=64, show_spinner=False)
def _size(space: SpaceName, nodes: int, cell: CellClass) -> int:
    return space_size(Space(space, nodes, cell)).count


def _rounded(number: int) -> str:
    if number < 10**6:
        return f"{number:,}"
    power = len(str(number)) - 1
    digits = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"About {number / 10**power:.1f} · 10{digits}"


def _choose_strategy(folder: DataFolder) -> dict[str, Any]:
    first, second, third, fourth = st.columns([2, 1, 1, 2], gap="medium")
    with first:
        strategy = _segments("Strategy", Strategy, "ppo", key="search-strategy", told=STRATEGIES)
        st.caption(STRATEGIES[strategy])
    trials = second.number_input(
        "Trials", 1, 1_000_000, _TRIALS, step=10, key="search-trials",
        help="Cells to train and judge; as many again for the twin.",
    )  # fmt: skip
    hours = third.number_input(
        "Hours", 0.0, 10_000.0, None, key="search-hours", placeholder="No limit",
        help="After so many hours of running no trial is begun any more; empty for no limit.",
    )  # fmt: skip
    with fourth:
        twin = strategy != "random" and st.toggle(
            "Random twin",
            value=True,
            key="search-twin",
            help="The same search by chance: as many trials, the same budget, seed and static "
            "network. Only what beats it has learnt something.",
        )
        if strategy == "random":
            st.caption("A random search is its own twin.")
    values = {
        "strategy": cast(Strategy, strategy),
        "trials": int(trials),
        "hours": None if hours is None else float(hours),
        "twin": bool(twin),
    }
    return values | _advanced(folder)


def _advanced(folder: DataFolder) -> dict[str, Any]:
    with st.expander("Seed, parallelism, budget of a trial"):
        first, second, third = st.columns(3, gap="large")
        seed = first.number_input(
            "Seed", 0, _LAST_SEED, 0, key="search-seed",
            help="Seed and parallelism decide the sequence of cells, whatever happens meanwhile.",
        )  # fmt: skip
        room = _room(folder)
        parallelism = first.number_input(
            "Parallelism", 1, 1024, max(2, 2 * room), key="search-parallelism",
            help="So many trials are asked for before the first result is known. The workers alive "
            f"run {at_a_time(room, 'trial')}; twice as many keep all of them busy.",
        )  # fmt: skip
        epochs = second.number_input(
            "Epochs of a trial", 1, 1000, TrialBudget.epochs, key="search-epochs",
            help="Times that every clip is learnt; more of them rank cells better, later.",
        )  # fmt: skip
        is_early = second.toggle(
            "Stop poor cells early",
            value=True,
            key="search-early",
            help=f"After {_EARLY} epochs a cell below the median of those before it is given up.",
        )
        device = third.selectbox(
            "Compute on",
            get_args(Device),
            key="search-device",
            help="cuda needs workers on machines with a GPU; without one the search pauses and "
            "says so.",
        )
        steps = third.number_input(
            "Steps of a static network", 1, 1_000_000, STATIC_STEPS, step=100, key="search-steps",
            help="Of the one that is trained where none fits; fewer make poorer features sooner.",
        )  # fmt: skip
    rungs = (_EARLY,) if is_early and epochs > _EARLY else ()
    return {
        "seed": int(seed),
        "parallelism": int(parallelism),
        "budget": TrialBudget(epochs=int(epochs), rungs=rungs),
        "device": device,
        "static_steps": None if steps == STATIC_STEPS else int(steps),
    }


def _room(folder: DataFolder) -> int:
    with folder.database.reading() as session:
        return trial_room(session)


def _choose_name(folder: DataFolder) -> str:
    if _NAME not in st.session_state:
        st.session_state[_NAME] = queue.free_search_name(folder, "cells")
    return st.text_input("Name of the search", max_chars=80, key=_NAME)
