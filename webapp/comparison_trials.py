"""Trials among the compared rows: what they cannot show, and the way to train their cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import streamlit as st

from core.board.comparison import FEWEST, Comparison
from core.board.comparison_document import LETTERS
from core.board.row import Row
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import Dataset, Job, JobState, Model
from tasks import queue
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.learnt_splits import trainable_splits
from webapp.links import go_to_search
from webapp.literal import literal
from webapp.search_data import read_search
from webapp.search_final_form import USUAL, own_dataset
from webapp.usual_training import CELL_STEPS
from webapp.wording import count

_ALL = 100_000
_NUMBERS = {1: "this one", 2: "these two", 3: "these three", 4: "these four"}


@dataclass(frozen=True)
class Order:
    """The trials of one search whose cells can be trained, and on what.

    Attributes:
        search_id: The search.
        keys: Keys of the cells.
        dataset: The search's own; None where it is not here.
        split: The split that the search stood on.
        static: A static network that has learnt all of it; None where there is none.
        why_not: Why they cannot be trained, in a sentence; empty where they can.
        jobs: The trainings of these cells that were ordered before.
    """

    search_id: str
    keys: tuple[str, ...]
    dataset: Dataset | None = None
    split: str = ""
    static: Model | None = None
    why_not: str = ""
    jobs: tuple[Job, ...] = ()


def is_about_proxies(comparison: Comparison) -> bool:
    """Whether fewer than two rows, or not the base, were judged as models are.

    Classes, confusion, curves and videos have nothing to compare then.
    """
    judged = [not _is_trial(each.row) for each in comparison.contenders]
    return sum(judged) < FEWEST or not judged[comparison.base]


def render_trials(folder: DataFolder, comparison: Comparison) -> None:
    """What the trials among the rows lack, in one sentence, and the button that mends it."""
    places = [n for n, each in enumerate(comparison.contenders) if _is_trial(each.row)]
    if not places:
        return
    rows = [comparison.contenders[place].row for place in places]
    letters = " and ".join(LETTERS[place] for place in places)
    are = "is a trial" if len(places) == 1 else "are trials"
    its = "its cell is" if len(places) == 1 else "their cells are"
    orders = read_orders(folder, rows)
    with st.container(border=True):
        st.markdown(
            f"**{letters} {are}**: short trainings with a score of their own. Classes, confusion, "
            f"mIoU by the distance to a key frame and segmentations come once {its} trained to the "
            "end."
        )
        _render_orders(folder, orders, len(places))


def read_orders(folder: DataFolder, rows: Sequence[Row]) -> list[Order]:
    """What can be ordered for trials, search by search."""
    keys: dict[str, dict[str, None]] = {}
    for row in rows:
        run: dict[str, Any] = next(iter(row.details.get("runs", [])), {})
        if run.get("search_id"):
            keys.setdefault(run["search_id"], {})[row.texts["key"]] = None
    return [_order(folder, search_id, tuple(each)) for search_id, each in keys.items()]


def _order(folder: DataFolder, search_id: str, keys: tuple[str, ...]) -> Order:
    view = read_search(folder, search_id)
    numbers = {trial.number for trial in view.trials if trial.key in keys}
    with folder.database.reading() as session:
        ordered = queue.final_trainings(session, search_id)
    jobs = tuple(job for job in ordered if job.payload.get("trial") in numbers)
    split = str(view.config.split)
    dataset = own_dataset(view, [each for each in read_datasets(folder) if trainable_splits(each)])
    if dataset is None or split not in trainable_splits(dataset):
        name = PurePath(view.config.dataset).name
        why = f"Their dataset {name} is not here: import it on Datasets under this name."
        return Order(search_id, keys, why_not=why, jobs=jobs)
    statics = queue.learnt_statics(folder, search=search_id, dataset=dataset.id, splits=[split])
    if not statics:
        why = (
            f"No static network has learnt all of {dataset.name} / {split}: train one on it on "
            "Models."
        )
        return Order(search_id, keys, dataset, split, why_not=why, jobs=jobs)
    return Order(search_id, keys, dataset, split, statics[0], jobs=jobs)


def _render_orders(folder: DataFolder, orders: Sequence[Order], cells: int) -> None:
    ready = [each for each in orders if not each.why_not]
    for sentence in dict.fromkeys(each.why_not for each in orders if each.why_not):
        st.caption(literal(sentence))
    jobs = [job for each in orders for job in each.jobs]
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(
            f"Train {_NUMBERS[cells]}",
            key="comparison-train",
            type="secondary" if jobs else "primary",
            icon=":material/model_training:",
            disabled=len(ready) < len(orders) or not orders,
        )
        if jobs and st.button("Their trainings", key="comparison-trainings"):
            st.session_state["search-section"] = "Final training"
            go_to_search(orders[0].search_id)
        st.caption(literal(_told(ready, jobs)), width="content")
    if is_wanted:
        _train(folder, ready)


def _told(orders: Sequence[Order], jobs: Sequence[Job]) -> str:
    if jobs:
        done = sum(job.state is JobState.DONE for job in jobs)
        return f"{done} of {count(len(jobs), 'training')} done; their models come on the board."
    parts = []
    for each in orders:
        if each.dataset is not None and each.static is not None:
            parts.append(
                f"{count(len(each.keys), 'cell')} x {queue.LEAST_SEEDS} seeds on "
                f"{each.dataset.name} / {each.split}, in {each.static.name}, {CELL_STEPS} steps"
            )
    return "; ".join(parts)


def _train(folder: DataFolder, orders: Sequence[Order]) -> None:
    try:
        for each in orders:
            if each.dataset is None or each.static is None:
                continue
            queue.add_final_trainings(
                folder,
                search=each.search_id,
                top=_ALL,
                keys=each.keys,
                seeds=range(queue.LEAST_SEEDS),
                static=each.static.id,
                dataset=each.dataset.id,
                options=USUAL | {"splits": [each.split], "steps": CELL_STEPS},
            )
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _is_trial(row: Row) -> bool:
    return row.texts["kind"] == "trial"
