"""Search: start searches for cells, follow them, judge them by their twins, take the best."""

import streamlit as st

from core.errors import NotFound
from core.records import is_id
from webapp.failures import render_failure
from webapp.folder import current_folder
from webapp.search_address import asked_search
from webapp.search_data import count_searches
from webapp.search_form import render_search_form
from webapp.search_list import render_searches
from webapp.search_view import render_search


def render() -> None:
    """The page."""
    folder = current_folder()
    search_id = asked_search()
    if search_id:
        try:
            if not is_id(search_id):
                raise NotFound("There is no such search; choose one of those below.")
            render_search(folder, search_id)
        except NotFound:
            render_failure(NotFound("There is no such search; it may have been deleted."))
        else:
            return
    st.title("Search", anchor=False)
    total = count_searches(folder)
    with st.expander(
        "Start a search",
        icon=":material/travel_explore:",
        expanded=total == 0 or "dataset" in st.query_params,
    ):
        render_search_form(folder)
    if total == 0:
        st.caption(
            "No searches yet. A search proposes cells, trains each for a short time on features "
            "that are computed once, and learns which are accurate and steady."
        )
        return
    render_searches(folder)


render()
