"""Ordering the training of the cell that the Genotype page shows."""

from typing import Any

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.genotype import Genotype
from core.records import Dataset, Model
from core.street_classes import suit_streets
from tasks import queue
from webapp.choice import choose
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.genotype_source import ShownCell, name_of
from webapp.learnt_splits import choose_learnt, trainable_splits
from webapp.literal import literal
from webapp.model_naming import choose_name, offer_another
from webapp.training_view import order_shown, render_just_finished, render_trainings
from webapp.usual_training import CELL_STEPS, LENGTH, LONGEST_CLIP, SHORTEST_CLIP

_ICON = ":material/model_training:"
_LAST_SEED = 2**31 - 1


def render_cell_training(folder: DataFolder, cell: ShownCell, static: Model | None) -> None:
    """The form, the trainings of this cell, and the way to the model that was made."""
    genotype = cell.genotype
    if genotype is None:
        st.caption("Can be trained as soon as the nodes are a cell.")
        return
    if static is None or static.kind != "static":
        st.info(
            "A cell is trained on a static network: choose one above under Static network.",
            icon=":material/neurology:",
        )
        return
    datasets = [
        found
        for found in read_datasets(folder)
        if found.classes == static.classes and trainable_splits(found)
    ]
    if not datasets:
        st.info(
            literal(
                f"There is no labelled dataset with the classes of {static.name}: import one on "
                "the Datasets page, or choose another static network above."
            ),
            icon=":material/dataset:",
        )
        return
    st.caption(
        "The static network stays as it is; the cell learns on clips that are simulated from the "
        "labelled frames, whose features are computed once and kept."
    )
    _render_form(folder, cell, genotype, static, datasets)
    render_just_finished(folder)
    render_trainings(folder, of=genotype.key)


def _render_form(
    folder: DataFolder,
    cell: ShownCell,
    genotype: Genotype,
    static: Model,
    datasets: list[Dataset],
) -> None:
    called = cell.draft.name or name_of(genotype) or genotype.key
    first, second = st.columns(2)
    with first:
        dataset = choose("Dataset", datasets, key="cell-data", asked=None, noun="dataset")
        if dataset is None:
            return
        learnt = choose_learnt(dataset, place="cell")
    with second:
        name = choose_name(folder, key=f"cell-name-{genotype.key}", base=f"{called} cell")
        steps = st.number_input(
            "Steps", 1, 100_000, CELL_STEPS, step=100, key="cell-steps",
            help=f"{CELL_STEPS} for a usual training; fewer give a worse cell sooner.",
        )  # fmt: skip
    options = _advanced(genotype, dataset) | {"splits": learnt, "steps": int(steps)}
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(
            "Train this cell", type="primary", icon=_ICON, disabled=not learnt, key="train-cell"
        )
        st.caption("It can be paused at any time; Models shows it too.", width="content")
    if not is_wanted:
        return
    try:
        job = queue.add_cell_training(
            folder,
            genotype=genotype,
            title=called,
            static=static.id,
            dataset=dataset.id,
            name=name,
            options=options,
        )
    except DyncellError as error:
        render_failure(error)
    else:
        order_shown(job)
        offer_another()
        st.rerun()


def _advanced(genotype: Genotype, dataset: Dataset) -> dict[str, Any]:
    with st.expander("Clips, seed and more"):
        first, second, third = st.columns(3)
        length = first.number_input(
            "Frames of a clip", SHORTEST_CLIP, LONGEST_CLIP, LENGTH, key="cell-length",
            help="So far the cell is unrolled: the first frame is a key frame, on the others it "
            "reads its own answers.",
        )  # fmt: skip
        variants = first.number_input(
            "Clips per labelled frame", 1, 20, 1, key="cell-variants",
            help="More clips need more disk and more time before the first step.",
        )  # fmt: skip
        streets = 0
        if suit_streets(dataset.classes, layout=dataset.layout):
            streets = first.number_input(
                "Synthetic streets", 0, 2000, 0, step=10, key="cell-streets",
                help="Rendered streets to learn as well, three clips of each.",
            )  # fmt: skip
        seed = second.number_input(
            "Seed", 0, _LAST_SEED, 0, key="cell-seed",
            help="The same seed and data give the same cell on this machine.",
        )  # fmt: skip
        precision = second.selectbox(
            "Precision",
            ["fp32", "bf16"],
            key="cell-precision",
            help="bf16 is faster where the processor has matrix units.",
        )
        interval = third.number_input(
            "Key interval", 0, 1000, 5 if genotype.is_light else 0, key="cell-interval",
            help="Frames from one key frame to the next; 0 = only the first and scene cuts.",
        )  # fmt: skip
        own_head = third.toggle(
            "A head of its own",
            key="cell-own-head",
            help="Trains a copy of the head for the cell's frames.",
        )
        memoryless = not genotype.is_light and third.toggle(
            "Memoryless control",
            key="cell-memoryless",
            help="It never sees the past: what a full cell gains over it is memory.",
        )
    return {
        "length": int(length),
        "variants": int(variants),
        "streets": int(streets),
        "seed": int(seed),
        "precision": precision,
        "key_interval": int(interval),
        "own_head": bool(own_head),
        "memoryless": bool(memoryless),
    }
