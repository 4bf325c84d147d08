"""Links that lead where they say: of the navigation to a page itself, of our HTML to its pages."""

import streamlit as st

from webapp.components.assets import loader

_component = st.components.v2.component("dyncell_page_links", js=loader("page_links/page_links.js"))


def page_links() -> None:
    """Mounts what listens to the links; it draws nothing.

    The navigation keeps the address's parameters on the page that is open, so that a click on
    its link would go on showing the dataset, model or evaluation that they name; and it knows
    nothing of links within `st.html`, which the browser would open in a new session.
    """
    _component(key="page-links")
