"""The picture frame around every page: configuration, navigation, and the page itself."""

from pathlib import Path

import streamlit as st

from webapp.components.colour_choice import colour_choice
from webapp.components.page_links import page_links
from webapp.failures import render_attempted, render_failure
from webapp.missing_page import with_missing_page
from webapp.tour import render_tour
from webapp.worker_notice import render_worker_notice

_STATIC = Path(__file__).parent / "static"


def main() -> None:
    """Shows the page that the address names."""
    st.set_page_config(page_title="dyncell", page_icon=str(_STATIC / "favicon.svg"), layout="wide")
    st.logo(str(_STATIC / "logo.svg"), size="large")
    st.html(_STATIC / "frame.css")
    pages = [
        st.Page("app_pages/overview.py", title="Overview", default=True),
        st.Page("app_pages/segment.py", title="Segment", url_path="segment"),
        st.Page("app_pages/player.py", title="Player", url_path="player"),
        st.Page("app_pages/datasets.py", title="Datasets", url_path="datasets"),
        st.Page("app_pages/models.py", title="Models", url_path="models"),
        st.Page("app_pages/search.py", title="Search", url_path="search"),
        st.Page("app_pages/leaderboard.py", title="Leaderboard", url_path="leaderboard"),
        st.Page("app_pages/insight.py", title="Insight", url_path="insight"),
        st.Page("app_pages/genotype.py", title="Genotype", url_path="genotype"),
        st.Page("app_pages/compare.py", title="Compare", url_path="compare"),
        st.Page("app_pages/evaluate.py", title="Evaluate", url_path="evaluate"),
        st.Page("app_pages/frames.py", title="Frames", url_path="frames"),
        st.Page("app_pages/jobs.py", title="Jobs", url_path="jobs"),
        st.Page("app_pages/glossary.py", title="Glossary", url_path="glossary"),
    ]
    page = st.navigation(with_missing_page(pages), position="top")
    page_links()  # first: the links are clicked while the page is still being drawn
    render_tour(page.title)
    try:
        render_worker_notice()
        render_attempted()
        page.run()
    except Exception as error:
        render_failure(error)
    colour_choice()


main()
