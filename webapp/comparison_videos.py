"""The compared rows' segmentations of one video, in step; those that are missing are ordered."""

from dataclasses import dataclass

import streamlit as st

from core.board.comparison import Comparison
from core.board.comparison_document import LETTERS
from core.data_folder import DataFolder
from core.errors import DyncellError
from core.records import JobState, Model
from tasks import queue
from webapp.comparison_address import set_asked
from webapp.comparison_cells import row_model
from webapp.comparison_rows import row_title
from webapp.components.player import MOST, player
from webapp.data import Result, VideoState, find_videos, read_video
from webapp.failures import render_failure
from webapp.job_view import render_progress
from webapp.links import SEGMENT
from webapp.listing import Listing
from webapp.literal import literal
from webapp.wording import count

_OFFERED = 200
"""Videos to choose from."""

_NO_MODEL = "no model of it is in the registry, so it cannot segment a video"


@dataclass(frozen=True)
class Segmented:
    """A model of the compared rows and its segmentation of the video.

    Attributes:
        letters: The rows it stands for.
        model: The model.
        result: The newest segmentation with the usual options, finished or not; None without one.
    """

    letters: str
    model: Model
    result: Result | None

    @property
    def is_ready(self) -> bool:
        """Whether it can be played."""
        return self.result is not None and self.result.segmentation.is_ready

    @property
    def is_busy(self) -> bool:
        """Whether it waits or is made."""
        job = None if self.is_ready or self.result is None else self.result.job
        return job is not None and job.state in (JobState.RUNNING, JobState.QUEUED)


def render_videos(folder: DataFolder, comparison: Comparison, asked: str) -> None:
    """A video, the rows' segmentations of it in step, and the way to have those missing."""
    st.header("On one video", anchor=False)
    models = _models(folder, comparison)
    newest = find_videos(folder, Listing("", "newest"), limit=_OFFERED)
    found = [each for each in newest if each.video.is_ready]
    if not found:
        st.caption("No video is ready yet: bring one, or take the sample, on the page Segment.")
        if st.button("Segment a video", key="comparison-segment"):
            st.switch_page(SEGMENT)
        return
    if not models:
        return
    video_id = _choose_video(found, asked)
    state = read_video(folder, video_id)
    shown = segmented(state, models)
    if any(each.is_busy for each in shown):
        st.fragment(_render_waiting, run_every=2.0)(folder, video_id, models, _ready(shown))
    _render_order(folder, video_id, shown)
    _render_player(state, [each for each in shown if each.is_ready])


def segmented(state: VideoState, models: dict[str, Model]) -> list[Segmented]:
    """For each model (by the letters of its rows) its newest segmentation with the usual options.

    A finished one is taken before one under way, that before one that failed.
    """
    shown = []
    for letters, model in models.items():
        own = [each for each in state.results if each.model.id == model.id]
        usual = [Segmented(letters, model, each) for each in own if not each.segmentation.options]
        best = next((each for each in usual if each.is_ready), None)
        best = best or next((each for each in usual if each.is_busy), None)
        shown.append(best or next(iter(usual), Segmented(letters, model, None)))
    return shown


def _models(folder: DataFolder, comparison: Comparison) -> dict[str, Model]:
    """Letters of rows -> the model that stands for them; rows without one are told."""
    by_model: dict[str, tuple[str, Model]] = {}
    for place, contender in enumerate(comparison.contenders):
        model = row_model(folder, contender)
        if model is None:
            st.caption(literal(f"{row_title(place, contender.row)}: {_NO_MODEL}."))
            continue
        letters = by_model.get(model.id, ("", model))[0]
        by_model[model.id] = letters + LETTERS[place], model
    return dict(by_model.values())


def _choose_video(found: list[VideoState], asked: str) -> str:
    known = {each.video.id: each.video.name for each in found}
    st.session_state["comparison-video"] = asked if asked in known else next(iter(known))

    def take() -> None:
        set_asked("video", st.session_state["comparison-video"])

    chosen: str = st.selectbox(
        "Video",
        list(known),
        key="comparison-video",
        format_func=known.__getitem__,
        on_change=take,
        width=520,
    )
    return chosen


def _ready(shown: list[Segmented]) -> int:
    return sum(each.is_ready for each in shown)


def _render_waiting(
    folder: DataFolder, video_id: str, models: dict[str, Model], was_ready: int
) -> None:
    try:
        shown = segmented(read_video(folder, video_id), models)
        if _ready(shown) != was_ready or not any(each.is_busy for each in shown):
            st.rerun()
        for each in shown:
            if each.is_busy and each.result is not None and each.result.job is not None:
                st.caption(literal(f"{each.letters}: {each.model.name}"))
                render_progress(each.result.job)
    except Exception as error:
        render_failure(error)


def _render_order(folder: DataFolder, video_id: str, shown: list[Segmented]) -> None:
    missing = [each for each in shown if not each.is_ready and not each.is_busy]
    for each in missing:
        if each.result is not None and each.result.job is not None:
            st.caption(literal(f"{each.letters}: {each.model.name}"))
            render_progress(each.result.job)
    if not missing:
        return
    models = count(len(missing), "model")
    names = ", ".join(each.model.name for each in missing)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_wanted = st.button(
            f"Segment with {models}",
            key="comparison-order",
            type="primary",
            icon=":material/auto_awesome:",
        )
        st.caption(literal(f"Not segmented yet: {names}."), width="content")
    if not is_wanted:
        return
    try:
        for each in missing:
            queue.add_segmentation(folder, video_id=video_id, model=each.model.id, options={})
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()


def _render_player(state: VideoState, ready: list[Segmented]) -> None:
    if len(ready) > MOST:
        names = {each.letters: each for each in ready}
        chosen = st.pills(
            f"Shown at once, up to {MOST}",
            list(names),
            selection_mode="multi",
            default=list(names)[:MOST],
            format_func=lambda each: f"{each}: {names[each].model.name}",
            key=f"comparison-shown-{''.join(names)}",
        )
        ready = [each for each in ready if each.letters in chosen]
        if len(ready) > MOST:
            st.warning(f"The Player shows {MOST} at once: the first {MOST} chosen are shown.")
            ready = ready[:MOST]
    results = [each.result for each in ready if each.result is not None]
    if not results:
        return
    letters = "".join(each.letters[0] for each in ready)
    key = "-".join(["comparison-player", *(each.segmentation.id for each in results)])
    shown = [(each.segmentation, each.model) for each in results]
    player(state.video, shown, key=key, letters=letters)
