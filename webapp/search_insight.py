"""What the good cells of one search share."""

from functools import partial

import streamlit as st

from core.data_folder import DataFolder
from core.insight.reading import search_facts
from webapp.insight_data import insight_into
from webapp.insight_view import render_insight
from webapp.links import go_to_insight
from webapp.search_data import SearchView


def render_search_insight(folder: DataFolder, view: SearchView) -> None:
    """The effects of features on the scores of the search and its twin."""
    del folder
    facts = [fact for each in view.summaries for fact in search_facts(each.search, each.trials)]
    render_insight(partial(insight_into, facts), key=view.search.id, is_one_search=True)
    if st.button("Over all searches", icon=":material/insights:", key="insight-all"):
        go_to_insight()
