"""A short tour: a card on top of six pages, one after the other, that says what each is for.

`?tour=2` opens the second stop; after that the session remembers, so that a page may change its
address as it likes while the tour goes on. Who goes to another of its pages is at the stop of that
page: the browser's own buttons lead through the tour, too.
"""

from dataclasses import dataclass

import streamlit as st

from core.data_folder import DataFolder
from tasks import queue
from webapp.folder import current_folder
from webapp.links import DATASETS, GLOSSARY, LEADERBOARD, OVERVIEW, SEARCH, SEGMENT
from webapp.overview_best import has_results

_ASKED = "tour"
_AT = "tour-at"


@dataclass(frozen=True)
class Stop:
    """A page of the tour and what is said there (Markdown)."""

    page: str
    title: str
    words: str


STOPS = (
    Stop(
        OVERVIEW,
        "Overview",
        "Three doors that work at once: a sample drive and a real search come along. Below them: "
        "what runs now, the best cells, and what was finished lately.",
    ),
    Stop(
        SEGMENT,
        "Segment",
        "Bring a video or open the sample, choose a model and start. The result opens in the "
        "**Player**, source beside classes: space plays, the arrow keys step, and the strips under "
        "it show where the labels flicker and where the model is unsure.",
    ),
    Stop(
        SEARCH,
        "Search",
        "A search proposes small cells, trains each for a short time and goes on from the good "
        "ones. Its **random twin** draws as many by chance: only a search that beats it has found "
        "anything.",
    ),
    Stop(
        LEADERBOARD,
        "Leaderboard",
        "Every cell and model with all its numbers. Filter with words such as "
        "`miou > 60 and light`, mark points in the plots, and put rows into the basket to open "
        "them side by side in **Compare**. Rows whose intervals overlap are shown as ties.",
    ),
    Stop(
        DATASETS,
        "Datasets",
        "Labelled frames of your own come in here. With them **Models** trains networks and cells, "
        "**Evaluate** scores them class by class, and **Frames** shows where they are most wrong.",
    ),
    Stop(
        GLOSSARY,
        "Glossary",
        "Every word and every number, in a sentence each. On the other pages the same sentence "
        "stands behind the question marks. That was the tour.",
    ),
)


def begin_tour() -> None:
    """Opens the first stop."""
    _go(0)


def render_tour(page_title: str) -> None:
    """The card of the stop, or a way back to it from another page; nothing without a tour.

    Args:
        page_title: The title of the page that is about to be drawn.
    """
    place = _place(page_title)
    if place is None:
        return
    stop = STOPS[place]
    is_last = place == len(STOPS) - 1
    with st.container(border=True):
        st.caption(f":material/tour: Tour, {place + 1} of {len(STOPS)}")
        here = page_title == stop.title
        st.markdown(stop.words if here else f"The tour waits on the page **{stop.title}**.")
        if here and stop.page == LEADERBOARD:
            _offer_example(current_folder())
        with st.container(horizontal=True):
            if here and place and st.button("Back", key="tour-back"):
                _go(place - 1)
            if not here and st.button(f"Back to {stop.title}", key="tour-return"):
                _go(place)
            if here and not is_last:
                onward = f"Next: {STOPS[place + 1].title}"
                if st.button(onward, key="tour-next", type="primary"):
                    _go(place + 1)
            st.button(
                "Done" if is_last and here else "End the tour",
                key="tour-end",
                type="primary" if is_last and here else "tertiary",
                on_click=_end,
            )


def _offer_example(folder: DataFolder) -> None:
    """An empty board shows nothing: the search that comes along fills it."""
    if not has_results(folder) and st.button("Bring in a real search that comes along"):
        queue.add_example_search(folder)
        st.rerun()


def _place(page_title: str) -> int | None:
    """Which stop, counted from 0: that of the page, else what the address or the session says."""
    asked = st.query_params.get(_ASKED, "")
    if asked.isdecimal() and 1 <= int(asked) <= len(STOPS):
        st.session_state[_AT] = int(asked) - 1
    if _AT in st.session_state:
        titles = [stop.title for stop in STOPS]
        if page_title in titles:
            st.session_state[_AT] = titles.index(page_title)
    return st.session_state.get(_AT)


def _go(place: int) -> None:
    st.session_state[_AT] = place
    st.switch_page(STOPS[place].page, query_params={_ASKED: str(place + 1)})


def _end() -> None:
    st.session_state.pop(_AT, None)
    st.query_params.pop(_ASKED, None)
