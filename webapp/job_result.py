"""From a job that is done to what it made."""

from collections.abc import Callable

import streamlit as st

from core.records import Job
from webapp.links import (
    DATASETS,
    go_to_evaluation,
    go_to_model,
    go_to_search,
)


def result_button(job: Job, *, place: str) -> None:
    """A button that opens what the job made, where that has a page; `place` keeps keys apart."""
    way = _way(job)
    if way is not None and st.button("Open", key=f"made-{place}-{job.id}"):
        way()


def _way(job: Job) -> Callable[[], object] | None:
    made = {**job.payload, **job.result}
    ways: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("evaluation_id", go_to_evaluation),
        ("search_id", go_to_search),
        ("dataset_id", _go_to_dataset),
        ("model_id", go_to_model),
    )
    if job.kind in ("train_static", "train_cell", "measure_dynamics"):
        ways = ways[-1:]
    for key, go in ways:
        if made.get(key):
            wanted = str(made[key])
            return lambda: go(wanted)
    return None


def _go_to_dataset(dataset_id: str) -> None:
    st.switch_page(DATASETS, query_params={"dataset": dataset_id})
