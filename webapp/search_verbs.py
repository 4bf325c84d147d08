"""What can be asked of a search: rest, go on, end, more, the same again, deletion."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from core.data_folder import DataFolder
from core.errors import DyncellError
from core.search_records import Search
from tasks import queue
from webapp.data import read_models
from webapp.deletion import render_choice
from webapp.evaluation_data import read_datasets
from webapp.failures import render_failure
from webapp.search_address import SEARCH, open_search
from webapp.search_data import SearchView
from webapp.search_form import static_choices
from webapp.wording import count

_LAST_SEED = 2**31 - 1
_MORE = 40  # trials that are offered, to searches that have as many


def render_verbs(folder: DataFolder, view: SearchView) -> None:
    """Buttons for what the search can be asked now, within a row of the caller's."""
    search, states = view.search, view.states
    # Rows of their own: a popover that is open stays so when the buttons before it change.
    with st.container(horizontal=True, width="content", gap="small"):
        if any(state.can_pause for state in states):
            _button("Pause", queue.pause_search, folder, search, icon="pause")
        if any(state.can_resume for state in states) and not search.is_imported:
            _button(
                "Resume", queue.resume_search, folder, search, icon="play_arrow", look="primary"
            )
        if search.state.can_resume and not search.is_prepared:
            with st.popover("Another static network", icon=":material/neurology:"):
                _render_statics(folder, view)
        if any(state.can_stop for state in states):
            _button("Stop", queue.stop_search, folder, search, icon="stop")
    with st.container(horizontal=True, width="content", gap="small"):
        if not search.is_imported:
            with st.popover("Extend", icon=":material/add:"):
                _render_extension(folder, view)
            with st.popover("Clone", icon=":material/content_copy:"):
                _render_clone(folder, view)
    if not any(state.can_pause for state in states) and st.button(
        "Delete", key=f"delete-{search.id}", icon=":material/delete:", type="tertiary"
    ):
        _ask_to_delete(folder, view)


def _render_statics(folder: DataFolder, view: SearchView) -> None:
    search = view.search
    dataset = next((d for d in read_datasets(folder) if d.id == search.dataset_id), None)
    if dataset is None:
        st.caption("Its dataset is not among those of this data folder.")
        return
    st.caption("Nothing stands on the first one yet, so that another one may take its place.")
    choices = static_choices(read_models(folder), dataset)
    static = st.selectbox(
        "Static network",
        list(choices),
        format_func=choices.__getitem__,
        key=f"static-{search.id}",
    )
    if st.button("Resume with it", key=f"resume-with-{search.id}", type="primary"):
        _try(lambda: queue.resume_search(folder, search.id, static=static))


def _render_extension(folder: DataFolder, view: SearchView) -> None:
    search = view.search
    st.caption(
        "Goes on where it was: the strategy keeps what it has learnt. Its twin gets as much."
        if view.twin
        else "Goes on where it was: the strategy keeps what it has learnt."
    )
    trials = st.number_input(
        "More trials",
        0,
        100_000,
        min(_MORE, search.trials),
        step=_step(search.trials),
        key=f"more-{search.id}",
    )
    hours = 0.0
    if view.config.hours is not None:
        hours = st.number_input("More hours", 0.0, 10_000.0, 0.0, key=f"hours-{search.id}")
    if st.button("Extend it", key=f"extend-{search.id}", type="primary"):
        _try(
            lambda: queue.extend_search(folder, search.id, trials=int(trials), hours=float(hours)),
        )


def _render_clone(folder: DataFolder, view: SearchView) -> None:
    search, config = view.search, view.config
    st.caption("The same question with another seed: how much of the result was luck?")
    # A popover draws its content when it is opened first: a value that was put into the session's
    # state is sent but once, before that, and would be lost.
    free = queue.free_search_name(folder, search.name)
    name = st.text_input("Name", free, max_chars=80, key=f"clone-name-{search.id}")
    seed = st.number_input(
        "Seed", 0, _LAST_SEED, (config.seed + 1) % _LAST_SEED, key=f"clone-seed-{search.id}"
    )
    trials = st.number_input(
        "Trials",
        1,
        1_000_000,
        config.trials,
        step=_step(config.trials),
        key=f"clone-trials-{search.id}",
    )
    if not st.button("Start it", key=f"clone-{search.id}", type="primary"):
        return
    changes = {"seed": int(seed), "trials": int(trials)}
    try:
        made = queue.clone_search(folder, search.id, name=name, changes=changes)
    except DyncellError as error:
        render_failure(error)
    else:
        open_search(made.id)


def _step(trials: int) -> int:
    return 10 if trials >= _MORE else 1


@st.dialog("Delete this search?")
def _ask_to_delete(folder: DataFolder, view: SearchView) -> None:
    st.text(view.search.name)
    gone = count(len(view.trials), "trial")
    with_twin = f" and its twin's {len(view.twin_trials):,}" if view.twin else ""
    st.caption(f"Its {gone}{with_twin} go for good; models and static network stay.")
    search_id = view.search.id
    render_choice(lambda: queue.delete_search(folder, search_id), key=search_id, parameter=SEARCH)


def _button(
    label: str,
    verb: Callable[[DataFolder, str], Search],
    folder: DataFolder,
    search: Search,
    *,
    icon: str,
    look: Literal["primary", "secondary"] = "secondary",
) -> None:
    key = f"{label.lower()}-{search.id}"
    if st.button(label, key=key, icon=f":material/{icon}:", type=look):
        _try(lambda: verb(folder, search.id))


def _try(ask: Callable[[], object]) -> None:
    try:
        ask()
    except DyncellError as error:
        render_failure(error)
    else:
        st.rerun()
