"""The links of the navigation, made to lead to a page itself also where that page is open."""

import streamlit as st

from webapp.components.assets import loader

_component = st.components.v2.component("dyncell_page_links", js=loader("page_links/page_links.js"))


def page_links() -> None:
    """Mounts what listens to the links; it draws nothing.

    The navigation keeps the address's parameters on the page that is open, so that a click on
    its link would go on showing the dataset, model or evaluation that they name.
    """
    _component(key="page-links")
