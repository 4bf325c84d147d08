"""From a job that is done to what it made."""

import time
from collections.abc import Callable

import streamlit as st

from core.records import Job, JobState
from webapp.links import (
    DATASETS,
    go_to_evaluation,
    go_to_model,
    go_to_player,
    go_to_search,
    go_to_video,
)

_KEPT_SECONDS = 86_400.0  # an export's file


def result_button(job: Job, *, place: str) -> None:
    """A button that opens what the job made, where that has a page, or gives its file.

    Nothing where the job is not done, but for a video that could not be imported: it is deleted
    on its page. `place` keeps keys apart.
    """
    is_unusable = job.kind == "import_video" and job.state is JobState.FAILED
    if job.state is not JobState.DONE and not is_unusable:
        return
    if job.kind == "export_range":
        if time.time() >= (job.finished_at or 0.0) + _KEPT_SECONDS:
            return
        st.link_button("Download", f"/api/v1/exports/{job.id}/file", icon=":material/download:")
        return
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
    if job.kind in ("segment_video", "import_video"):
        ways = (("segmentation_id", go_to_player), ("video_id", go_to_video))
    if job.kind in ("train_static", "train_cell", "measure_dynamics"):
        ways = ways[-1:]
    for key, go in ways:
        if made.get(key):
            wanted = str(made[key])
            return lambda: go(wanted)
    return None


def _go_to_dataset(dataset_id: str) -> None:
    st.switch_page(DATASETS, query_params={"dataset": dataset_id})
