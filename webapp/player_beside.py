"""Which segmentations of a video the Player shows beside each other, as the address says."""

import time
from collections.abc import Sequence

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError, NotFound
from core.records import Video, is_id
from webapp.components.player import MOST
from webapp.data import Result, read_result, read_video
from webapp.failures import render_failure
from webapp.literal import literal
from webapp.wording import ago, progress_line


def beside_in_address() -> list[str]:
    """The ids that the address names, each once, whatever they are."""
    return list(dict.fromkeys(st.query_params.get_all("with")))


def read_beside(
    folder: DataFolder, video: Video, ids: Sequence[str]
) -> tuple[list[Result], list[str], list[DyncellError]]:
    """What can be shown of `ids`: finished results, ids under way, and why others cannot be shown.

    Nothing that is wrong with one keeps the others from being shown.
    """
    ready: list[Result] = []
    waiting: list[str] = []
    problems: list[DyncellError] = []
    for segmentation_id in ids:
        try:
            result = _read(folder, video, segmentation_id)
        except DyncellError as error:
            problems.append(error)
            continue
        if not result.segmentation.is_ready:
            waiting.append(segmentation_id)
        elif len(ready) == MOST - 1:
            problems.append(
                DyncellError(
                    f"The Player shows {MOST} segmentations at once; {result.model.name} is left "
                    "out."
                )
            )
        else:
            ready.append(result)
    return ready, waiting, problems


def render_beside(folder: DataFolder, video: Video, first: str, shown: Sequence[Result]) -> None:
    """The choice of further finished segmentations; nothing where there are none."""
    others = {
        each.segmentation.id: each
        for each in read_video(folder, video.id).results
        if each.segmentation.is_ready and each.segmentation.id != first
    }
    if not others:
        return
    key = f"beside-{first}"
    st.session_state[key] = [each.segmentation.id for each in shown]  # as the address says
    st.multiselect(
        "Show beside",
        list(others),
        format_func=lambda each: _title(others[each]),
        max_selections=MOST - 1,
        key=key,
        on_change=_take_choice,
        args=(key,),
        placeholder="Other segmentations of this video",
        width=520,
    )


def render_waiting(folder: DataFolder, video: Video, segmentation_id: str) -> None:
    """One segmentation that is still under way, and how to show it once it is done."""
    try:
        result = _read(folder, video, segmentation_id)
        if result.segmentation.is_ready:
            label = f"{literal(result.model.name)} is done: show it"
            if st.button(label, key=f"show-{segmentation_id}", icon=":material/add:"):
                st.rerun()
            return
    except DyncellError as error:
        render_failure(error)
        return
    state = "" if result.job is None else f" ({progress_line(result.job.progress)})"
    st.caption(f"{literal(result.model.name)} is not finished yet{literal(state)}.")


def _read(folder: DataFolder, video: Video, segmentation_id: str) -> Result:
    if not is_id(segmentation_id):
        raise NotFound("One segmentation in the address is none; choose one under Show beside.")
    result, of = read_result(folder, segmentation_id)
    if of.id != video.id:
        raise DyncellError(
            f"The segmentation by {result.model.name} is of another video, {of.name}; only those "
            "of one video play in step."
        )
    if not result.segmentation.is_ready and (result.job is None or result.job.state.is_finished):
        raise DyncellError(
            f"The segmentation by {result.model.name} came to no end; order it again on the page "
            "Segment."
        )
    return result


def _title(result: Result) -> str:
    return f"{result.model.name} ({ago(time.time() - result.segmentation.created_at)})"


def _take_choice(key: str) -> None:
    st.query_params["with"] = st.session_state[key]
